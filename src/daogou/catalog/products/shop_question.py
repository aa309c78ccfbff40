"""A question about the shop itself and not about a product: what it sells, which brands, how it ships."""

from dataclasses import dataclass
from enum import StrEnum


class Asks(StrEnum):
    """What is asked of the shop."""

    RANGE = "range"  # what do you sell?
    BRANDS = "brands"  # which brands of tea do you carry?
    COUNT = "count"  # how many laptops do you have?
    PRICES = "prices"  # what do drills cost here?
    DEAREST = "dearest"  # the most expensive thing in the shop
    CHEAPEST = "cheapest"
    SERVICE = "service"  # shipping, returns, payment: no row knows it


@dataclass(frozen=True, kw_only=True)
class ShopQuestion:
    """What is asked, and of which kind of thing or on which topic."""

    asks: Asks
    thing: str = ""  # the kind of thing in the shopper's words; "": everything that the shop has
    topic: str = ""  # for SERVICE: shipping, returns ..., or one of the merchant's own; "": none that is known
