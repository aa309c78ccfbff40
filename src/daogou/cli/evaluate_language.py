"""`daogou evaluate choice`: which answer does a language model choose?"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from daogou.assembly.evaluating_language import choose_on
from daogou.cli.terminal import console, progress
from daogou.reply.choose_weights import Weights
from daogou.trial.choice_scoring import (
    Outcome,
    Share,
    fit,
    fooled_by,
    likelihood_alone,
    longest,
    share,
    vetoes_alone,
    with_vetoes,
)


def evaluate_choice_command(
    shops: Annotated[list[Path], typer.Argument(help="Loaded shop folders that the model was not trained on.")],
    model: Annotated[str, typer.Option(help="builtin, builtin:FOLDER, transformers:NAME, gguf:FILE ...")] = "builtin",
    against: Annotated[str, typer.Option(help="A second model: how often both choose the same.")] = "",
    count: Annotated[int, typer.Option(help="Cases in each language.", min=10)] = 600,
    seed: Annotated[int, typer.Option(help="The same seed gives the same cases.")] = 0,
    write: Annotated[Path | None, typer.Option(help="Write the fitted weights to this choose.toml.")] = None,
    least: Annotated[float, typer.Option(help="Share right with vetoes, else exit status 1.")] = 0.0,
) -> None:
    """One right answer among five: chance, the longest, the model alone, the vetoes alone, both together.

    The weights are fitted on one half of the products; the other half is reported.

    Example: daogou evaluate choice shops/tmall_cosmetics shops/livostyle --model builtin --count 600
    """
    with progress() as step:
        chosen = choose_on(shops, model=model, count=count, seed=seed, on_progress=step)
        other = choose_on(shops, model=against, count=count, seed=seed, on_progress=step) if against else None
    everything = [it for members in chosen.outcomes.values() for it in members]
    weights = fit([it for it in everything if not it.case.testing])
    console.print(f"{escape(chosen.model)}: length {weights.length}, share of log P(r) taken off {weights.share}")
    if write is not None:
        write.write_text(weights.toml(), encoding="utf-8")
    reached = 1.0
    for language, members in chosen.outcomes.items():
        reached = min(reached, _report(language, members, weights))
    if other is not None:
        second = [it for members in other.outcomes.values() for it in members]
        console.print(f"the same choice as {escape(other.model)}: {_same(everything, second, weights)}")
    raise typer.Exit(0 if reached >= least else 1)


def _report(language: str, outcomes: Sequence[Outcome], weights: Weights) -> float:
    tested = [it for it in outcomes if it.case.testing]
    tuned = [it for it in outcomes if not it.case.testing]
    table = Table("", f"{language}: all {len(outcomes)}", f"reported half: {len(tested)}", f"tuning half: {len(tuned)}")
    raw = Weights(share=0.0, length=1.0)
    table.add_row("random", *["20.0%"] * 3)
    ways: dict[str, Callable[[Outcome], str]] = {
        "longest wins": longest,
        "mean log P(r | q)": partial(likelihood_alone, weights=raw),
        "likelihood alone, fitted": partial(likelihood_alone, weights=weights),
        "likelihood with vetoes": partial(with_vetoes, weights=weights),
    }
    halves = (outcomes, tested, tuned)
    for name, way in ways.items():
        table.add_row(name, *(str(share(half, way)) for half in halves))
    table.add_row(
        "vetoes, then at random", *(f"{sum(map(vetoes_alone, half)) / max(1, len(half)):.1%}" for half in halves)
    )
    console.print(table)
    for title, chosen in (("alone", "likelihood alone, fitted"), ("with vetoes", "likelihood with vetoes")):
        fooled = sorted(fooled_by(outcomes, ways[chosen]).items())
        console.print(f"fooled {title}: " + "; ".join(f"{kind} {part.value:.1%} of {part.of}" for kind, part in fooled))
    return share(tested, ways["likelihood with vetoes"]).value


def _same(some: Sequence[Outcome], others: Sequence[Outcome], weights: Weights) -> Share:
    def choice(outcome: Outcome) -> int:
        scores = outcome.scores(weights)
        return scores.index(max(scores))

    same = sum(choice(one) == choice(other) for one, other in zip(some, others, strict=True))
    return Share(right=same, of=len(some))
