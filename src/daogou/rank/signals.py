"""What speaks for or against a product beside how well its words match: small numbers on the scale of a BM25 score."""

import functools
import math
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from daogou.rank.likeness import likeness
from daogou.shop.candidate import Retrieval
from daogou.shop.matching import Outcome, meets, outcome
from daogou.shop.need import TEXT, Constraint, Operator, ShopperNeed
from daogou.shop.product import Availability, Product

WISH = 2.0  # for a wish that is met; a wish that is clearly not met costs as much
SAID = 10.0  # for a row that says it is free of what is refused; of silent rows more can be wrong
GIVEN_UP = 6.0  # for a must that had to be given up, as far as the product still comes near it
LIKE = 6.0  # for a product exactly like the one that the shopper liked
NUMBER = 15.0  # for the very part number or barcode that was typed
RATED = 0.5  # for each star above the middle
RATING_PRIOR = (Decimal("3.5"), 10)  # stars, and how many buyers' worth they count
AVAILABILITY: Mapping[Availability, float] = {
    Availability.OUT_OF_STOCK: -4.0,
    Availability.BACKORDER: -1.0,
    Availability.PREORDER: -1.0,
}

_NUMBER = re.compile(r"[a-z0-9][a-z0-9./_-]*")


def signals(
    product: Product, need: ShopperNeed, retrieval: Retrieval, *, products: Mapping[str, Product], at: datetime
) -> dict[str, float]:
    """Every signal that speaks, by name; one that has nothing to say is left out."""
    liked = [products[key] for key in need.like if key in products]
    given = {
        "wishes": sum(WISH * _met(product, wish, at) for wish in _open(need, retrieval)),
        "free_of": SAID * sum(_free_of(product, must, at) for must in need.musts),
        "given_up": sum(GIVEN_UP * _nearness(product, must, at) for must in retrieval.given_up),
        "like": LIKE * max((likeness(product, other, at) for other in liked), default=0.0),
        "number": NUMBER * _names_number(product, need.query),
        "rating": RATED * _stars(product),
        "availability": AVAILABILITY.get(product.availability, 0.0) if product.availability else 0.0,
    }
    return {name: value for name, value in given.items() if value}


def _open(need: ShopperNeed, retrieval: Retrieval) -> list[Constraint]:
    """The wishes, and the musts that a plain search did not filter by (where it did, all candidates meet them).

    A word that must stand somewhere is left to what found it: BM25 has counted it.
    """
    musts = (must for must in need.musts if must.attribute != TEXT and must not in retrieval.given_up)
    return [*need.wishes, *musts]


def _free_of(product: Product, must: Constraint, at: datetime) -> float:
    """1 where the row says that it is free of what must not be in it, -0.5 where it may contain it."""
    if must.attribute != TEXT or must.operator is not Operator.IS_NOT:
        return 0.0
    return {Outcome.MET: 1.0, Outcome.NEAR: -0.5}.get(outcome(product, must, at), 0.0)


def _met(product: Product, constraint: Constraint, at: datetime) -> float:
    """1 met, -1 not met, 0 where the row does not say."""
    verdict = meets(product, constraint, at)
    return 0.0 if verdict is None else (1.0 if verdict else -1.0)


def _nearness(product: Product, must: Constraint, at: datetime) -> float:
    """1 where it is met after all; for a number less the farther off it is (half or double: 0)."""
    if meets(product, must, at):
        return 1.0
    if not isinstance(must.value, Decimal) or must.operator is Operator.IS_NOT or must.value <= 0:
        return 0.0
    numbers = [value for value in _numbers(product, must.attribute, at) if value > 0]
    return max((1 - abs(math.log2(value / must.value)) for value in numbers), default=-1.0)


def _numbers(product: Product, attribute: str, at: datetime) -> list[Decimal]:
    if attribute == "price":
        price = product.price_at(at)
        return [price.amount] if price else []
    values = [fact.value for fact in product.values(attribute)]
    return [value for value in values if isinstance(value, Decimal)]


def _names_number(product: Product, query: str) -> bool:
    """Whether the query names this product's part number, barcode or id."""
    return bool(
        _numbers_typed(query)
        & {number.casefold() for number in (product.mpn, product.gtin, product.id) if len(number) > 3}
    )


@functools.lru_cache(maxsize=64)
def _numbers_typed(query: str) -> frozenset[str]:
    """Its words with a digit: a plain word is no part number, though some merchant may number a lamp "LAMP"."""
    return frozenset(word for word in _NUMBER.findall(query.casefold()) if not word.isalpha())


def _stars(product: Product) -> float:
    """The mean rating, drawn to the middle while few have rated, less the middle."""
    if product.rating is None:
        return 0.0
    stars, count = RATING_PRIOR
    return float((product.rating.value * product.rating.count + stars * count) / (product.rating.count + count) - stars)
