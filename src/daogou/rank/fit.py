"""Fit: how likely is this product what the shopper asks for? One formula for search, conversation and rails.

    fit(product, q) ~ P(the product is what the likeliest reading that the catalogue bears out asks for | its row)

A handful of weights of known sign, the same in every shop, on the scale of a share: 1 is a row that holds every word of the query.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType

from daogou.catalog.matching.matching import Outcome, outcome
from daogou.catalog.products.candidate import Candidate
from daogou.catalog.products.need import CATEGORY, FITS, MODEL, TEXT, Constraint, Operator, ShopperNeed, Strength
from daogou.catalog.products.product import Availability, Product
from daogou.rank.kinds import STANDARD, KindBelief, Weights

# (fit, share of such products that are right), between which the curve is straight; fitted by `daogou evaluate calibration`.
KNOTS = ((0.182, 0.558), (0.435, 0.863), (0.578, 0.91), (0.748, 0.921), (0.992, 0.932), (1.207, 0.982), (1.484, 0.984))


def probability(total: float) -> float:
    """How likely a product of this fit is right."""
    return between(KNOTS, total)


def between(knots: Sequence[tuple[float, float]], value: float) -> float:
    """On the straight line between the two knots around the value; level beyond the first and the last, 0 without any."""
    if not knots:
        return 0.0
    if value <= knots[0][0]:
        return knots[0][1]
    for (left, low), (right, high) in pairwise(knots):
        if value <= right:
            return low + (high - low) * (value - left) / (right - left)
    return knots[-1][1]


LIKE = 0.3  # for a product exactly like the one that the shopper liked
RATED = 0.02  # for each star above the middle
RATING_PRIOR = (Decimal("3.5"), 10)  # stars, and how many buyers' worth they count
AVAILABILITY: Mapping[Availability, float] = {
    Availability.OUT_OF_STOCK: -0.15,
    Availability.BACKORDER: -0.04,
    Availability.PREORDER: -0.04,
}


def signals(product: Product, need: ShopperNeed, *, products: Mapping[str, Product], at: datetime) -> dict[str, float]:
    """Every signal that speaks, by name; one that has nothing to say is left out."""
    liked = [products[key] for key in need.like if key in products]
    given = {
        "like": LIKE * max((likeness(product, other, at) for other in liked), default=0.0),
        "rating": RATED * _stars(product),
        "availability": AVAILABILITY.get(product.availability, 0.0) if product.availability else 0.0,
    }
    return {name: value for name, value in given.items() if value}


def likeness(product: Product, other: Product, at: datetime) -> float:
    """From 0 to 1: the mean of same kind, same brand and near price (0 for half or double), as far as the rows tell them."""
    pairs = ((product.product_type, other.product_type), (product.brand, other.brand))
    told = [float(left.casefold() == right.casefold()) for left, right in pairs if left and right]
    price, its = product.price_at(at), other.price_at(at)
    if price and its and price.currency == its.currency and price.amount * its.amount > 0:
        told.append(max(0.0, 1 - abs(math.log2(price.amount / its.amount))))
    return sum(told) / len(told) if told else 0.0


def _stars(product: Product) -> float:
    """The mean rating, drawn to the middle while few have rated, less the middle."""
    if product.rating is None:
        return 0.0
    stars, count = RATING_PRIOR
    return float((product.rating.value * product.rating.count + stars * count) / (product.rating.count + count) - stars)


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
    answered = list(zip(need.constraints, outcomes, strict=True))
    wishes = sum(weights.points(scale(wish), said) for wish, said in answered)
    told = {score.source: weights.of(score.source) * score.value for score in candidate.scores}
    parts = told | {"kind": kinds.of(product, share, weights), "wishes": share * wishes} | dict(more)
    named = candidate.score("code") is not None  # whoever types a number wants that product, whatever else they say
    off = not named and any(is_firm(wish) and said is Outcome.BROKEN for wish, said in answered)
    parts = {name: value for name, value in parts.items() if value}
    return Fit(product=product, parts=parts, outcomes=outcomes, off=off)


def relevance(candidate: Candidate, weights: Weights = STANDARD) -> float:
    """What the searchers say of it together."""
    return sum(weights.of(score.source) * score.value for score in candidate.scores)


def scale(wish: Constraint) -> str:
    """Which of the weights' scales the outcomes of the wish are weighed on."""
    if wish.strength is Strength.PREFER:
        return "open"
    if is_firm(wish):
        return "firm"
    return "word" if wish.attribute == TEXT else "value"
