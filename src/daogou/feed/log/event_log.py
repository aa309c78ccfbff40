"""A behaviour log in any feed format as events: purchases, views, searches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.errors import FeedError, MappingError
from daogou.feed.fields.cells import read_cells
from daogou.feed.log.event_acts import acts_of
from daogou.feed.log.event_cells import digest, line_of, price, whole
from daogou.feed.log.event_columns import LogColumns, guess_columns
from daogou.feed.log.event_row import WITHOUT_ITEMS, EventRow
from daogou.feed.log.foreign_event import ForeignLog, Products
from daogou.feed.log.log_rows import LogRow, log_rows
from daogou.feed.log.plain_event import plain_event
from daogou.feed.mapping.mapping import EVENT_FIELDS, FeedMapping, FieldRule
from daogou.feed.reader import to_the_end
from daogou.feed.readers.formats import open_source
from daogou.feed.readers.record import Record, Scalar, text_of
from daogou.feed.skipping import Skipper
from daogou.feed.values.times import moment

_BY_OWN_NAME = {name: FieldRule(columns=(name, f"items.{name}")) for name in EVENT_FIELDS}
_OF_AN_ITEM = ("quantity", "price", "index", "item_list_id")
_NAMES = frozenset(EventName)
_SAMPLE = 500  # rows that a guess looks at
Found: TypeAlias = Mapping[str, Sequence[Scalar]]


class EventLogReader:
    """The rows of a log, good and bad, as they are read; `guessed` tells which column was taken for what."""

    def __init__(
        self, path: Path, mapping: FeedMapping | None, products: Products, zone: tzinfo, *, sample: int = _SAMPLE
    ) -> None:
        self._source, self._mapping, self._products, self._zone = open_source(path), mapping, products, zone
        first = [] if mapping else list(islice(log_rows(self._source), sample))
        self._columns = None if mapping or _documented(first) else self._guess(first)
        self.guessed = self._columns.told() if self._columns else ""
        if not mapping and self._columns is None and not _documented(first, some=True):
            found = ", ".join(dict.fromkeys(name for row in first[:1] for name in row.record.cells)) or "nothing"
            raise FeedError(
                f"{path}: no column tells when something was done, and what with which product (there is: {found[:500]});"
                " name them under [events] of a mapping (docs/feeds.md)"
            )

    def __iter__(self) -> Iterator[EventRow]:
        """Every row; those next to each other with one event_id are one event with several items."""
        pending: EventRow | None = None
        for row in self._rows():
            if row.event is None:
                yield row
                continue
            merged = _merged(pending, row)
            if merged is None and pending is not None:
                yield pending
            pending = merged or row
        if pending is not None:
            yield pending

    def _rows(self) -> Iterator[EventRow]:
        if self._columns is not None:
            foreign = ForeignLog(self._columns, self._products, self._zone)
            for found in log_rows(self._source):
                yield from foreign.read(found)
            return
        rules = self._mapping.events if self._mapping else _BY_OWN_NAME
        skipper = Skipper(self._mapping.skip if self._mapping else ())
        for record in to_the_end(self._source):
            skipped = skipper.check(record)
            if skipped:
                yield EventRow(number=skipped.number, reasons=skipped.reasons, raw=skipped.raw)
            else:
                yield _plain_row(record, rules) or _row(record, rules, self._zone)

    def _guess(self, rows: Sequence[LogRow]) -> LogColumns | None:
        acts = [act for row in rows if not row.record.reasons for act in acts_of(row.whole)]
        return guess_columns(acts, lambda text: self._products.find([text]) is not None)


def read_events(
    path: Path, *, mapping: FeedMapping | None = None, products: Products | None = None, zone: tzinfo = UTC
) -> EventLogReader:
    """The events of a log; without a mapping the columns are those of docs/feeds.md, or another system's, which are guessed.

    A purchase of a negative quantity is a refund. A row without an event_id gets one from its content, so that loading a
    log twice adds nothing. `products` finds what a log speaks of; `zone` is that of times that name none.
    """
    if mapping is not None and not mapping.events:
        raise MappingError(["events: the mapping says nothing of events"])
    return EventLogReader(path, mapping, products or _AnyProduct(), zone)


class _AnyProduct:
    """Knows none: the numbers of the log stay as they are."""

    def find(self, names: Sequence[str]) -> str | None:
        return None


def _documented(rows: Sequence[LogRow], *, some: bool = False) -> bool:
    """Whether these are our own columns and names of events; `some`: any of them."""
    cells = [row.record.cells for row in rows if not row.record.reasons]
    named = [cell for one in cells if isinstance(cell := one.get("name"), str)]
    if some or not cells:
        return not cells or any(one.keys() & {"name", "timestamp"} for one in cells)
    ours = sum(cell.casefold() in _NAMES for cell in named)
    return any("timestamp" in one for one in cells) and 0 < ours >= len(cells) - ours


def _merged(before: EventRow | None, row: EventRow) -> EventRow | None:
    """Both as one event, where they are one; a row that says the same again adds nothing."""
    if before is None or before.event is None or row.event is None:
        return None
    first, second = before.event, row.event
    if (first.event_id, first.name, first.user_id) != (second.event_id, second.name, second.user_id):
        return None
    again = first.timestamp == second.timestamp and first.items[-len(second.items) :] == second.items
    return before if again else replace(before, event=replace(first, items=first.items + second.items))


def _plain_row(record: Record, rules: Mapping[str, FieldRule]) -> EventRow | None:
    event = plain_event(record.cells) if rules is _BY_OWN_NAME and not record.reasons else None
    return EventRow(number=record.number, event=event) if event is not None else None


def _row(record: Record, rules: Mapping[str, FieldRule], zone: tzinfo) -> EventRow:
    reasons = list(record.reasons)
    event = None if reasons else _event(record, rules, zone, reasons)
    if reasons:
        return EventRow(number=record.number, reasons=tuple(reasons), raw=record.as_text())
    return EventRow(number=record.number, event=event)


def _event(record: Record, rules: Mapping[str, FieldRule], zone: tzinfo, reasons: list[str]) -> Event | None:
    found = {name: read_cells(rule, record.cells) for name, rule in rules.items()}
    name = _name(_first(found, "name"), reasons)
    timestamp = _timestamp(_first(found, "timestamp"), _layout(rules), zone, reasons)
    if name is not None and name not in WITHOUT_ITEMS and not line_of(_first(found, "item_id")):
        reasons.append("item_id is missing")
    items, returned = _items(found, rules, reasons)
    if name is None or timestamp is None or reasons:
        return None
    refund = name is EventName.PURCHASE and returned
    return Event(
        event_id=(line_of(_first(found, "event_id")) or digest(f"{record.number}\n{record.as_text()}"))
        + (":refund" if refund else ""),
        name=EventName.REFUND if refund else name,
        timestamp=timestamp,
        user_id=line_of(_first(found, "user_id")),
        session_id=line_of(_first(found, "session_id")),
        items=items,
        search_term=line_of(_first(found, "search_term")),
    )


def _items(found: Found, rules: Mapping[str, FieldRule], reasons: list[str]) -> tuple[tuple[EventItem, ...], bool]:
    """The items, and whether they went back: one item, or GA4's list of them."""
    ids = [line_of(value) for value in found.get("item_id", ())]
    columns = {name: _column(found.get(name, ()), name, len(ids) or 1, reasons) for name in _OF_AN_ITEM}
    quantities = [whole(value, "quantity", reasons) for value in columns["quantity"]]
    if 0 in quantities:
        reasons.append("quantity is zero")
    if reasons:
        return (), False
    items = tuple(
        EventItem(
            item_id=item_id,
            quantity=abs(quantities[place] or 1),
            price=_asked(columns["price"][place], rules["price"]),
            index=whole(columns["index"][place], "index", reasons),
            item_list_id=line_of(columns["item_list_id"][place]),
        )
        for place, item_id in enumerate(ids)
        if item_id
    )
    return items, any((quantity or 1) < 0 for quantity in quantities)


