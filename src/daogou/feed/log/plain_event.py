"""The common row of a behaviour log, read at once: GA4's own columns, plain texts, one product. All other rows take the long way."""

import functools
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.feed.log.event_row import WITHOUT_ITEMS
from daogou.feed.readers.record import Cell
from daogou.feed.values.texts import NOTHING_SAID

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
