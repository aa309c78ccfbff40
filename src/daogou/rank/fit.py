"""Fit: how likely is this product what the shopper asks for? One formula for search, conversation and rails.

    fit(product, q) ~ P(the product is what the likeliest reading that the catalogue bears out asks for | its row)

A handful of weights of known sign, the same in every shop, on the scale of a share: 1 is a row that holds every word of the query.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from daogou.catalog.matching.matching import Outcome, outcome
from daogou.catalog.products.candidate import Candidate
from daogou.catalog.products.need import CATEGORY, FITS, MODEL, TEXT, Constraint, Operator, ShopperNeed, Strength
from daogou.catalog.products.product import Product
from daogou.rank.kinds import KindBelief
from daogou.rank.weights import STANDARD, Weights

LIKELIHOOD = "likelihood"  # the language model's
FAR = 0.5  # of the best fit to the thing that was asked for: what is farther is another thing, whatever it meets


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How one product fits, and what made it so; `outcomes` are those of the need's constraints, in their order."""

    product: Product
    parts: Mapping[str, float]
    outcomes: tuple[Outcome, ...]
    off: bool = False  # a firm wish is broken

    @property
    def total(self) -> float:
        """The sum of its parts."""
        return sum(self.parts.values())

    @property
    def told(self) -> float:
        """Without the language model's voice, which speaks for a few products alone: what bounds and curves are made for."""
        return self.total - self.parts.get(LIKELIHOOD, 0.0)

    @property
    def asked(self) -> float:
        """How far it is the thing that was asked for, whatever else was wished of it."""
        return self.told - self.parts.get("wishes", 0.0)


def fits(
    candidates: Iterable[Candidate],
    need: ShopperNeed,
    *,
    products: Mapping[str, Product],
    kinds: KindBelief,
    at: datetime,
    information: float,
    more: Mapping[str, Mapping[str, float]] = MappingProxyType({}),
    weights: Weights = STANDARD,
) -> dict[str, Fit]:
    """Product id -> its fit; `information` is the most that the query's words could score, `more` are parts that others add (behaviour, popularity, a language model)."""
    share = weights.worth / max(information, weights.worth)
    return {
        one.product_id: _fit(
            one, need, products[one.product_id], kinds, at, share, more.get(one.product_id, {}), weights
        )
        for one in candidates
    }


def is_firm(wish: Constraint) -> bool:
    """Whether a row that contradicts it is no answer: a number, a refusal, a model; no word, brand or colour."""
    if wish.strength is not Strength.MUST:
        return False
    if wish.operator is Operator.IS_NOT:
        return True
    worded = wish.operator is Operator.IS and isinstance(wish.value, str | tuple)
    return wish.attribute != CATEGORY and (not worded or wish.attribute in (MODEL, FITS))


def _fit(
    candidate: Candidate,
    need: ShopperNeed,
    product: Product,
    kinds: KindBelief,
    at: datetime,
    share: float,
    more: Mapping[str, float],
    weights: Weights,
) -> Fit:
    outcomes = tuple(outcome(product, wish, at) for wish in need.constraints)
    wishes = _wishes(need.constraints, outcomes, weights)
    told = {score.source: weights.of(score.source) * score.value for score in candidate.scores}
    parts = told | {"kind": kinds.of(product, share, weights), "wishes": share * wishes} | dict(more)
    named = candidate.score("code") is not None  # whoever types a number wants that product, whatever else they say
    off = not named and any(
        is_firm(wish) and said is Outcome.BROKEN for wish, said in zip(need.constraints, outcomes, strict=True)
    )
    return Fit(
        product=product, parts={name: value for name, value in parts.items() if value}, outcomes=outcomes, off=off
    )


def relevance(candidate: Candidate, weights: Weights = STANDARD) -> float:
    """What the searchers say of it together."""
    return sum(weights.of(score.source) * score.value for score in candidate.scores)


def _wishes(wishes: Sequence[Constraint], outcomes: Sequence[Outcome], weights: Weights) -> float:
    return sum(weights.points(scale(wish), said) for wish, said in zip(wishes, outcomes, strict=True))


def scale(wish: Constraint) -> str:
    """Which of the weights' scales the outcomes of the wish are weighed on."""
    if wish.strength is Strength.PREFER:
        return "open"
    if is_firm(wish):
        return "firm"
    return "word" if wish.attribute == TEXT else "value"
