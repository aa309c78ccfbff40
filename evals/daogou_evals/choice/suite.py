"""How often a language model's argmax is the right answer: alone, and behind the vetoes."""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from daogou.app.engines import open_model
from daogou.app.opening import Shop, open_shop
from daogou.catalog.matching.matching import passes
from daogou.catalog.products.candidate import Retrieval
from daogou.catalog.products.conversation import Session, Turn
from daogou.catalog.products.need import CATEGORY, Constraint, Operator, ShopperNeed
from daogou.cli.terminal import console, progress
from daogou.errors import UserError
from daogou.guide import Guide
from daogou.ports import NEVER, LanguageModel, LogLikelihood
from daogou.progress import Progress, silent
from daogou.reply.chooser import veto
from daogou.reply.context import ReplyContext
from daogou.reply.sentences.phrases import Phrases
from daogou.reply.weights import Weights, judge
from daogou.settings import Settings
from daogou_evals.choice.answers import AT
from daogou_evals.choice.cases import RIGHT, ChoiceCase, choice_cases
from daogou_evals.questions import tracked

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)  # of log P(r) taken off
LENGTHS = (0.7, 0.85, 1.0)  # exponents of the length
Z = 1.96  # of a 95 % interval
SPOKEN = 0.5  # share of a shop's titles in a language from which on the shop is in that language


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One case with what the model and the vetoes say of each answer, in the order of `case.offered`."""

    case: ChoiceCase
    given: tuple[LogLikelihood, ...]  # log P(r | q)
    alone: tuple[LogLikelihood, ...]  # log P(r)
    vetoes: tuple[str, ...]

    def scores(self, weights: Weights) -> list[float]:
        """As reply/choose/chooser scores them, without products."""
        return [
            one.total / max(1, one.tokens) ** weights.length
            - weights.share * other.total / max(1, other.tokens) ** weights.length
            for one, other in zip(self.given, self.alone, strict=True)
        ]


@dataclass(frozen=True, kw_only=True)
class Share:
    """So many of so many, with its 95 % interval (Wilson 1927)."""

    right: int
    of: int

    @property
    def value(self) -> float:
        """Between 0 and 1; 0 of none."""
        return self.right / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end."""
        if not self.of:
            return 0.0, 1.0
        middle = (self.value + Z * Z / (2 * self.of)) / (1 + Z * Z / self.of)
        half = Z / (1 + Z * Z / self.of) * math.sqrt(self.value * (1 - self.value) / self.of + (Z / (2 * self.of)) ** 2)
        return middle - half, middle + half

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.1%} ({low:.1%} to {high:.1%})"


def outcomes(
    cases: Iterable[ChoiceCase], model: LanguageModel, understood: Callable[[ChoiceCase], ShopperNeed]
) -> list[Outcome]:
    """Every case judged; `understood` is the need that the guide itself makes of the shopper's words."""
    found = []
    for case in cases:
        texts = [it.answer.text for it in case.offered]
        judged = judge(
            model, texts, messages=case.messages, language=case.language, weights=Weights(share=1.0), deadline=NEVER
        )
        given, alone = (it.given for it in judged), (it.alone for it in judged if it.alone is not None)
        vetoes = _vetoes(case, understood(case))
        found.append(Outcome(case=case, given=tuple(given), alone=tuple(alone), vetoes=vetoes))
    return found


def _vetoes(case: ChoiceCase, need: ShopperNeed) -> tuple[str, ...]:
    kind = Constraint(attribute=CATEGORY, operator=Operator.IS, value=need.category)
    musts = [*([kind] if need.category else []), *need.musts]
    fitting = tuple(it for it in case.products.values() if all(passes(it, must, AT) for must in musts))
    context = ReplyContext(
        shortlist=fitting,
        need=need,
        session=Session(session_id=""),
        retrieval=Retrieval(total=len(fitting)),
        products=case.products,
        at=AT,
        limit=len(case.products),
        phrases=Phrases(language=case.language, seed=""),
    )
    return tuple(veto(it.answer.response, context) for it in case.offered)


def likelihood_alone(outcome: Outcome, weights: Weights) -> str:
    """What is said to be wrong with the likeliest answer; RIGHT."""
    return _best(outcome, outcome.scores(weights))


def with_vetoes(outcome: Outcome, weights: Weights) -> str:
    """The same among the answers that no veto stopped; among all, if they were all stopped."""
    scores = outcome.scores(weights)
    if not all(outcome.vetoes):
        scores = [-math.inf if veto else score for veto, score in zip(outcome.vetoes, scores, strict=True)]
    return _best(outcome, scores)


