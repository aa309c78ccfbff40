"""What speaks for or against a product beside what the shopper asked: small parts of its fit."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Availability, Product
from daogou.rank.likeness import likeness

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


def _stars(product: Product) -> float:
    """The mean rating, drawn to the middle while few have rated, less the middle."""
    if product.rating is None:
        return 0.0
    stars, count = RATING_PRIOR
    return float((product.rating.value * product.rating.count + stars * count) / (product.rating.count + count) - stars)
