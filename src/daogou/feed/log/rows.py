"""The rows of a log: with their lists and objects as they are, their cells as whole numbers, prices and texts, and what became of each."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.feed.reader import to_the_end
from daogou.feed.readers.documents import json_values, no_object
from daogou.feed.readers.formats import ParquetFile, Source
from daogou.feed.readers.record import Record, Scalar, flatten, text_of
from daogou.feed.values import number_in, one_line, parse_number

WITHOUT_ITEMS = frozenset((EventName.SEARCH, EventName.VIEW_ITEM_LIST))  # may be of no product


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """An event, the reasons why there is none, or what it is that is no event of a shop (`aside`)."""

    number: int
    event: Event | None = None
    reasons: tuple[str, ...] = ()
    raw: str = ""
    aside: str = ""


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


@dataclass(frozen=True, kw_only=True)
class LogRow:
    """One row: what it holds, by the names that it gives, or why it can't be read. `record` is the same as flat cells."""

    number: int
    whole: Mapping[str, Any] = field(default_factory=dict)
    record: Record


def log_rows(source: Source) -> Iterator[LogRow]:
    """Every row, good or bad; FeedError where the file breaks off before the first."""
    if source.format == "jsonl":
        with source._text() as text:
            yield from map(_of_json, json_values(text))
        source.file.finished()
    elif source.format == "parquet" and (parquet := ParquetFile(source.file.path)).nested:
        for number, whole in enumerate(parquet.objects(), start=1):
            yield LogRow(number=number, whole=whole, record=Record(number=number, cells=flatten(whole)))
    else:
        for record in to_the_end(source):
            yield LogRow(number=record.number, whole=record.cells, record=record)


def _of_json(found: tuple[int, Any, str]) -> LogRow:
    number, value, raw = found
    if isinstance(value, dict):
        return LogRow(number=number, whole=value, record=Record(number=number, cells=flatten(value)))
    return LogRow(number=number, record=Record(number=number, reasons=(no_object(value),), raw=raw))
