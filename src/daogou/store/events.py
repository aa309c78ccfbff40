"""What shoppers did, in the database (port EventLog)."""

import json
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sql

from daogou.shop.event import NO_DEEDS, Event, EventItem, EventName
from daogou.store.database import Row, advance, chunks, counter, events, item_counts, reading, rows_with_ids, writing
from daogou.store.popularity import EVENT_WEIGHTS, popularity

EVENTS_PER_TRANSACTION = 2_000
_COUNTED = "counted"  # the counter that grows whenever popularity may have changed
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SqlEvents:
    """Events as rows; what makes popularity is counted as they come, so that asking for it is cheap."""

    def __init__(self, engine: sql.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._popularity: tuple[int, dict[str, float]] = (-1, {})

    def append(self, new: Iterable[Event]) -> int:
        """How many were new; durable when it returns."""
        return sum(self._append(some) for some in chunks(new, EVENTS_PER_TRANSACTION))

    def events(self, *, user_id: str | None = None) -> Iterator[Event]:
        """Oldest first, read in chunks."""
        wanted = sql.select(events).order_by(events.c.at_us, events.c.event_id).limit(EVENTS_PER_TRANSACTION)
        if user_id is not None:
            wanted = wanted.where(events.c.user_id == user_id)
        page = wanted
        while True:
            with reading(self._engine) as connection:
                rows = connection.execute(page).all()
            if not rows:
                return
            yield from (_event(row) for row in rows)
            last = rows[-1]
            page = wanted.where(sql.tuple_(events.c.at_us, events.c.event_id) > sql.tuple_(last.at_us, last.event_id))

    def recent(self, *, user_id: str = "", session_id: str = "", limit: int = 300) -> list[Event]:
        """What that user did, or what was done in that session: newest first, without searches and lists that we showed."""
        deeds = events.c.name.not_in([name.value for name in NO_DEEDS])
        newest = sql.select(events).where(deeds).order_by(events.c.at_us.desc(), events.c.event_id.desc()).limit(limit)
        asked = [(events.c.user_id, user_id), (events.c.session_id, session_id)]
        with reading(self._engine) as connection:
            rows = {
                row.event_id: row
                for column, key in asked
                if key
                for row in connection.execute(newest.where(column == key))
            }
        newest_first = sorted(rows.values(), key=lambda row: (row.at_us, row.event_id), reverse=True)
        return [_event(row) for row in newest_first[:limit]]

    def erase_user(self, user_id: str) -> int:
        """Forget a shopper, in the popularity counts as well; how many events went."""
        with writing(self._engine) as connection:
            mine = events.c.user_id == user_id
            gone = [_event(row) for row in connection.execute(sql.select(events).where(mine))]
            connection.execute(sql.delete(events).where(mine))
            _count(connection, gone, sign=-1)
        return len(gone)

    def popularity(self) -> dict[str, float]:
        """product_id -> how often it was bought, carted and viewed, weighted; absent: never."""
        with self._lock, reading(self._engine) as connection:
            version = counter(connection, _COUNTED)
            if version != self._popularity[0]:
                rows = connection.execute(sql.select(item_counts.c.name, item_counts.c.product_id, item_counts.c.times))
                self._popularity = (version, popularity((EventName(name), key, times) for name, key, times in rows))
            return self._popularity[1]

    def _append(self, some: Sequence[Event]) -> int:
        given = {event.event_id: event for event in reversed(some)}  # the first of an id stays
        with writing(self._engine) as connection:
            known = {row.event_id for row in rows_with_ids(connection, (events.c.event_id,), events.c.event_id, given)}
            fresh = [event for key, event in given.items() if key not in known]
            if fresh:
                connection.execute(sql.insert(events), [_row(event) for event in fresh])
                _count(connection, fresh, sign=1)
        return len(fresh)


def _count(connection: sql.Connection, some: Sequence[Event], *, sign: int) -> None:
    times: Counter[tuple[str, str]] = Counter()
    for event in some:
        if event.name in EVENT_WEIGHTS:
            for item in event.items:
                times[item.item_id, event.name.value] += sign * item.quantity
    if not times:
        return
    advance(connection, _COUNTED)
    columns = (item_counts.c.product_id, item_counts.c.name)
    rows = rows_with_ids(connection, columns, item_counts.c.product_id, dict.fromkeys(key for key, _ in times))
    known = {(row.product_id, row.name) for row in rows}
    entries = [{"key": key, "event": name, "more": more} for (key, name), more in times.items()]
    fresh = [entry for entry in entries if (entry["key"], entry["event"]) not in known]
    stale = [entry for entry in entries if (entry["key"], entry["event"]) in known]
    key: sql.BindParameter[str] = sql.bindparam("key")
    name: sql.BindParameter[str] = sql.bindparam("event")
    more: sql.BindParameter[int] = sql.bindparam("more")
    if fresh:
        connection.execute(sql.insert(item_counts).values(product_id=key, name=name, times=more), fresh)
    if stale:
        update = sql.update(item_counts).where(item_counts.c.product_id == key, item_counts.c.name == name)
        connection.execute(update.values(times=item_counts.c.times + more), stale)


def _row(event: Event) -> dict[str, Any]:
    items = [
        [item.item_id, item.quantity, None if item.price is None else str(item.price), item.index, item.item_list_id]
        for item in event.items
    ]
    return {
        "event_id": event.event_id,
        "name": event.name.value,
        "at_us": (event.timestamp - _EPOCH) // timedelta(microseconds=1),
        "user_id": event.user_id,
        "session_id": event.session_id,
        "search_term": event.search_term,
        "items": json.dumps(items, ensure_ascii=False, separators=(",", ":")),
    }


def _event(row: Row) -> Event:
    return Event(
        event_id=row.event_id,
        name=EventName(row.name),
        timestamp=_EPOCH + timedelta(microseconds=row.at_us),
        user_id=row.user_id,
        session_id=row.session_id,
        items=tuple(
            EventItem(
                item_id=item_id,
                quantity=quantity,
                price=None if price is None else Decimal(price),
                index=index,
                item_list_id=item_list_id,
            )
            for item_id, quantity, price, index, item_list_id in json.loads(row.items)
        ),
        search_term=row.search_term,
    )
