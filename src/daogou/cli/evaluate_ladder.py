"""`daogou evaluate ladder`: what does each use of a language model add?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from daogou.assembly.evaluating_ladder import climb_needs, climb_search
from daogou.cli.terminal import console, progress
from daogou.settings import Settings
from daogou.trial.ladder import RUNGS, Step, steps


def evaluate_ladder_command(
    data: Annotated[Path, typer.Argument(help="The folder with the real shops.")],
    shops: Annotated[Path, typer.Option(help="Where their loaded folders live.")] = Path("shops"),
    model: Annotated[str, typer.Option(help="builtin, builtin:FOLDER, transformers:NAME, gguf:FILE ...")] = "builtin",
    judged: Annotated[str, typer.Option(help="The shop that has judgements.csv.")] = "icecat",
    split: Annotated[str, typer.Option(help="Of the needs suite: dev or test.")] = "dev",
    budget_ms: Annotated[
        int, typer.Option(help="What a turn may wait; long: what the model is worth at leisure.")
    ] = 5000,
) -> None:
    """Judgements and the needs suite: without a model, with each use of it alone, with all; 95 % intervals of the gains.

    Example: daogou evaluate ladder ../shared/data --shops shops --model builtin
    """
    with progress() as step:
        search = climb_search(
            data / judged / "judgements.csv", shops / judged, model=model, budget_ms=budget_ms, on_progress=step
        )
        needs = climb_needs(data, shops, model=model, budget_ms=budget_ms, split=split, on_progress=step)
    _print(f"NDCG@10 on {judged}", steps(search))
    _print(f"needs suite ({split}): share of turns passed", steps(needs))


def _print(title: str, found: list[Step]) -> None:
    table = Table("", "mean", "gain (95 %)", "cases changed", "p95 ms", "by default", title=title)
    for one in found:
        gain = str(one.gain) if one.gain else ""
        table.add_row(one.name, f"{one.mean:.4f}", gain, str(one.changed), f"{one.p95_ms:.0f}", _by_default(one))
    console.print(table)


def _by_default(step: Step) -> str:
    plain = Settings()
    return "on" if all(getattr(plain, key) == value for key, value in RUNGS[step.name].items()) else "off"
