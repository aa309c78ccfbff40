"""`daogou evaluate unseen`: what is each step worth in a shop that nobody tuned for?"""

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from daogou.assembly.evaluating_unseen import evaluate_unseen
from daogou.cli.terminal import console, progress
from daogou.cli.without_list import WithoutList, chosen_lists
from daogou.trial.bootstrap import Gain
from daogou.trial.unseen import unseen_steps


def evaluate_unseen_command(
    feed: Annotated[Path, typer.Argument(help="The shop's feed; its columns are guessed.")],
    queries: Annotated[Path, typer.Argument(help='JSON lines: {"query", "right": [product ids]}.')],
    shop: Annotated[
        Path | None, typer.Option(help="Keep (or take) the loaded shop here; default: thrown away.")
    ] = None,
    limit: Annotated[int, typer.Option(help="Queries; 0: all.", min=0)] = 0,
    without_list: WithoutList = None,
) -> None:
    """Words, + vectors, + fit (kinds and wishes), + readings: hit@1 and hit@5 of search and conversation, with 95 % intervals.

    A search is held against the search one rung below, a conversation against the search of its own rung.

    Example: daogou evaluate unseen ../shared/data/unseen/marketplace.jsonl ../shared/data/unseen/marketplace_queries.jsonl
    """
    left_out = chosen_lists(without_list)
    with progress() as step:
        hits = evaluate_unseen(feed, queries, folder=shop, limit=limit, left_out=left_out, on_progress=step)
    table = Table("", "hit@1", "gain, 95 %", "hit@5", "gain, 95 %", "empty", box=box.SIMPLE)
    for one in unseen_steps(hits):
        figures = (f"{one.hit_1:.3f}", _gain(one.gain_1), f"{one.hit_5:.3f}", _gain(one.gain_5), f"{one.empty:.3f}")
        table.add_row(one.name, *figures)
    console.print(table)


def _gain(gain: Gain | None) -> str:
    return f"{gain.value:+.3f} ({gain.low:+.3f}, {gain.high:+.3f})" if gain else ""