def vetoes_alone(outcome: Outcome) -> float:
    """The chance of the right answer where one of those that no veto stopped is drawn at random."""
    standing = [it.kind for it, veto in zip(outcome.case.offered, outcome.vetoes, strict=True) if not veto]
    kinds = standing or [it.kind for it in outcome.case.offered]
    return kinds.count(RIGHT) / len(kinds)


def longest(outcome: Outcome) -> str:
    """What is wrong with the longest answer."""
    return _best(outcome, [it.tokens for it in outcome.given])


def _best(outcome: Outcome, scores: Sequence[float]) -> str:
    return outcome.case.offered[max(range(len(scores)), key=scores.__getitem__)].kind


def fit(tuned_on: Sequence[Outcome]) -> Weights:
    """The share and the length exponent that choose best, likelihood alone; the first of those that are as good."""
    grid = [Weights(share=share, length=length) for share in SHARES for length in LENGTHS]
    return max(grid, key=lambda weights: sum(likelihood_alone(it, weights) == RIGHT for it in tuned_on))


def share(outcomes: Sequence[Outcome], pick: Callable[[Outcome], str]) -> Share:
    """How often the pick is right."""
    return Share(right=sum(pick(it) == RIGHT for it in outcomes), of=len(outcomes))


def fooled_by(outcomes: Sequence[Outcome], pick: Callable[[Outcome], str]) -> dict[str, Share]:
    """By kind of wrong answer: how often it was picked, of the cases that offered one."""
    picked = Counter(pick(it) for it in outcomes)
    offered = Counter(kind for it in outcomes for kind in {one.kind for one in it.case.offered})
    return {kind: Share(right=picked[kind], of=count) for kind, count in offered.items() if kind != RIGHT}


def choose_on(
    shops: Sequence[Path], *, model: str, count: int, seed: int, on_progress: Progress = silent
) -> tuple[str, Mapping[str, Sequence[Outcome]]]:
    """The model's name, and by language about `count` cases, shared out by what each shop of that language sells."""
    judge = open_model(Settings(language_model=model))
    if judge is None:
        raise UserError("name a language model that can judge, for example --model builtin")
    with ExitStack() as stack:
        opened = [stack.enter_context(open_shop(folder)) for folder in shops]
        by_language: dict[str, list[Shop]] = {}
        for shop in opened:
            by_language.setdefault(_language(shop), []).append(shop)
        found = {
            language: _judged(members, language, judge, count, seed, on_progress)
            for language, members in sorted(by_language.items())
        }
    return judge.name, found


def _judged(
    shops: Sequence[Shop], language: str, model: LanguageModel, count: int, seed: int, on_progress: Progress
) -> list[Outcome]:
    found: list[Outcome] = []
    for number, shop in enumerate(shops):
        wanted = (count - len(found)) // (len(shops) - number)
        products = list(shop.catalogue.products())
        cases = list(choice_cases(products, shop=shop.name, language=language, seed=seed, count=wanted))
        counted = tracked(cases, f"choosing: {shop.name}", on_progress)
        found += outcomes(counted, model, lambda case, guide=shop.guide: understood(guide, case.messages))  # type: ignore[misc]
    random.Random(seed).shuffle(found)
    return found


def understood(guide: Guide, messages: Sequence[str]) -> ShopperNeed:
    """The need as the guide itself makes it of these words, turn by turn."""
    session = Session(session_id="")
    for number, message in enumerate(messages):
        need = guide.understand(message, session)
        turn = Turn(turn_id=str(number), message=message, need=need, text="", shown=(), at=datetime.now(UTC))
        session = Session(session_id="", turns=(*session.turns, turn))
    assert session.need is not None
    return session.need


def _language(shop: Shop) -> str:
    languages = [product.language for product in shop.catalogue.products()]
    return "zh" if languages.count("zh") > SPOKEN * len(languages) else "en"


def command(
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
        name, chosen = choose_on(shops, model=model, count=count, seed=seed, on_progress=step)
        other = choose_on(shops, model=against, count=count, seed=seed, on_progress=step) if against else None
    everything = [it for members in chosen.values() for it in members]
    weights = fit([it for it in everything if not it.case.testing])
    console.print(f"{escape(name)}: length {weights.length}, share of log P(r) taken off {weights.share}")
    if write is not None:
        write.write_text(weights.toml(), encoding="utf-8")
    reached = min((_report(language, members, weights) for language, members in chosen.items()), default=1.0)
    if other is not None:
        second = [it for members in other[1].values() for it in members]
        console.print(f"the same choice as {escape(other[0])}: {_same(everything, second, weights)}")
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
