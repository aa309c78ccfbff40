"""`daogou evaluate ladder`: what does each step add, up to the voices of language models?"""

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from daogou.assembly.evaluating_ladder import USES, Voice, climb_needs, climb_shop
from daogou.cli.terminal import console, progress
from daogou.cli.without_list import WithoutList, chosen_lists
from daogou.trial.ladder import Step
from daogou.trial.without import without


def evaluate_ladder_command(
    shop: Annotated[Path, typer.Argument(help="A loaded shop folder; of the needs suite: the folder of them.")],
    questions: Annotated[
        Path,
        typer.Argument(
            help='JSON lines {"query", "right": [product ids]}, a CSV (query, docid, rating), or the needs suite\'s DATA folder.'
        ),
    ],
    model: Annotated[
        list[str] | None, typer.Option("--model", help="gemma-270m, smollm2-135m, builtin ...; may be repeated.")
    ] = None,
    use: Annotated[str, typer.Option(help=f"What the models do: {', '.join(USES)}.")] = USES[0],
    feed: Annotated[
        Path | None, typer.Option(help="Load the shop from this feed, its columns guessed, where it is missing.")
    ] = None,
    kept: Annotated[
        Path, typer.Option(help="What was measured; run again, it is not asked anew. Delete it after a change.")
    ] = Path("ladder.jsonl"),
    limit: Annotated[int, typer.Option(help="Questions or conversations; 0: all.", min=0)] = 0,
    split: Annotated[str, typer.Option(help="Of the needs suite: dev or test; empty: both.")] = "dev",
    budget_ms: Annotated[
        int, typer.Option(help="What a turn may wait; long: what the model is worth at leisure.")
    ] = 5000,
    without_list: WithoutList = None,
) -> None:
    """Words, + vectors, + fit (kinds and wishes), + readings, + each model: search and conversation, with 95 % intervals.

    Each rung is held against the one below it, a model against the guide without one. Stopped at any moment, the same command goes on.

    Examples:
        daogou evaluate ladder shops/mine queries.jsonl --model gemma-270m --model smollm2-135m

        daogou evaluate ladder shops/icecat ../shared/data/icecat/judgements.csv --model gemma-270m

        daogou evaluate ladder shops ../shared/data --model gemma-270m --split ""

    """
    if use not in USES:
        raise typer.BadParameter(f"--use is one of {', '.join(USES)}")
    left_out = chosen_lists(without_list)
    if left_out:  # what was measured with them is not what is measured now
        kept = kept.with_name(f"{kept.stem}-without-{'-'.join(left_out).replace('/', '.')}{kept.suffix}")
    voices = [Voice(model=name, use=use, budget_ms=budget_ms) for name in model or ()]
    with progress() as step, without(left_out):
        if questions.is_dir():
            found = climb_needs(shop, questions, voices=voices, kept=kept, split=split, limit=limit, on_progress=step)
        else:
            found = climb_shop(shop, questions, voices=voices, kept=kept, feed=feed, limit=limit, on_progress=step)
    _print(found)


def _print(found: list[Step]) -> None:
    table = Table("", "", "mean", "gain (95 %)", "changed", "p95 ms", box=box.SIMPLE)
    for one in found:
        gain = str(one.gain) if one.gain else ""
        table.add_row(one.name, one.figure, f"{one.mean:.4f}", gain, str(one.changed), f"{one.p95_ms:.0f}")
    console.print(table)
