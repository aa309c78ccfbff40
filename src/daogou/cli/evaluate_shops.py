"""`daogou evaluate shops`: are little shops, written blind, answered right?"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from daogou.assembly.evaluating_shops import evaluate_shops
from daogou.cli.terminal import console, progress
from daogou.cli.without_list import WithoutList, chosen_lists
from daogou.trial.shops import EXCLUSIONS, KINDS, ShopAnswer

EVALS = Path("evals/shops")


def evaluate_shops_command(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Folders of feeds with messages.jsonl; default: all of evals/shops.")
    ] = None,
    shops: Annotated[Path, typer.Option(help="Where the loaded shops live; missing ones are loaded.")] = Path("shops"),
    without_list: WithoutList = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="List what is not right.")] = False,
    least: Annotated[float, typer.Option("--min", help="Share that must be right, else exit status 1.")] = 0.0,
) -> None:
    """Messages to shops that were written blind: right by kind, shop and language, denials, refused products shown.

    Example: daogou evaluate shops evals/shops/second --without-list ask.spelling.corrected
    """
    left_out = chosen_lists(without_list)
    with progress() as step:
        answers = evaluate_shops(folders or sorted(EVALS.iterdir()), shops=shops, left_out=left_out, on_progress=step)
    _print_right(answers, "kind", lambda one: f"{one.case.kind} {KINDS[one.case.kind]}")
    _print_right(answers, "shop", lambda one: one.case.shop)
    denied = [one for one in answers if one.denied]
    below = [one for one in answers if one.right and one.case.kind == EXCLUSIONS and one.below]
    console.print(
        f"right first though the verdict is that it isn't sold: {len(denied)}; refused shown below: {len(below)}"
    )
    for one in answers if wrong else ():
        if not one.right:
            said = f"[{one.case.shop} {one.case.kind}] {' || '.join(one.case.turns)}: {one.wrong} ({one.case.why})"
            console.print(escape(said))
    share = sum(one.right for one in answers) / max(len(answers), 1)
    console.print(f"right {share:.3f} of {len(answers)}")
    raise typer.Exit(int(share < least))


def _print_right(answers: Sequence[ShopAnswer], title: str, key: Callable[[ShopAnswer], str]) -> None:
    table = Table(title, "en", "zh", "all", box=box.SIMPLE)
    for name in [*sorted({key(one) for one in answers}), ""]:
        mine = [one for one in answers if name in ("", key(one))]
        by_language = [[one for one in mine if one.case.language == language] for language in ("en", "zh")]
        table.add_row(
            name or "all", *(f"{sum(one.right for one in some)}/{len(some)}" for some in (*by_language, mine))
        )
    console.print(table)
