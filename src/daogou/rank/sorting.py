"""Cheapest, lightest, best rated: the order that the shopper asked for, exactly."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain, zip_longest

from daogou.catalog.products.candidate import Candidate, Retrieval
from daogou.catalog.products.need import PRICE, RATING, ShopperNeed, Sort
from daogou.catalog.products.product import Product
from daogou.rank.spread import one_of_each

POPULARITY = "popularity"


def sorted_as_asked(
    candidates: Sequence[Candidate],
    sort: Sort,
    *,
    products: Mapping[str, Product],
    popularity: Mapping[str, float],
    at: datetime,
) -> list[Candidate]:
    """By the sorted attribute; equals as they stood; products whose row does not say come last."""
    values = {c.product_id: _value(products[c.product_id], sort, popularity, at) for c in candidates}
    known = [candidate for candidate in candidates if values[candidate.product_id] is not None]
    unknown = [candidate for candidate in candidates if values[candidate.product_id] is None]
    known.sort(key=lambda candidate: values[candidate.product_id] or Decimal(0), reverse=sort.descending)
    return known + unknown


def interleaved(found: Sequence[Retrieval], need: ShopperNeed, products: Mapping[str, Product]) -> list[Candidate]:
    """Everything that was found for each of several needs, the best of each first, no thing twice.

    By fit; where an order was asked for, first what meets the need, in that order.
    """
    lists = [(*one.candidates, *one.ranked) if need.sort else one.ranked for one in found]
    places = chain.from_iterable(zip_longest(*lists))
    once = {one.product_id: one for one in places if one is not None}
    return one_of_each(list(once.values()), products)


def _value(product: Product, sort: Sort, popularity: Mapping[str, float], at: datetime) -> Decimal | None:
    """What it is sorted by; of several values of an attribute, the one that counts for the order."""
    if sort.attribute == PRICE:
        price = product.price_at(at)
        return price.amount if price else None
    if sort.attribute == RATING:
        return product.rating.value if product.rating else None
    values = [fact.value for fact in product.values(sort.attribute)]
    numbers = [value for value in values if isinstance(value, Decimal)]
    if sort.attribute == POPULARITY and not numbers:
        return Decimal(popularity.get(product.id, 0.0))
    return (max if sort.descending else min)(numbers, default=None)
