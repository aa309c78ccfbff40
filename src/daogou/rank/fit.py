"""Fit: how likely is this product what the shopper asks for? One formula for search, conversation and rails.

    fit(product, q) = sum over readings of P(reading | q) * P(the product is what this reading asks for | its row)

A handful of weights of known sign, the same in every shop, on the scale of a share: 1 is a row that holds every word of the query.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from daogou.rank.kinds import KindBelief
from daogou.shop.candidate import Candidate
from daogou.shop.matching import Outcome, outcome
from daogou.shop.need import CATEGORY, TEXT, Constraint, Operator, ShopperNeed, Strength
from daogou.shop.product import Product

# Of what a searcher says: BM25 as a share of the most it could be, cosines as they are.
FOUND: Mapping[str, float] = MappingProxyType({"lexical": 1.0, "minilm": 0.3, "use": 0.75, "lsa": 0.1, "code": 3.0})
OTHER_ENCODER = 0.5
WORTH = (
    12.0  # BM25 points of one telling word: a kind and a wish are as one piece of what the query says among the others
)
# Of a wish, by what the row says to it. Firm and broken takes a product off.
FIRM: Mapping[Outcome, float] = MappingProxyType({Outcome.NEAR: -0.1, Outcome.UNKNOWN: -0.25, Outcome.BROKEN: -2.0})
VALUE: Mapping[Outcome, float] = MappingProxyType({Outcome.NEAR: -0.1, Outcome.UNKNOWN: -0.2, Outcome.BROKEN: -0.5})
OPEN: Mapping[Outcome, float] = MappingProxyType({Outcome.MET: 0.08, Outcome.BROKEN: -0.1})
WORD: Mapping[Outcome, float] = MappingProxyType({Outcome.UNKNOWN: -0.1, Outcome.BROKEN: -0.1})


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
    def asked(self) -> float:
        """How far it is the thing that was asked for, whatever else was wished of it."""
        return self.total - self.parts.get("wishes", 0.0)


def fits(
    candidates: Iterable[Candidate],
    need: ShopperNeed,
    *,
    products: Mapping[str, Product],
    kinds: KindBelief,
    at: datetime,
    information: float,
    more: Mapping[str, Mapping[str, float]] = MappingProxyType({}),
) -> dict[str, Fit]:
    """Product id -> its fit; `information` is the most that the query's words could score, `more` are parts that others add (behaviour, popularity, a language model)."""
    share = WORTH / max(information, WORTH)
    return {
        one.product_id: _fit(one, need, products[one.product_id], kinds, at, share, more.get(one.product_id, {}))
        for one in candidates
    }


def is_firm(wish: Constraint) -> bool:
    """Whether a row that contradicts it is no answer: a number, a refusal, a model; no word, brand or colour."""
    if wish.strength is not Strength.MUST or wish.attribute == CATEGORY:
        return wish.attribute == CATEGORY and wish.operator is Operator.IS_NOT and wish.strength is Strength.MUST
    return (
        wish.operator is not Operator.IS or not isinstance(wish.value, str | tuple) or wish.attribute in FIRM_ATTRIBUTES
    )


FIRM_ATTRIBUTES = ("model", "fits")


def _fit(
    candidate: Candidate,
    need: ShopperNeed,
    product: Product,
    kinds: KindBelief,
    at: datetime,
    share: float,
    more: Mapping[str, float],
) -> Fit:
    outcomes = tuple(outcome(product, wish, at) for wish in need.constraints)
    told = {score.source: _weight(score.source) * score.value for score in candidate.scores}
    parts = (
        told | {"kind": kinds.of(product, share), "wishes": share * _wishes(need.constraints, outcomes)} | dict(more)
    )
    named = candidate.score("code") is not None  # whoever types a number wants that product, whatever else they say
    off = not named and any(
        is_firm(wish) and said is Outcome.BROKEN for wish, said in zip(need.constraints, outcomes, strict=True)
    )
    return Fit(
        product=product, parts={name: value for name, value in parts.items() if value}, outcomes=outcomes, off=off
    )


def relevance(candidate: Candidate) -> float:
    """What the searchers say of it together."""
    return sum(_weight(score.source) * score.value for score in candidate.scores)


def _weight(source: str) -> float:
    return FOUND.get(source, OTHER_ENCODER)


def _wishes(wishes: Sequence[Constraint], outcomes: Sequence[Outcome]) -> float:
    return sum(_scale(wish).get(said, 0.0) for wish, said in zip(wishes, outcomes, strict=True))


def _scale(wish: Constraint) -> Mapping[Outcome, float]:
    if wish.strength is Strength.PREFER:
        return OPEN
    if is_firm(wish):
        return FIRM
    return WORD if wish.attribute == TEXT else VALUE
