"""A behaviour log into a shop folder: read, dated, stored; bad rows set aside with their reasons."""

import gc
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from daogou.app.engines import now, shop_database
from daogou.catalog.products.event import EARLIEST, Event, on_our_clock
from daogou.db.catalogue import SqlCatalogue
from daogou.db.database import chunks
from daogou.db.events import EVENTS_PER_TRANSACTION, SqlEvents
from daogou.db.item_weights import ItemNumbers
from daogou.db.sessions import SqlSessions
from daogou.errors import ShopError
from daogou.feed import FeedMapping, RejectsFile, load_mapping
from daogou.feed.log.event_log import EventLogReader, read_events
from daogou.feed.log.rows import EventRow
from daogou.index.loading import INDEX, NOBODY, Listener
from daogou.settings import Settings, read_settings

SUSPECTS_NAMED = 3
_ASIDES_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class EventsReport:
    """What loading a log did, for people."""

    rows: int  # of the log; several may be one event
    new: int
    rejected: int
    seconds: float
    warnings: tuple[str, ...]
    rejects: Path
    guessed: str  # which columns were taken for what; empty: they are called as documented, or a mapping says it


class Warnings:
    """The first warnings of a load, and how many more there are."""

    SHOWN = 20

    def __init__(self) -> None:
        self._first: list[str] = []
        self._count = 0

    def add(self, warning: str) -> None:
        """One more."""
        self._count += 1
        if len(self._first) < self.SHOWN:
            self._first.append(warning)

    def told(self) -> tuple[str, ...]:
        """In the order in which they came."""
        more = self._count - len(self._first)
        return (*self._first, *([f"and {more:,} more warnings"] if more else []))


@dataclass(frozen=True)
class Log:
    """A behaviour log, how its columns are read (guessed where no mapping says it), and where its rejected rows go."""

    path: Path
    _: KW_ONLY
    mapping: FeedMapping | None = None
    rejects: Path | None = None


def load_event_log(
    log: Path,
    *,
    folder: Path,
    mapping: Path | None = None,
    rejects: Path | None = None,
    listener: Listener = NOBODY,
) -> EventsReport:
    """A log into an open shop; loading it again adds nothing. ShopError where there is no shop."""
    if not (folder / INDEX).is_dir():
        raise ShopError(f"there is no shop in '{folder}'; make one with: daogou load FEED --shop {folder}")
    settings = read_settings(folder)
    with shop_database(folder, settings) as engine:
        given = Log(log, mapping=load_mapping(mapping) if mapping else None, rejects=rejects)
        return store_events(given, engine, settings, listener)


def store_events(log: Log, engine: Engine, settings: Settings, listener: Listener) -> EventsReport:
    """Every good row's event, durable chunk by chunk; ids are acknowledged once their events are on the disk."""
    started, new, path = time.perf_counter(), 0, log.path
    stored, products = SqlEvents(engine), ItemNumbers(SqlCatalogue(engine))
    known_suspects = stored.suspects()
    with RejectsFile(log.rejects or path.with_name(f"{path.name}.events.rejects.jsonl")) as rejected:
        own = log.mapping if log.mapping and log.mapping.events else None
        reader = read_events(path, mapping=own, products=products, zone=ZoneInfo(settings.time_zone))
        rows = _Rows(reader, products, path, rejected)
        with without_collecting():
            for some in chunks(rows.events(), EVENTS_PER_TRANSACTION):
                new += stored.append(some)
                listener.acknowledged([event.event_id for event in some])
                listener.progress("events", rows.read, 0)
    listener.progress("events", rows.read, rows.read)
    return EventsReport(
        rows=rows.read,
        new=new,
        rejected=rejected.count,
        seconds=time.perf_counter() - started,
        warnings=rows.told(stored.suspects() - known_suspects),
        rejects=rejected.path,
        guessed=reader.guessed,
    )


@contextmanager
def without_collecting() -> Iterator[None]:
    """A million rows come and go without one cycle among them: looking for some costs a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _Rows:
    """A log's rows on their way in: counts them, sets bad ones aside, dates those that are ahead of time."""

    def __init__(self, rows: EventLogReader, products: ItemNumbers, path: Path, rejected: RejectsFile) -> None:
        self._rows, self._products = rows, products
        self._aside: Counter[str] = Counter()
        self._name = path.name
        self._rejected = rejected
        self._warnings = Warnings()
        self._early = 0
        self.read = 0

    def events(self) -> Iterator[Event]:
        """The good ones."""
        at = now()
        for row in self._rows:
            self.read += 1
            if row.aside:
                self._aside[row.aside] += 1
                continue
            if row.event is None or row.event.timestamp < EARLIEST:
                self._reject(row)
                continue
            event = on_our_clock(self._products.settled(row.event), at)
            self._early += event.timestamp != row.event.timestamp
            yield event

    def told(self, suspects: frozenset[str]) -> tuple[str, ...]:
        """What to warn of."""
        found = [*self._warnings.told()]
        if self._early:
            found.append(f"{self._name}: {self._early:,} events lie in the future; they count as of now")
        if self._aside:
            most = ", ".join(f"{count:,} {name}" for name, count in self._aside.most_common(_ASIDES_NAMED))
            rows = f"{self._aside.total():,} rows are no event with a product of this shop"
            found.append(f"{self._name}: {rows} ({most})")
        if suspects:
            named = ", ".join(sorted(suspects)[:SUSPECTS_NAMED]) + (" ..." if len(suspects) > SUSPECTS_NAMED else "")
            found.append(
                f"{len(suspects):,} shoppers act faster than a person can ({named}); nothing is learnt from them"
            )
        return tuple(found)

    def _reject(self, row: EventRow) -> None:
        reasons = row.reasons
        if row.event is not None:
            reasons = (f"timestamp {row.event.timestamp.isoformat()} is before {EARLIEST.year}",)
        self._warnings.add(f"{self._name}, row {row.number} was left out: {'; '.join(reasons)}")
        self._rejected.write(row.number, reasons, (), row.raw)


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """How much went."""

    events: int
    conversations: int


def forget_shopper(folder: Path, user_id: str) -> Forgotten:
    """Erase a shopper from a shop folder; done twice it is done once."""
    if not (folder / INDEX).is_dir():
        raise ShopError(f"there is no shop in '{folder}'")
    with shop_database(folder, read_settings(folder)) as engine:
        events = SqlEvents(engine).erase_user(user_id)
        return Forgotten(events=events, conversations=SqlSessions(engine).erase_user(user_id))
