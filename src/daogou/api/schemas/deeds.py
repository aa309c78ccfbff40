"""Events over the wire, in GA4's e-commerce words: one JSON object is one Event."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints, field_validator

from daogou.api.schemas.goods import Row, Text, utc
from daogou.catalog.products.event import EARLIEST, Event, EventItem, EventName

Short = Annotated[Text, StringConstraints(max_length=200)]


class EventItemRow(Row):
    """A product inside an event."""

    item_id: Annotated[Short, StringConstraints(min_length=1)] = Field(examples=["4711"])
    quantity: int = Field(default=1, ge=1, le=1_000_000)
    price: Decimal | None = Field(default=None, ge=0, le=10**12, max_digits=30)
    index: int | None = Field(default=None, ge=0, le=1_000_000, description="the position in a list, from 0")
    item_list_id: Short = Field(default="", description="the turn_id, where the list was our answer")


class EventRow(Row):
    """One act of a shopper; sent twice under the same `event_id` it counts once."""

    event_id: Annotated[Short, StringConstraints(min_length=1)] = Field(examples=["e-1"])
    name: EventName = Field(examples=["purchase"])
    timestamp: AwareDatetime = Field(description="with a time zone", examples=["2026-11-23T15:04:05Z"])
    user_id: Short = Field(default="", description="a pseudonym")
    session_id: Short = ""
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
        return Event(
            event_id=self.event_id,
            name=self.name,
            timestamp=self.timestamp,
            user_id=self.user_id,
            session_id=self.session_id,
            items=tuple(EventItem(**item.model_dump()) for item in self.items),
            search_term=self.search_term,
        )
