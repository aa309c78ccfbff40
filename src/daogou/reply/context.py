"""Everything that one answer is made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from daogou.catalog.products.candidate import Retrieval
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Money, Product
from daogou.catalog.products.vocabulary import NO_FACTS, ShopFacts
from daogou.reply.gather import Fact, gather
from daogou.reply.sentences.phrases import Phrases

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


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One thing said of one product, and the facts it rests on; `brief` says the fact alone."""

    text: str
    product: Product
    facts: tuple[Fact, ...]
    brief: str = ""
    lacks: bool = False  # that the row is silent on something: told once where all rows are
    counted: tuple[int | Decimal, ...] = ()  # figures that were counted, not read from the row: "of the 23 that fit"


@dataclass(frozen=True, kw_only=True)
class Compound:
    """One sentence made of statements of several products; said only where all of them hold."""

    text: str
    parts: tuple[Statement, ...]


Sentence: TypeAlias = str | Statement | Compound


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One product of the answer with its reasons."""

    product: Product
    reasons: tuple[Statement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Sentences in order: plain ones speak of the need, Statements of a product."""

    sentences: tuple[Sentence, ...]
    shown: tuple[Shown, ...] = ()
    question: str = ""
    asks: str = ""  # the attribute that the question is about
