"""One row of a behaviour log as events: in our own words, read at once, or in another system's, with its orders, states and refunds."""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Protocol

from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.feed.log.acts import Act, Fields, acts_of, event_names, event_table, word_of, words_for
from daogou.feed.log.columns import LogColumns
from daogou.feed.log.rows import WITHOUT_ITEMS, EventRow, LogRow, digest, item_of, line_of, price, whole
from daogou.feed.readers.record import Cell, Scalar, text_of
from daogou.feed.times import moment
from daogou.feed.values import NOTHING_SAID, number_in, one_line

_NAMES = {name.value: name for name in EventName}
_TEXTS = ("event_id", "user_id", "session_id", "search_term", "item_id", "item_list_id")
_COLUMNS = frozenset((*_TEXTS, "name", "timestamp", "quantity", "price", "index"))
_LONGEST_NOTHING = max(map(len, NOTHING_SAID))
_DIGITS = 9  # of a whole number that is surely one
_ODD = frozenset("<&\\")  # markup, entities, escapes


def plain_event(cells: Mapping[str, Cell]) -> Event | None:
    """The event of a row in which nothing has to be interpreted; None: it must be read the long way.

    Whatever this gives, the long way (event_log.py) gives as well.
    """
    if not cells.keys() <= _COLUMNS:
        return None
    texts = [_text(cells.get(name)) for name in _TEXTS]
    name, at = _NAMES.get(str(cells.get("name"))), _time(cells.get("timestamp"))
    quantity, index = _whole(cells.get("quantity")), _whole(cells.get("index"))
    price = _price(cells.get("price"))
    if None in texts or name is None or at is None or quantity is None or index is None or price is None:
        return None
    event_id, user_id, session_id, search_term, item_id, item_list_id = texts
    if not event_id or quantity == 0 or not (item_id or name in WITHOUT_ITEMS):
        return None
    item = EventItem(
        item_id=item_id or "",
        quantity=1 if quantity < 0 else quantity,
        price=None if price < 0 else price,
        index=None if index < 0 else index,
        item_list_id=item_list_id or "",
    )
    return Event(
        event_id=event_id,
        name=name,
        timestamp=at,
        user_id=user_id or "",
        session_id=session_id or "",
        items=(item,) if item_id else (),
        search_term=search_term or "",
    )


@functools.lru_cache(maxsize=50_000)  # the same products, shoppers and sessions come again and again
def _text(cell: Cell) -> str | None:
    """A text that cleaning would leave as it is; "" where the row says nothing; None: look closer."""
    if cell is None:
        return ""
    if not isinstance(cell, str) or not cell.isprintable() or cell != cell.strip() or "  " in cell:
        return None
    if not _ODD.isdisjoint(cell) or (not cell.isascii() and " ".join(cell.split()) != cell):
        return None
    if len(cell) <= _LONGEST_NOTHING and cell.casefold() in NOTHING_SAID:
        return "" if not cell else None
    return cell


def _time(cell: Cell) -> datetime | None:
    """A moment that names its zone."""
    if isinstance(cell, str) and len(cell) > 18 and cell[10] == "T" and "/" not in cell:
        try:
            found = datetime.fromisoformat(cell)
        except ValueError:
            return None
        return found.astimezone(UTC) if found.tzinfo else None
    return None


def _whole(cell: Cell) -> int | None:
    """From 0; -1 where the row says nothing; None: look closer."""
    if cell is None or cell == "":
        return -1
    if isinstance(cell, Decimal) and cell == cell.to_integral_value() and 0 <= cell < 10**_DIGITS:
        return int(cell)
    return int(cell) if isinstance(cell, str) and cell.isascii() and cell.isdecimal() and len(cell) < _DIGITS else None


def _price(cell: Cell) -> Decimal | None:
    """Two digits behind one point; -1 where the row says nothing; None: look closer."""
    if cell is None or cell == "":
        return Decimal(-1)
    if isinstance(cell, Decimal):
        return cell if cell.is_finite() and cell >= 0 else None
    plain = isinstance(cell, str) and cell.isascii() and cell[-3:-2] == "." and len(cell) < _DIGITS
    if plain and isinstance(cell, str) and cell[:-3].isdecimal() and cell[-2:].isdecimal():
        return Decimal(cell)
    return None


_NOBODY = frozenset(("0", "-1", "guest", "anonymous", "00000000-0000-0000-0000-000000000000"))
_PERSONAL = re.compile(r"mail|phone|name$|^buyer$|^customer$|姓名|电话|手机|買家|买家$")
_SEVERAL = re.compile(r"\s*[,;|]\s*")
_OF_AN_ORDER = ("timestamp", "clock", "zone", "user_id", "status", "cancelled")
_PARTS = ("parent_item_id",)  # lines that are part of another: the chosen variant of a configurable one
_IN_UTC = ("_gmt", "_utc")


