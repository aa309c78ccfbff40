"""Products and events from a merchant: one JSON object is one Product, or one Event in GA4's e-commerce words."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from daogou.catalog.products.event import EARLIEST, Event, EventItem, EventName
from daogou.catalog.products.product import (
    Attribute,
    Availability,
    Money,
    Offer,
    Product,
    Rating,
    Translation,
    web_address,
)
from daogou.feed.plausible import MOST_RATINGS
from daogou.text.words import language_of, snake_case

Text = Annotated[str, StringConstraints(strip_whitespace=True)]
Short = Annotated[Text, StringConstraints(max_length=500)]
Currency = Annotated[Text, StringConstraints(pattern=r"^[A-Z]{3}$")]
Amount = Annotated[Decimal, Field(ge=0, le=10**12, max_digits=18, decimal_places=6)]


class Row(BaseModel):
    """A row from a merchant: unknown fields are refused, so that a misspelt one is not lost."""

    model_config = ConfigDict(extra="forbid")


def utc(moment: datetime) -> datetime:
    """The moment in UTC; ValueError where the calendar has no such day there."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies outside the calendar") from error


class MoneyRow(Row):
    """An amount, as a number or a text of digits, in an ISO 4217 currency."""

    amount: Amount = Field(examples=[499.95])
    currency: Currency = Field(examples=["EUR"])
    lowest: bool = Field(default=False, description="whether what is asked begins there: from €499.95")

    @field_validator("amount", mode="before")
    @classmethod
    def _digits_as_written(cls, amount: object) -> object:
        return Decimal(repr(amount)) if isinstance(amount, float) else amount

    def noun(self) -> Money:
        """As the shop's noun."""
        return Money(**vars(self))


class AttributeRow(Row):
    """One fact: `{"name": "memory", "value": 16, "unit": "GB"}`."""

    name: Annotated[Short, StringConstraints(min_length=1)] = Field(examples=["memory"])
    value: bool | Decimal | Short = Field(examples=[16])
    unit: Short | None = Field(default=None, examples=["GB"])

    @field_validator("value", mode="before")
    @classmethod
    def _digits_as_written(cls, value: object) -> object:
        # A text of digits stays a text, a JSON number becomes an exact one.
        return Decimal(repr(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else value

    def noun(self) -> Attribute:
        """As the shop's noun."""
        return Attribute(name=snake_case(self.name) or self.name, value=self.value, unit=self.unit, source=self.name)


class RatingRow(Row):
    """What buyers said, 0 to 5."""

    value: Decimal = Field(ge=0, le=5, examples=[4.5])
    count: int = Field(default=0, ge=0, le=MOST_RATINGS, examples=[120])


class TranslationRow(Row):
    """The merchant's own text in a further language."""

    title: Annotated[Short, StringConstraints(min_length=1)]
    description: Text = ""


class ProductRow(Row):
    """One product: schema.org and Merchant Center names. `id`, `title` and `price` are needed."""

    id: Annotated[Text, StringConstraints(min_length=1, max_length=200)] = Field(examples=["4711"])
    title: Annotated[Text, StringConstraints(min_length=1, max_length=2000)] = Field(examples=["Nimbus 14 laptop"])
    price: MoneyRow
    sale_price: MoneyRow | None = None
    sale_price_from: AwareDatetime | None = Field(
        default=None, description="the beginning of the sale, with a time zone; left out: it has begun"
    )
    sale_price_until: AwareDatetime | None = Field(
        default=None, description="the end of the sale, with a time zone; left out: it has none"
    )
    availability: Availability = Availability.IN_STOCK
    condition: Short = "new"
    description: Annotated[Text, StringConstraints(max_length=50_000)] = ""
    language: str | None = Field(default=None, pattern="^(en|zh)$", description="left out: seen from the title")
    brand: Short = ""
    category: list[Short] = Field(default_factory=list, max_length=20, description="the path, broadest first")
    product_type: Short = Field(default="", description="left out: learnt from the title")
    item_group_id: Short = ""
    gtin: Short = ""
    mpn: Short = ""
    attributes: list[AttributeRow] = Field(default_factory=list, max_length=500)
    highlights: list[Short] = Field(default_factory=list, max_length=50)
    link: Annotated[Text, StringConstraints(max_length=2000)] = ""
    image_link: Annotated[Text, StringConstraints(max_length=2000)] = ""
    rating: RatingRow | None = None
    translations: dict[Annotated[str, StringConstraints(max_length=20)], TranslationRow] = Field(
        default_factory=dict, max_length=50
    )

    @field_validator("sale_price_from", "sale_price_until")
    @classmethod
    def _in_the_calendar(cls, moment: datetime | None) -> datetime | None:
        return moment and utc(moment)

    @field_validator("link", "image_link")
    @classmethod
    def _leads_to_the_web(cls, link: str) -> str:
        if link and not web_address(link):
            raise ValueError("not an http(s) address or a path of this site")
        return link

    def noun(self) -> Product:
        """As the shop's noun; the shop canonicalises names, units and the type (catalog/facts, catalog/kinds)."""
        offer = Offer(
            price=self.price.noun(),
            sale_price=self.sale_price.noun() if self.sale_price else None,
            price_valid_from=self.sale_price_from,
            price_valid_until=self.sale_price_until,
            availability=self.availability,
            condition=self.condition,
        )
        told = {
            "offers": (offer,),
            "language": self.language or language_of(self.title),
            "category": tuple(self.category),
            "attributes": tuple(attribute.noun() for attribute in self.attributes),
            "highlights": tuple(self.highlights),
            "rating": Rating(**vars(self.rating)) if self.rating else None,
            "translations": {key: Translation(**vars(row)) for key, row in sorted(self.translations.items())},
        }
        return Product(**{name: value for name, value in (vars(self) | told).items() if name not in _OFFERED})


_OFFERED = ("price", "sale_price", "sale_price_from", "sale_price_until", "availability", "condition")


Key = Annotated[Text, StringConstraints(max_length=200)]


class EventItemRow(Row):
    """A product inside an event."""

    item_id: Annotated[Key, StringConstraints(min_length=1)] = Field(examples=["4711"])
    quantity: int = Field(default=1, ge=1, le=1_000_000)
    price: Decimal | None = Field(default=None, ge=0, le=10**12, max_digits=30)
    index: int | None = Field(default=None, ge=0, le=1_000_000, description="the position in a list, from 0")
    item_list_id: Key = Field(default="", description="the turn_id, where the list was our answer")


class EventRow(Row):
    """One act of a shopper; sent twice under the same `event_id` it counts once."""

    event_id: Annotated[Key, StringConstraints(min_length=1)] = Field(examples=["e-1"])
    name: EventName = Field(examples=["purchase"])
    timestamp: AwareDatetime = Field(description="with a time zone", examples=["2026-11-23T15:04:05Z"])
    user_id: Key = Field(default="", description="a pseudonym")
    session_id: Key = ""
    items: list[EventItemRow] = Field(default_factory=list, max_length=1000)
    search_term: Annotated[Text, StringConstraints(max_length=2000)] = ""

    @field_validator("timestamp")
    @classmethod
    def _in_our_time(cls, moment: datetime) -> datetime:
        if moment < EARLIEST:
            raise ValueError(f"{moment.isoformat()} is before {EARLIEST.year}: a clock that was never set")
        return utc(moment)

    def noun(self) -> Event:
        """As the shop's noun."""
        return Event(**vars(self) | {"items": tuple(EventItem(**vars(item)) for item in self.items)})
