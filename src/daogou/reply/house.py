"""What is known of the shop as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from daogou.shop.shop_facts import NO_FACTS, ShopFacts

_NONE: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class House:
    """Counts over every row, most first, and the merchant's own answers."""

    departments: Mapping[str, int] = field(default_factory=lambda: _NONE)  # the merchant's broadest categories
    kinds: Mapping[str, int] = field(default_factory=lambda: _NONE)  # product types
    brands: Mapping[str, int] = field(default_factory=lambda: _NONE)
    product_count: int = 0
    facts: ShopFacts = NO_FACTS
