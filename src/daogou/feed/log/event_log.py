"""A behaviour log in any feed format as events: purchases, views, searches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from itertools import islice
from pathlib import Path

from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.errors import FeedError, MappingError
from daogou.feed.attributes import read_cells
from daogou.feed.log.acts import acts_of
from daogou.feed.log.columns import LogColumns, guess_columns
from daogou.feed.log.events import ForeignLog, Products, plain_event
from daogou.feed.log.rows import WITHOUT_ITEMS, EventRow, LogRow, digest, item_of, line_of, log_rows, price
from daogou.feed.mapping.mapping import EVENT_FIELDS, FeedMapping, FieldRule
from daogou.feed.offering import Skipper
from daogou.feed.readers.formats import open_source
from daogou.feed.readers.record import Cell, Record, Scalar, flatten, text_of
from daogou.feed.times import moment

_BY_OWN_NAME = {name: FieldRule(columns=(name, f"items.{name}")) for name in EVENT_FIELDS}
_OF_AN_ITEM = ("item_id", "quantity", "price", "index", "item_list_id")
_NAMES = frozenset(EventName)
_SAMPLE = 500  # rows that a guess looks at


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
        for found in log_rows(self._source):
            if skipped := skipper.check(found.record):
                yield EventRow(number=skipped.number, reasons=skipped.reasons, raw=skipped.raw)
            else:
                yield _plain_row(found.record, rules) or _row(found, rules, self._zone)

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


def _row(row: LogRow, rules: Mapping[str, FieldRule], zone: tzinfo) -> EventRow:
    reasons = list(row.record.reasons)
    event = None if reasons else _event(row, rules, zone, reasons)
    if reasons:
        return EventRow(number=row.number, reasons=tuple(reasons), raw=row.record.as_text())
    return EventRow(number=row.number, event=event)


def _event(row: LogRow, rules: Mapping[str, FieldRule], zone: tzinfo, reasons: list[str]) -> Event | None:
    record = row.record
    found = {name: _first(read_cells(rule, record.cells)) for name, rule in rules.items()}
    name = _name(found.get("name"), reasons)
    timestamp = _timestamp(
        found.get("timestamp"), rules["timestamp"].format if "timestamp" in rules else "", zone, reasons
    )
    if name is not None and name not in WITHOUT_ITEMS and not line_of(found.get("item_id")):
        reasons.append("item_id is missing")
    items, returned = _items(row, rules, reasons)
    if name is None or timestamp is None or reasons:
        return None
    refund = name is EventName.PURCHASE and returned
    return Event(
        event_id=(line_of(found.get("event_id")) or digest(f"{record.number}\n{record.as_text()}"))
        + (":refund" if refund else ""),
        name=EventName.REFUND if refund else name,
        timestamp=timestamp,
        user_id=line_of(found.get("user_id")),
        session_id=line_of(found.get("session_id")),
        items=items,
        search_term=line_of(found.get("search_term")),
    )


def _items(row: LogRow, rules: Mapping[str, FieldRule], reasons: list[str]) -> tuple[tuple[EventItem, ...], bool]:
    """The items, and whether they went back; each says for itself how many of it there are."""
    found = [_said(cells, rules) for cells in _each_item(row, rules)]
    read = [item_of(line_of(said.get("item_id")), said, _asked(said, rules), reasons) for said in found]
    return tuple(item for item, _ in read if item.item_id), any(returned for _, returned in read)


def _said(cells: Mapping[str, Cell], rules: Mapping[str, FieldRule]) -> dict[str, Scalar | None]:
    return {name: _first(read_cells(rules[name], cells)) for name in _OF_AN_ITEM if name in rules}


def _each_item(row: LogRow, rules: Mapping[str, FieldRule]) -> Iterator[Mapping[str, Cell]]:
    """The cells of one item after the other: of a list of objects, of cells that hold several, or those of the row."""
    cells = row.record.cells
    columns = [column for name in _OF_AN_ITEM if name in rules for column in rules[name].columns]
    roots = (column.partition(".")[0] for column in columns if "." in column)
    listed = next((root for root in roots if isinstance(row.whole.get(root), (list, tuple))), "")
    if listed:
        beside = {column: cell for column, cell in cells.items() if column.partition(".")[0] != listed}
        yield from ({**beside, **flatten({listed: item})} for item in row.whole[listed])
        return
    several = {column: cell for column in columns if isinstance(cell := cells.get(column), tuple)}
    for place in range(max((len(cell) for cell in several.values()), default=1)):
        yield {**cells, **{column: cell[place] for column, cell in several.items() if place < len(cell)}}


def _first(values: Sequence[Scalar]) -> Scalar | None:
    return next(iter(values), None)


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


def _asked(said: Mapping[str, Scalar | None], rules: Mapping[str, FieldRule]) -> Decimal | None:
    amount = price(said.get("price"), rules["price"].decimal) if "price" in rules else None
    return None if amount is None else amount / rules["price"].divide
