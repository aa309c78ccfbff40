"""`daogou evaluate sold`: is what the shop has found, and what it hasn't told?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from daogou.assembly.evaluating_sold import evaluate_sold
from daogou.cli.terminal import chosen, console, progress
from daogou.trial.sold import SHOPS, Point, Told, figures

COLUMNS = ("", "", "told", "closest", "claimed", "found", "closest", "denied", "right")


def evaluate_sold_command(
    data: Annotated[Path, typer.Argument(help="The folder with the shops' feeds.")],
    shops: Annotated[Path, typer.Option(help="Where the loaded shops live; missing ones are loaded.")] = Path("shops"),
    mappings: Annotated[Path, typer.Option(help="The folder with their mappings.")] = Path("examples/mappings"),
    shop: Annotated[list[str] | None, typer.Option("--shop", help="One shop, by name; may be repeated.")] = None,
    limit: Annotated[int, typer.Option(help="Requests of each shop; 0: all.", min=0)] = 0,
    wrong: Annotated[
        bool, typer.Option("--wrong", help="List what was denied, claimed, or had another product first.")
    ] = False,
    most_denied: Annotated[float, typer.Option(help="Share of present things denied, above it exit status 1.")] = 1.0,
    least_told: Annotated[float, typer.Option(help="Share of absent things told, below it exit status 1.")] = 0.0,
) -> None:
    """Requests for what nine shops have and for what they haven't: what is told, claimed, denied, by shop and language.

    The curve shows what other bounds on P(sold) would do; beside it that of weights fitted without the shop asked about.

    Example: daogou evaluate sold ../shared/data --shops shops
    """
    names = chosen(shop, SHOPS)
    with progress() as step:
        report = evaluate_sold(data, shops=shops, mappings=mappings, names=names, limit=limit, on_progress=step)
    _print_shops(report.told)
    _print_curve(report.own, report.unseen)
    console.print(f"fitted on all of them: {report.weights}")
    if wrong:
        _print_wrong(report.told)
    over = figures(report.told)
    raise typer.Exit(int(over.denied > most_denied or over.told < least_told))


def _print_shops(told: Sequence[Told]) -> None:
    over = figures(told)
    title = f"{over.absent} absent: told, closest, claimed; {over.present} present: found, closest, denied, right product first"
    table = Table(*COLUMNS, box=box.SIMPLE, title=title)
    for shop in dict.fromkeys(one.request.shop for one in told):
        for language in ("en", "zh"):
            _row(table, shop, language, [o for o in told if (o.request.shop, o.request.language) == (shop, language)])
    for language in ("en", "zh"):
        _row(table, "all", language, [one for one in told if one.request.language == language])
    _row(table, "all", "", told)
    console.print(table)


def _row(table: Table, shop: str, language: str, told: Sequence[Told]) -> None:
    if not told:
        return
    one = figures(told)
    absent = [_share(value, one.absent) for value in (one.told, one.told_closest, one.claimed)]
    present = [_share(value, one.present) for value in (one.found, one.closest, one.denied, one.right_first)]
    table.add_row(shop, language, *absent, *present)


def _share(value: float, of: int) -> str:
    return f"{value:.3f}" if of else ""


def _print_curve(own: Sequence[Point], unseen: Sequence[Point]) -> None:
    table = Table("told below", "denied", "told", "left out: denied", "told", box=box.SIMPLE)
    for one, other in zip(own, unseen, strict=True):
        shares = (one.denied, one.told, other.denied, other.told)
        table.add_row(f"{one.threshold:.2f}", *(f"{share:.3f}" for share in shares))
    console.print(table)


def _print_wrong(told: Sequence[Told]) -> None:
    for one in told:
        request = one.request
        if request.sold and one.right_first and one.verdict != "not_sold":
            continue
        if not request.sold and one.verdict in ("not_sold", "closest"):
            continue
        label = f"{request.shop} {request.language} {'there' if request.sold else 'absent'}"
        said = f"{one.verdict.value}, P {one.evidence.probability:.2f}, first {one.shown[0] if one.shown else '-'}"
        console.print(escape(f"{label}: {request.message} -> {said}"))