def _column(values: Sequence[Scalar], name: str, count: int, reasons: list[str]) -> Sequence[Scalar | None]:
    """One value for each item; a list of items says it of all of them or of none."""
    if not values:
        return [None] * count
    if len(values) != count:
        reasons.append(f"items: {len(values)} of {count} have {name!r}; give it for all of them or for none")
        return [None] * count
    return values


def _first(found: Found, name: str) -> Scalar | None:
    return next(iter(found.get(name, ())), None)


def _layout(rules: Mapping[str, FieldRule]) -> str:
    return rules["timestamp"].format if "timestamp" in rules else ""


def _name(value: Scalar | None, reasons: list[str]) -> EventName | None:
    text = line_of(value).casefold()
    if text in _NAMES:
        return EventName(text)
    reasons.append(f"name {text!r} is no event ({', '.join(EventName)})" if text else "name is missing")
    return None


def _timestamp(value: Scalar | None, layout: str, zone: tzinfo, reasons: list[str]) -> datetime | None:
    found = None if value is None else moment(value, zone=zone, layout=layout)
    if found is None:
        reasons.append("timestamp is missing" if value is None else f"timestamp {text_of(value)[:60]!r} is not a time")
    return found.at if found else None


def _asked(value: Scalar | None, rule: FieldRule) -> Decimal | None:
    amount = price(value, rule.decimal)
    return None if amount is None else amount / rule.divide
