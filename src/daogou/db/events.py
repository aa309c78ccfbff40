"""What shoppers did, in the database (port EventLog)."""

import functools
import json
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sql

from daogou.catalog.products.event import NO_DEEDS, Event, EventItem, EventName, named
from daogou.db.database import (
    IDS_PER_QUERY,
    Row,
    advance,
    chunks,
    counter,
    events,
    insert_into,
    insert_rows,
    item_weights,
    reading,
    rows_with_ids,
    suspects,
    writing,
)
from daogou.db.item_weights import ItemWeights, add_weights, weighed

A_MINUTE, A_DAY = 60, 2_000  # acts of one shopper in one minute, and in one day (UTC), beyond which it is none
# A wholesaler's invoice has hundreds of lines in one minute, and is paid for: purchases do not count.
ACTS = frozenset(map(EventName, ["view_item", "select_item", "add_to_wishlist", "add_to_cart", "remove_from_cart"]))
MINUTE_US, DAY_US = 60_000_000, 86_400_000_000


def who(event: Event) -> str:
    """The shopper, else the session, that an event is of; empty: nobody knows."""
    if event.user_id:
        return f"user {event.user_id}"
    return f"session {event.session_id}" if event.session_id else ""


def too_fast(moments_us: Iterable[int]) -> bool:
    """Whether one shopper's acts, in microseconds since 1970, are more than a person's in any minute or day."""
    moments = list(moments_us)
    minutes = Counter(moment // MINUTE_US for moment in moments)
    days = Counter(moment // DAY_US for moment in moments)
    return max(minutes.values(), default=0) > A_MINUTE or max(days.values(), default=0) > A_DAY


EVENTS_PER_TRANSACTION = 10_000
READ = 20_000  # events that stay in memory as they were read last
_VERSION, _WEIGHED = "log", "weighed"  # counters: every change of the log; whether its weights were added up
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _newest_of(column: sql.Column[str]) -> sql.Select[Any]:
    """Made once: recommending asks it each time."""
    deeds = events.c.name.not_in([name.value for name in NO_DEEDS])
    newest = sql.select(events).where(column == sql.bindparam("key"), deeds)
    return newest.order_by(events.c.at_us.desc(), events.c.event_id.desc()).limit(sql.bindparam("most"))


_OF_USER, _OF_SESSION = _newest_of(events.c.user_id), _newest_of(events.c.session_id)


class SqlEvents:
    """Events as rows; what makes popularity is added up as they come, so that asking for it is cheap."""

    def __init__(self, engine: sql.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._weights = ItemWeights()
        self._read = functools.lru_cache(maxsize=READ)(_event)  # a shopper's events are asked for at every click
        with reading(engine) as connection:
            known = counter(connection, _WEIGHED)
        if not known:
            self.recount()

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
        asked = [(_OF_USER, user_id), (_OF_SESSION, session_id)]
        with reading(self._engine) as connection:
            found = [connection.execute(newest, {"key": key, "most": limit}).all() for newest, key in asked if key]
        rows = {row.event_id: row for some in found for row in some}
        newest_first = sorted(rows.values(), key=lambda row: (row.at_us, row.event_id), reverse=True)
        return [self._read(row) for row in newest_first[:limit]]

    def erase_user(self, user_id: str) -> int:
        """Forget a shopper, in the weights as well, and what was done unnamed in sessions of nobody else; how many events went.

        UserError for the empty name: all who are unnamed have it.
        """
        named(user_id)
        with writing(self._engine) as connection:
            rows = list(connection.execute(sql.select(events).where(events.c.user_id == user_id)))
            for session_id in {row.session_id for row in rows} - {""}:
                of_session = connection.execute(sql.select(events).where(events.c.session_id == session_id)).all()
                if {row.user_id for row in of_session} <= {user_id, ""}:
                    rows += [row for row in of_session if not row.user_id]
            gone = [_event(row) for row in rows]
            known = _suspects(connection)
            counted = [event for event in gone if who(event) not in known]
            for some in chunks((row.event_id for row in rows), EVENTS_PER_TRANSACTION):
                connection.execute(sql.delete(events).where(events.c.event_id.in_(some)))
            connection.execute(sql.delete(suspects).where(suspects.c.who == f"user {user_id}"))
            if gone:
                add_weights(connection, _weights_of(counted, -1), advance(connection, _VERSION))
        self._read.cache_clear()
        return len(gone)

    def popularity(self) -> dict[str, float]:
        """product_id -> how often it was bought, carted and viewed, weighted, older acts less; absent: never."""
        with self._lock, reading(self._engine) as connection:
            return self._weights.popularity(connection, counter(connection, _VERSION))

    def suspects(self) -> frozenset[str]:
        """Who acts faster than a person can: "user ID" or "session ID"; nothing is learnt from them."""
        with reading(self._engine) as connection:
            return _suspects(connection)

    @property
    def version(self) -> int:
        """Grows with every change."""
        with reading(self._engine) as connection:
            return counter(connection, _VERSION)

    def recount(self) -> None:
        """Add up the weights of the whole log anew."""
        with writing(self._engine) as connection:
            connection.execute(sql.delete(item_weights))
            connection.execute(sql.delete(suspects))
            version = advance(connection, _VERSION)
            rows = connection.execute(sql.select(events).order_by(events.c.at_us)).yield_per(EVENTS_PER_TRANSACTION)
            for some in chunks((_event(row) for row in rows), EVENTS_PER_TRANSACTION):
                _weigh(connection, some, version)
            if not counter(connection, _WEIGHED):
                advance(connection, _WEIGHED)

    def _append(self, some: Sequence[Event]) -> int:
        given = {event.event_id: event for event in reversed(some)}  # the first of an id stays
        try:
            with writing(self._engine) as connection:
                return self._insert(connection, list(given.values()))
        except _SomeKnown:
            with writing(self._engine) as connection:
                column = events.c.event_id
                known = {row.event_id for row in rows_with_ids(connection, (column,), column, given)}
                return self._insert(connection, [event for key, event in given.items() if key not in known])

    def _insert(self, connection: sql.Connection, fresh: Sequence[Event]) -> int:
        """_SomeKnown where not all are new: nothing is kept then. That costs nothing where they are, as they mostly are."""
        if not fresh:
            return 0
        unless_known = insert_into(events, connection.dialect.name).on_conflict_do_nothing(index_elements=["event_id"])
        if insert_rows(connection, unless_known, [_row(event) for event in fresh]) != len(fresh):
            raise _SomeKnown
        _weigh(connection, fresh, advance(connection, _VERSION))
        return len(fresh)


class _SomeKnown(Exception):
    """Among the events are some that are there already."""


def _weigh(connection: sql.Connection, fresh: Sequence[Event], version: int) -> None:
    """Add up what new events say; those of somebody who turns out to be too fast are taken back, the old ones too."""
    known = _suspects(connection)
    caught = _too_fast(connection, fresh, known)
    add_weights(connection, _weights_of((event for event in fresh if who(event) not in known), 1), version)
    for one in caught:
        connection.execute(sql.insert(suspects).values(who=one))
        rows = connection.execute(sql.select(events).where(_by(one)))
        add_weights(connection, _weights_of(list(map(_event, rows)), -1), version)


def _suspects(connection: sql.Connection) -> frozenset[str]:
    return frozenset(connection.execute(sql.select(suspects.c.who)).scalars())


def _weights_of(some: Iterable[Event], sign: int) -> Iterator[tuple[str, int, int]]:
    return ((product_id, period, sign * weight) for event in some for product_id, period, weight in weighed(event))


def _too_fast(connection: sql.Connection, fresh: Sequence[Event], known: frozenset[str]) -> list[str]:
    """Who, of those whose acts are new, has too many in the time that they are of."""
    acts = [event for event in fresh if event.name in ACTS and who(event) not in known]
    if not acts:
        return []
    first, last = _us(min(event.timestamp for event in acts)), _us(max(event.timestamp for event in acts))
    days = (first // DAY_US * DAY_US, (last // DAY_US + 1) * DAY_US - 1)
    users = {event.user_id for event in acts} - {""}
    sessions = {event.session_id for event in acts if not event.user_id} - {""}
    busy = [f"user {key}" for key in _busy(connection, events.c.user_id, users, days)]
    busy += [f"session {key}" for key in _busy(connection, events.c.session_id, sessions, days)]
    acted, then = events.c.name.in_([name.value for name in ACTS]), events.c.at_us.between(*days)
    moments = (connection.execute(sql.select(events.c.at_us).where(_by(one), then, acted)).scalars() for one in busy)
    return [one for one, of_one in zip(busy, moments, strict=True) if too_fast(of_one)]


def _busy(
    connection: sql.Connection, column: sql.Column[Any], keys: Iterable[str], days: tuple[int, int]
) -> Iterator[str]:
    """Those with more events in that time than a person may have acts in a minute; the index alone tells."""
    for some in chunks(sorted(keys), IDS_PER_QUERY):
        counted = sql.select(column).where(column.in_(some), events.c.at_us.between(*days))
        yield from connection.execute(counted.group_by(column).having(sql.func.count() > A_MINUTE)).scalars()


def _by(one: str) -> sql.ColumnElement[bool]:
    kind, _, key = one.partition(" ")
    if kind == "user":
        return events.c.user_id == key
    return sql.and_(events.c.session_id == key, events.c.user_id == "")


def _us(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _row(event: Event) -> tuple[Any, ...]:
    """In the order of the table's columns."""
    items = [
        [item.item_id, item.quantity, None if item.price is None else str(item.price), item.index, item.item_list_id]
        for item in event.items
    ]
    return (
        event.event_id,
        event.name.value,
        _us(event.timestamp),
        event.user_id,
        event.session_id,
        event.search_term,
        _ENCODE(items),
        event.weighs,
    )


def _event(row: Row) -> Event:
    return Event(
        event_id=row.event_id,
        name=EventName(row.name),
        timestamp=_EPOCH + timedelta(microseconds=row.at_us),
        user_id=row.user_id,
        session_id=row.session_id,
        items=tuple(_item(*item) for item in json.loads(row.items)),
        search_term=row.search_term,
        weighs=bool(row.weighs),
    )


def _item(item_id: str, quantity: int, price: str | None, index: int | None, item_list_id: str) -> EventItem:
    exact = None if price is None else Decimal(price)
    return EventItem(item_id=item_id, quantity=quantity, price=exact, index=index, item_list_id=item_list_id)