class Products(Protocol):
    """What the shop sells, to find the products that a log speaks of."""

    def find(self, names: Sequence[str]) -> str | None:
        """The id of the product that one of these is the id, number or title of, the first that is; None: of none."""
        ...


class ForeignLog:
    """Reads rows by guessed columns; remembers the orders of the log, whose lines may stand apart."""

    def __init__(self, columns: LogColumns, products: Products, zone: tzinfo) -> None:
        self._columns, self._products, self._zone = columns, products, zone
        self._order: Fields = {}  # of the order whose lines are read: only the first may say when, whose and how it ended
        self._lines: dict[str, set[str]] = {}
        self._last = ""

    def read(self, row: LogRow) -> Iterator[EventRow]:
        """What became of a row: events, or the reasons why not; `aside` names what is no event of a shop."""
        if row.record.reasons:
            yield EventRow(number=row.number, reasons=row.record.reasons, raw=row.record.as_text())
            return
        for act in map(self._completed, acts_of(row.whole)):
            if any(_is_set(act.fields.get(column, "")) for column in words_for("states.excluded")):
                yield EventRow(number=row.number, aside="excluded hits and test orders")
                continue
            name, aside = self._name(act)
            if name is None:
                yield EventRow(number=row.number, aside=aside or "rows that do not say what was done")
                continue
            state = self._state_of(act) if name is EventName.PURCHASE else ""
            if state == "cancelled":
                yield EventRow(number=row.number, aside="cancelled orders")
                continue
            reasons: list[str] = []
            event = self._event(act, name, reasons)
            if event is None:
                yield EventRow(number=row.number, reasons=tuple(reasons), raw=row.record.as_text())
                continue
            if (numbered := self._once(event, act, alone=state == "refunded")) is None:
                yield EventRow(number=row.number, aside="repeated rows")
                continue
            yield EventRow(number=row.number, event=numbered)
            if state == "refunded" and event.name is EventName.PURCHASE:
                refund = replace(numbered, event_id=f"{numbered.event_id}:refund", name=EventName.REFUND)
                yield EventRow(number=row.number, event=refund)

    def _completed(self, act: Act) -> Act:
        """A further line of an order with what only the first says of the order."""
        order = self._text(act.fields, "order") if self._columns.bought else ""
        if not order or self._text(self._order, "order") != order:
            self._order = act.fields
            return act
        said = {column for field in _OF_AN_ORDER for column in self._columns.acts[field]}
        lacking = {name: cell for name, cell in self._order.items() if name in said and name not in act.fields}
        return replace(act, fields={**act.fields, **lacking})

    def _name(self, act: Act) -> tuple[EventName | None, str]:
        if self._columns.bought:
            return EventName.PURCHASE, ""
        said = self._text(act.fields, "name")
        name = event_names().get(word_of(said))
        if name is None:
            told = event_table()["by_column"]
            name = next((EventName(one) for one in told if any(c in act.fields for c in told[one].split())), None)
        if self._columns.lines and word_of(said) == "transaction":
            return None, said
        return name, said

    def _event(self, act: Act, name: EventName, reasons: list[str]) -> Event | None:
        timestamp = self._timestamp(act.fields, reasons)
        items, returned = self._items(act, reasons)
        if not items and not reasons and name not in WITHOUT_ITEMS:
            reasons.append("no column names its product")
        if timestamp is None or reasons:
            return None
        return Event(
            event_id="",
            name=EventName.REFUND if returned and name is EventName.PURCHASE else name,
            timestamp=timestamp,
            user_id=self._user(act.fields),
            session_id=self._text(act.fields, "session_id"),
            items=items,
            search_term=self._text(act.fields, "search_term") if name is EventName.SEARCH else "",
        )

    def _timestamp(self, fields: Fields, reasons: list[str]) -> datetime | None:
        said = [(column, fields[column]) for column in self._columns.acts["timestamp"] if column in fields]
        for column, cell in said:
            clock, named = self._text(fields, "clock"), self._text(fields, "zone")
            zone = UTC if column.endswith(_IN_UTC) else self._zone
            whole = f"{text_of(cell)} {clock} {named}".strip() if clock else cell
            day_first = self._columns.day_first
            found = moment(whole, zone=zone, day_first=day_first) or moment(cell, zone=zone, day_first=day_first)
            if found is not None:
                return found.at
        reasons.append(f"timestamp {text_of(said[0][1])[:60]!r} is not a time" if said else "timestamp is missing")
        return None

    def _user(self, fields: Fields) -> str:
        """Who it was; what a person can be known by (an address, a name, a number) is never kept as it is."""
        for column in self._columns.acts["user_id"]:
            said = one_line(text_of(fields[column])) if column in fields else ""
            if not said or said.casefold() in _NOBODY:
                continue
            return f"p-{digest(said.casefold())}" if "@" in said or _PERSONAL.search(column) else said
        return ""

    def _items(self, act: Act, reasons: list[str]) -> tuple[tuple[EventItem, ...], bool]:
        """The products, and whether they went back."""
        columns = self._columns.inside if act.items else self._columns.beside
        items: list[EventItem] = []
        returned = False
        for fields in act.items or self._one_by_one(act.fields):
            names = {c: name for c in columns["item"] if c in fields and (name := one_line(text_of(fields[c])))}
            found = self._products.find(list(names.values()))
            # What has no number in a log that numbers its products is none, unless the shop knows its title.
            number = next((name for c, name in names.items() if not self._is_title(c, columns["item"])), "")
            if not (found or number) or any(fields.get(column) for column in _PARTS):
                continue
            said = {name: _first(fields, columns[name]) for name in ("quantity", "index", "item_list_id")}
            said["index"] = None if whole(said["index"], "index", []) is None else said["index"]
            item, back = item_of(found or number, said, price(_first(fields, columns["price"])), reasons)
            items, returned = [*items, item], returned or back
        return tuple(items), returned

    @staticmethod
    def _is_title(column: str, beside: Sequence[str]) -> bool:
        ids, titles = words_for("columns.item_id"), words_for("columns.item_name")
        return column in titles and column not in ids and any(other in ids for other in beside)

    def _one_by_one(self, fields: Fields) -> Iterator[Fields]:
        """The product of a row; several in one cell ("A1,A2" and "2,1") one after the other."""
        columns = self._columns.beside
        column = next((one for one in columns["item"] if one in fields), "")
        parts = _SEVERAL.split(text_of(fields[column])) if column else []
        if (
            len(parts) < 2
            or self._products.find([text_of(fields[column])])
            or not all(self._products.find([p]) for p in parts)
        ):
            yield fields
            return
        beside = {
            c: _SEVERAL.split(text_of(fields[c])) for f in ("quantity", "price") for c in columns[f] if c in fields
        }
        for place, part in enumerate(parts):
            own = {c: values[place] for c, values in beside.items() if len(values) == len(parts)}
            yield {column: part, **own}

    def _state_of(self, act: Act) -> str:
        """Whether an order was "cancelled" or "refunded"; empty: neither."""
        columns = self._columns.acts["status"]
        said = [word_of(text_of(act.fields[column])).removeprefix("wc_") for column in columns if column in act.fields]
        if self._text(act.fields, "cancelled") or any(map(_is_cancelled, said)) or self._is_unpaid(act, said):
            return "cancelled"
        return "refunded" if any(word in words_for("states.refunded") for word in said) else ""

    def _is_unpaid(self, act: Act, states: Sequence[str]) -> bool:
        """Whether it waits for its money: what is pending may also wait to be sent."""
        columns = [column for column in self._columns.acts["status"] if column not in words_for("states.shipped")]
        said = (word_of(text_of(act.fields[column])) for column in columns if column in act.fields)
        waits = any(word in words_for("states.unpaid") for word in said)
        return waits and words_for("states.paid").keys().isdisjoint((*states, *act.fields))

    def _once(self, event: Event, act: Act, *, alone: bool) -> Event | None:
        """The event with its id: an order's number, the log's own, or what it says; None where the order had that line.

        Lines next to each other are one purchase; one that stands apart, or is taken back `alone`, is a purchase by itself.
        """
        own, order = self._text(act.fields, "event_id"), self._text(act.fields, "order")
        if order and event.name in (EventName.PURCHASE, EventName.REFUND):
            said = (event.items, event.name)  # a page of thanks that was loaded twice sends the order twice
            line = digest(repr(said if act.items else (own, event.timestamp, *said)))
            known = self._lines.setdefault(order, set())
            if line in known:
                return None
            apart = bool(known) and self._last != order
            known.add(line)
            self._last = order
            number = f"{order}:{line}" if apart or alone or event.name is EventName.REFUND else order
            return replace(event, event_id=number)
        return replace(event, event_id=own or digest(repr(event)))

    def _text(self, fields: Fields, name: str) -> str:
        return line_of(_first(fields, self._columns.acts[name]))


def _first(fields: Fields, columns: Sequence[str]) -> Scalar | None:
    return next((fields[column] for column in columns if column in fields), None)


def _is_set(cell: Scalar) -> bool:
    return text_of(cell).casefold() in ("true", "yes") or bool(number_in(cell))


def _is_cancelled(word: str) -> bool:
    return word in words_for("states.cancelled") or word.startswith(("cancelled", "canceled", "已取消"))
