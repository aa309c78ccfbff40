"""The cells of an event, whatever the log: whole numbers, prices, texts, and the digest that stands for an id."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal

from daogou.catalog.products.event import EventItem
from daogou.feed.readers.record import Scalar, text_of
from daogou.feed.values.numbers import number_in, parse_number
from daogou.feed.values.texts import one_line


def whole(value: Scalar | None, name: str, reasons: list[str]) -> int | None:
    """A whole number; what is none is a reason against the row."""
    if value is None:
        return None
    number = number_in(value)
    if number is None or not number.is_finite() or number != number.to_integral_value():
        reasons.append(f"{name} {text_of(value)[:60]!r} is not a whole number")
        return None
    return int(number)


def price(value: Scalar | None, decimal: str = "") -> Decimal | None:
    """An amount that somebody may have paid; `decimal` is the mark before the cents, "" where the cell tells."""
    if value is None:
        return None
    number = value if isinstance(value, Decimal) else parse_number(text_of(value), decimal)
    return number if number is not None and number.is_finite() and number >= 0 else None


def item_of(
    item_id: str, said: Mapping[str, Scalar | None], price: Decimal | None, reasons: list[str]
) -> tuple[EventItem, bool]:
    """An item by what is said of it, and whether it went back: then its quantity is below zero."""
    quantity = whole(said.get("quantity"), "quantity", reasons)
    if quantity == 0:
        reasons.append("quantity is zero")
    item = EventItem(
        item_id=item_id,
        quantity=abs(quantity or 1),
        price=price,
        index=whole(said.get("index"), "index", reasons),
        item_list_id=line_of(said.get("item_list_id")),
    )
    return item, (quantity or 1) < 0


def line_of(value: Scalar | None) -> str:
    """One line; empty where there is nothing."""
    return "" if value is None else one_line(text_of(value))


def digest(said: str) -> str:
    """Stands for an id, or for a person whose name is not kept: 24 hex digits."""
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
