"""A rail: products offered without being asked for, and what speaks for each, counted from what shoppers did."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daogou.catalog.products.candidate import Score


class Place(StrEnum):
    """Where in the shop a rail stands."""

    HOME = "home"
    SIMILAR = "similar"  # on a product's page: what could be taken instead
    TOGETHER = "together"  # on a product's page: what goes with it
    CART = "cart"
    AFTER_PURCHASE = "after_purchase"


class ExplanationKind(StrEnum):
    """What may be said for a product."""

    BOUGHT_TOGETHER = "bought_together"  # `count` shoppers bought it together with `product_id`
    SAME_SHOPPERS = "same_shoppers"  # `count` shoppers who chose `product_id` chose it too
    BOUGHT_BEFORE = "bought_before"  # this shopper bought it, in `count` visits
    OWN_BRAND = "own_brand"  # this shopper chose products of its brand in `count` visits
    ALIKE = "alike"  # it is of the same kind as `product_id`, and reads much like it
    BOUGHT_BY = "bought_by"  # `count` shoppers bought it


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One true statement of what shoppers did, as of that moment."""

    kind: ExplanationKind
    as_of: datetime
    count: int = 0
    product_id: str = ""  # the other product


@dataclass(frozen=True, kw_only=True)
class Pick:
    """One product of a rail; `scores` are the experts' shares of P(item | shopper), and "total"."""

    product_id: str
    scores: tuple[Score, ...] = ()
    explanations: tuple[Explanation, ...] = ()
