"""How much one product is like another: "something like the second one"."""

import math
from datetime import datetime

from daogou.catalog.products.product import Product


def likeness(product: Product, other: Product, at: datetime) -> float:
    """From 0 to 1: the mean of same kind, same brand, near price and shared facts, as far as the rows tell them."""
    told = [
        _same(product.product_type, other.product_type),
        _same(product.brand, other.brand),
        _near_price(product, other, at),
        _shared_facts(product, other),
    ]
    known = [share for share in told if share is not None]
    return sum(known) / len(known) if known else 0.0


def _same(left: str, right: str) -> float | None:
    return float(left.casefold() == right.casefold()) if left and right else None


def _near_price(product: Product, other: Product, at: datetime) -> float | None:
    """1 for the same price, 0 for half or double."""
    left, right = product.price_at(at), other.price_at(at)
    if left is None or right is None or left.currency != right.currency or not left.amount * right.amount > 0:
        return None
    return max(0.0, 1 - abs(math.log2(left.amount / right.amount)))


def _shared_facts(product: Product, other: Product) -> float | None:
    """The share of the other's facts that this one has too."""
    facts = {(attribute.name, attribute.value) for attribute in other.attributes}
    own = {(attribute.name, attribute.value) for attribute in product.attributes}
    return len(facts & own) / len(facts) if facts else None
