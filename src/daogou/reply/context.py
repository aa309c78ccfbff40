"""Everything that one answer is made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from daogou.catalog.products.candidate import Retrieval
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Money, Product
from daogou.catalog.products.shop_facts import NO_FACTS, ShopFacts
from daogou.reply.sentences.phrases import Phrases
from daogou.reply.verify.gather import Fact, gather

_NONE: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class ShopProfile:
    """Counts over every row, most first, and the merchant's own answers."""

    departments: Mapping[str, int] = field(default_factory=lambda: _NONE)  # the merchant's broadest categories
    kinds: Mapping[str, int] = field(default_factory=lambda: _NONE)  # product types
    brands: Mapping[str, int] = field(default_factory=lambda: _NONE)
    product_count: int = 0
    facts: ShopFacts = NO_FACTS


@dataclass(frozen=True, kw_only=True)
class ReplyContext:
    """One turn as the writers see it; `shortlist` has passed the vetoes, best first."""

    shortlist: tuple[Product, ...]
    need: ShopperNeed
    session: Session
    retrieval: Retrieval
    products: Mapping[str, Product]
    at: datetime
    limit: int
    phrases: Phrases
    variants: Mapping[str, tuple[Product, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )  # item group id -> its products
    profile: ShopProfile = field(
        default_factory=ShopProfile
    )  # what is known of the shop as a whole, where the message asks for it

    @property
    def language(self) -> str:
        """The language to answer in."""
        return self.phrases.language

    @property
    def currency(self) -> str:
        """The currency that a bare price is meant in: that of the products at hand; "" without prices."""
        rows = (*self.shortlist, *self.products.values())
        prices = (row.price_at(self.at) for row in rows)
        return next((price.currency for price in prices if price), "")

    def facts(self, product: Product, field: str) -> tuple[Fact, ...]:
        """What the product's row says of the field, as this answer prints it."""
        return gather(product, field, at=self.at, language=self.language)

    def price(self, product: Product) -> Money | None:
        """What is asked for it now."""
        return product.price_at(self.at)

    @property
    def shown(self) -> tuple[Product, ...]:
        """The products that this answer can show."""
        return self.shortlist[: self.limit]

    @property
    def meant(self) -> tuple[Product, ...]:
        """The products that the message speaks of: those it names, else those shown last, else the best found."""
        for ids in (self.need.refers_to, self.session.shown):
            rows = tuple(self.products[product_id] for product_id in dict.fromkeys(ids) if product_id in self.products)
            if rows:
                return rows
        return self.shown
