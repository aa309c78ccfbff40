"""How often a language model's argmax is the right answer: alone, and behind the vetoes."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from daogou.ports import NEVER, LanguageModel, LogLikelihood
from daogou.reply.choose_judge import judge
from daogou.reply.choose_veto import veto
from daogou.reply.choose_weights import Weights
from daogou.reply.phrases import Phrases
from daogou.reply.scene import Scene
from daogou.shop.candidate import Retrieval
from daogou.shop.conversation import Session
from daogou.shop.matching import passes
from daogou.shop.need import CATEGORY, Constraint, Operator, ShopperNeed
from daogou.trial.choice import RIGHT, ChoiceCase
from daogou.trial.choice_answers import AT

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)  # of log P(r) taken off
LENGTHS = (0.7, 0.85, 1.0)  # exponents of the length
Z = 1.96  # of a 95 % interval


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One case with what the model and the vetoes say of each answer, in the order of `case.offered`."""

    case: ChoiceCase
    given: tuple[LogLikelihood, ...]  # log P(r | q)
    alone: tuple[LogLikelihood, ...]  # log P(r)
    vetoes: tuple[str, ...]

    @property
    def lengths(self) -> list[float]:
        """Tokens of each answer."""
        return [float(it.tokens) for it in self.given]

    def scores(self, weights: Weights) -> list[float]:
        """As reply/choose scores them, without products and plans."""
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
    cases: Iterable[ChoiceCase],
    model: LanguageModel,
    understood: Callable[[ChoiceCase], ShopperNeed],
    on_case: Callable[[int], None] = lambda done: None,
) -> list[Outcome]:
    """Every case judged; `understood` is the need that the guide itself makes of the shopper's words."""
    found = []
    for done, case in enumerate(cases, start=1):
        texts = [it.answer.text for it in case.offered]
        judged = judge(
            model, texts, messages=case.messages, language=case.language, weights=Weights(share=1.0), deadline=NEVER
        )
        found.append(
            Outcome(
                case=case,
                given=tuple(it.given for it in judged),
                alone=tuple(it.alone for it in judged if it.alone is not None),
                vetoes=_vetoes(case, understood(case)),
            )
        )
        on_case(done)
    return found


def _vetoes(case: ChoiceCase, need: ShopperNeed) -> tuple[str, ...]:
    fitting = tuple(it for it in case.products.values() if all(passes(it, must, AT) for must in _musts(need)))
    scene = Scene(
        shortlist=fitting,
        need=need,
        session=Session(session_id=""),
        retrieval=Retrieval(total=len(fitting)),
        products=case.products,
        at=AT,
        limit=len(case.products),
        phrases=Phrases(language=case.language, seed=""),
    )
    return tuple(veto(it.answer.response, scene) for it in case.offered)


def _musts(need: ShopperNeed) -> list[Constraint]:
    kind = Constraint(attribute=CATEGORY, operator=Operator.IS, value=need.category)
    return [*([kind] if need.category else []), *need.musts]


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
    return _best(outcome, outcome.lengths)


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
