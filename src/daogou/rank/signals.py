"""What speaks for or against a product beside what the shopper asked: small parts of its fit."""

import math
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Availability, Product

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
