"""What shoppers did, in GA4's e-commerce words."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from daogou.errors import UserError

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before that nobody shopped: a clock that was never set
LEEWAY = timedelta(minutes=5)  # by which clocks differ


class EventName(StrEnum):
    """GA4's recommended e-commerce events."""

    SEARCH = "search"
    VIEW_ITEM_LIST = "view_item_list"
    SELECT_ITEM = "select_item"
    VIEW_ITEM = "view_item"
    ADD_TO_WISHLIST = "add_to_wishlist"
    ADD_TO_CART = "add_to_cart"
    REMOVE_FROM_CART = "remove_from_cart"
    BEGIN_CHECKOUT = "begin_checkout"
    PURCHASE = "purchase"
    REFUND = "refund"


NO_DEEDS = frozenset((EventName.SEARCH, EventName.VIEW_ITEM_LIST))  # tell nothing of what was done with a product


@dataclass(frozen=True, kw_only=True)
class EventItem:
    """A product inside an event; `index` is its position in a list, from 0."""

    item_id: str
    quantity: int = 1
    price: Decimal | None = None
    index: int | None = None
    item_list_id: str = ""  # the turn id, when the list was our answer


@dataclass(frozen=True, kw_only=True)
class Event:
    """One act of a shopper; `event_id` makes it idempotent, `timestamp` is aware UTC."""

    event_id: str
    name: EventName
    timestamp: datetime
    user_id: str = ""
    session_id: str = ""
    items: tuple[EventItem, ...] = ()
    search_term: str = ""
    weighs: bool = True  # false: part of its shopper's history, and of nothing that others are shown


def named(user_id: str) -> None:
    """UserError for an empty user id: every shopper that nobody knows has it."""
    if not user_id.strip():
        raise UserError("name the shopper; an empty user id is everybody's whom the shop does not know")


def on_our_clock(event: Event, now: datetime) -> Event:
    """An event of the future happened just now, on a clock that is fast."""
    return event if event.timestamp <= now + LEEWAY else replace(event, timestamp=now)
