"""What the shop sells: one feed row is one Product (schema.org/Product, Merchant Center names)."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias, TypeVar
from urllib.parse import urlsplit


def web_address(link: str) -> str:
    """The link where it leads to the web or stays on this site; a feed's `javascript:` leads nowhere."""
    if link[:1] == "/" and link[:2] not in ("//", "/\\"):
        return link
    try:
        parts = urlsplit(link)
        leads = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # "http://[", a port that is none
        return ""
    return link if leads else ""


AttributeValue: TypeAlias = str | Decimal | bool
Read = TypeVar("Read")


class Availability(StrEnum):
    """Merchant Center's availability values."""

    IN_STOCK = "in_stock"
    OUT_OF_STOCK = "out_of_stock"
    PREORDER = "preorder"
    BACKORDER = "backorder"


@dataclass(frozen=True, kw_only=True)
class Money:
    """An exact amount in an ISO 4217 currency; `lowest`: what is asked begins there ("from $199")."""

    amount: Decimal
    currency: str
    lowest: bool = False


@dataclass(frozen=True, kw_only=True)
class Offer:
    """At what price and in what state the product is sold."""

    price: Money
    sale_price: Money | None = None
    price_valid_from: datetime | None = None  # the beginning of the sale price, UTC; None: it has begun
    price_valid_until: datetime | None = None  # its end, UTC; None: it has none
    availability: Availability | None = None  # None: the feed does not say
    condition: str = "new"
    seller: str = ""

    def price_at(self, at: datetime) -> Money:
        """What is really asked at that moment: the sale price from its beginning to its end, both included."""
        if self.sale_price is None:
            return self.price
        begun = self.price_valid_from is None or at >= self.price_valid_from
        over = self.price_valid_until is not None and at > self.price_valid_until
        return self.sale_price if begun and not over else self.price


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One fact of a product: `memory` 16 `GB`, `colour` "black", `bluetooth` True.

    `name` is the canonical snake_case name (see text/thesaurus), or the feed's own in snake_case.
    Numbers are Decimal in `unit`. `source` is the feed column it stands in, or "title" / "description"
    when it was read out of the text.
    """

    name: str
    value: AttributeValue
    unit: str | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Rating:
    """What buyers said: the mean on a scale of 0 to 5, and how many said it."""

    value: Decimal
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Translation:
    """The merchant's own text in a further language."""

    title: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Product:
    """One thing that can be bought; `offers` is empty only in a catalogue without prices.

    `product_type` is the kind of thing, canonical: a thesaurus type ("laptop") where one fits, else a phrase
    mined from the catalogue ("toner transfer belt", "礼盒"); empty if nothing can be said.
    `attributes` may repeat a name: a dress in "black" and in "red" carries `colour` twice.
    """

    id: str
    title: str
    offers: tuple[Offer, ...]
    language: str = "en"  # of title and description: "en" or "zh"
    item_group_id: str = ""
    description: str = ""
    brand: str = ""
    gtin: str = ""
    mpn: str = ""
    category: tuple[str, ...] = ()  # the merchant's path, broadest first
    product_type: str = ""
    attributes: tuple[Attribute, ...] = ()
    highlights: tuple[str, ...] = ()
    link: str = ""
    image_link: str = ""
    rating: Rating | None = None
    translations: Mapping[str, Translation] = field(default_factory=lambda: MappingProxyType({}))
    unpriced: Availability | None = None  # its state, where it has no offer that says it: the price is on request

    def values(self, name: str) -> tuple[Attribute, ...]:
        """Every attribute of that name."""
        return tuple(attribute for attribute in self.attributes if attribute.name == name)

    def title_in(self, language: str) -> str:
        """The title in that language, or the feed's own where there is no translation."""
        translation = self.translations.get(language)
        return translation.title if translation else self.title

    def description_in(self, language: str) -> str:
        """The description in that language, or the feed's own."""
        translation = self.translations.get(language)
        return translation.description if translation and translation.description else self.description

    def best_offer(self, at: datetime) -> Offer | None:
        """The cheapest offer that can be had, else the cheapest; None in a catalogue without prices."""
        return min(self.offers, key=lambda offer: (not _buyable(offer), offer.price_at(at).amount), default=None)

    def price_at(self, at: datetime) -> Money | None:
        """What is really asked for it at that moment; None in a catalogue without prices."""
        offer = self.best_offer(at)
        return offer.price_at(at) if offer else None

    @property
    def availability(self) -> Availability | None:
        """The best state that any offer is in; None where the feed does not say."""
        states = [offer.availability for offer in self.offers if offer.availability is not None]
        return min(states, key=_BEST_FIRST.index, default=self.unpriced)


def read_once(read: Callable[[Product], Read]) -> Callable[[Product], Read]:
    """A reading of a row that is kept with the product, for as long as the catalogue keeps that in memory."""
    name = f"{read.__module__}.{read.__qualname__}"

    @functools.wraps(read)
    def kept(product: Product) -> Read:
        memory = product.__dict__
        if name not in memory:
            memory[name] = read(product)
        known: Read = memory[name]
        return known

    return kept


_BEST_FIRST = (Availability.IN_STOCK, Availability.PREORDER, Availability.BACKORDER, Availability.OUT_OF_STOCK)


def _buyable(offer: Offer) -> bool:
    return offer.availability is not Availability.OUT_OF_STOCK
