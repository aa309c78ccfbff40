"""A feed into a shop folder: read, stored, typed, indexed."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from zoneinfo import ZoneInfo

from daogou.app.engines import now, shop_database, shop_encoders
from daogou.app.loading_events import EventsReport, Log, Warnings, store_events, without_collecting
from daogou.catalog.facts.facts import enrich
from daogou.catalog.products.product import Product
from daogou.db.catalogue import SqlCatalogue
from daogou.db.durable import FeedStamp, write_stamp
from daogou.feed import FeedReader, FeedRow, RejectsFile, load_mapping, mapping_text, read_feed
from daogou.index.loading import NOBODY, Listener, Preparation, Store, Withdrawal, load
from daogou.progress import Progress
from daogou.settings import read_settings

LANGUAGE_ROWS = 2_000  # of the feed and of the catalogue, that say which language it is in
SAMPLES = 3  # products that show how a feed was read
NO_CURRENCY = (
    "no currency stands in the feed: amounts have no sign until you name it (--currency EUR, or currency in a mapping)"
)
_NOT_WITHDRAWN = "nothing was withdrawn: a rejected row may be a product that is still sold; mend the rows, load again"

_TOO_MANY = (
    "nothing was withdrawn: the feed lacks {count:,} products, more than half of the shop; look whether it broke off, and load it"
    " with --replace --yes if they are no longer sold"
)


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """What a load did, for people."""

    rows: int
    loaded: int
    changed: int
    rejected: int
    withdrawn: int
    spared: int  # that would have been withdrawn: more than half of the shop, and nobody said yes
    events: EventsReport | None
    products: int  # in the shop afterwards
    seconds: float
    guessed: str  # the mapping as TOML, where it was guessed
    warnings: tuple[str, ...]
    rejects: Path
    left_out: Mapping[str, int]  # why, and how many rows: hidden ones, parents of variants ...
    sure: Mapping[str, float]  # of each field that was guessed, from 0 to 1
    samples: tuple[Product, ...]  # the first few


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a feed is read: by a mapping or guessed, with a behaviour log beside it; rejected rows go to a file.

    Where the feed names no currency it is that of the shop's other products, else `ask_currency` is asked once, with the
    likeliest.
    """

    mapping: Path | None = None
    events: Path | None = None
    currency: str = ""
    rejects: Path | None = None
    ask_currency: Callable[[str], str] = lambda likely: ""


@dataclass(frozen=True, kw_only=True)
class Replacing:
    """Whether what the feed lacks is withdrawn; more than half of a shop only with `most`: a feed that broke off looks just so."""

    missing: bool = False
    most: bool = False


def load_shop(
    feed: Path,
    *,
    folder: Path,
    reading: Reading = Reading(),
    replacing: Replacing = Replacing(),
    listener: Listener = NOBODY,
) -> LoadReport:
    """A feed into a shop folder (made when missing): stored, typed, indexed."""
    started = time.perf_counter()
    settings = read_settings(folder)
    mapping = load_mapping(reading.mapping) if reading.mapping else None
    reader = read_feed(feed, mapping=mapping, currency=reading.currency, zone=ZoneInfo(settings.time_zone))
    folder.mkdir(parents=True, exist_ok=True)
    with shop_database(folder, settings) as engine:
        catalogue = SqlCatalogue(engine)
        warnings = Warnings()
        if reader.lacks_currency:
            reader.name_currency(_own_currency(catalogue) or reading.ask_currency(reader.likely_currency))
        rows = FeedRows(reader, warnings)
        with RejectsFile(reading.rejects) if reading.rejects else RejectsFile.beside(feed) as rejected:
            products = rows.products(rejected.add)
            first = list(islice(products, LANGUAGE_ROWS))
            encoders = shop_encoders(settings, [*first, *islice(catalogue.products(), LANGUAGE_ROWS)])
            withdrawal = Withdrawal(
                missing=replacing.missing,
                complete=lambda: not rejected.count,
                agreed=lambda lacking, there: replacing.most or lacking <= there / 2,
                hidden=lambda: rows.hidden,
            )
            with without_collecting():
                loaded = load(
                    chain(first, products),
                    Store(folder=folder, catalogue=catalogue, clock=now),
                    Preparation(enrich=enrich, encoders=encoders.encoders),
                    withdrawal,
                    replace(listener, progress=partial(_show, listener.progress, reader)),
                )
        if loaded.read and not loaded.spared:  # else the shop has not what the feed has: its age goes on
            write_stamp(folder, FeedStamp(source=str(feed), checked_at=now()))
        set_aside = reading.rejects.with_name(f"events-{reading.rejects.name}") if reading.rejects else None
        log = Log(reading.events, mapping=reader.mapping, rejects=set_aside) if reading.events else None
        logged = store_events(log, engine, settings, Listener(progress=listener.progress)) if log else None
        return LoadReport(
            rows=rows.read,
            loaded=loaded.read,
            changed=loaded.changed,
            rejected=rejected.count,
            withdrawn=loaded.withdrawn,
            spared=loaded.spared,
            events=logged,
            products=len(catalogue),
            seconds=time.perf_counter() - started,
            guessed="" if reading.mapping else mapping_text(reader.mapping),
            left_out=rows.left_out,
            sure=reader.guess.sure if reader.guess else {},
            samples=tuple(rows.samples),
            warnings=(
                *reader.notices,
                *([NO_CURRENCY] if reader.lacks_currency else []),
                *encoders.warnings,
                *warnings.told(),
                *(logged.warnings if logged else ()),
                *([_NOT_WITHDRAWN] if replacing.missing and rejected.count else []),
                *([_TOO_MANY.format(count=loaded.spared)] if loaded.spared else []),
            ),
            rejects=rejected.path,
        )


class FeedRows:
    """A feed's rows on their way in: counts them, sets bad ones aside, passes on what to warn of."""

    def __init__(self, reader: FeedReader, warnings: Warnings) -> None:
        self._reader = reader
        self._warnings = warnings
        self.read = 0
        self.left_out: Counter[str] = Counter()
        self.hidden: set[str] = set()
        self.samples: list[Product] = []

    def products(self, set_aside: Callable[[FeedRow], None]) -> Iterator[Product]:
        """The good ones."""
        for row in self._reader:
            self.read += 1
            set_aside(row)
            if row.left_out:
                self.left_out[row.left_out] += 1
                self.hidden.add(row.hidden_id)
            for warning in row.warnings:
                self._warnings.add(f"row {row.number}: {warning}")
            if row.product is not None:
                if len(self.samples) < SAMPLES:
                    self.samples.append(row.product)
                yield row.product


def _own_currency(catalogue: SqlCatalogue) -> str:
    """That of the products which the shop has already: what was asked for once is remembered."""
    offers = (offer for product in islice(catalogue.products(), LANGUAGE_ROWS) for offer in product.offers)
    return next((offer.price.currency for offer in offers if offer.price.currency), "")


def _show(on_progress: Progress, reader: FeedReader, step: str, done: int, total: int) -> None:
    """Reading a feed moves by bytes, since nobody knows its rows."""
    if step == "products" and not total:
        on_progress("reading the feed", reader.bytes_read, reader.total_bytes)
    else:
        on_progress(step, done, total)


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """What a load would do, for people."""

    rows: int
    good: int
    rejected: Mapping[str, int]  # by the first reason of each row
    left_out: Mapping[str, int]
    guessed: str
    sure: Mapping[str, float]
    samples: tuple[Product, ...]
    warnings: tuple[str, ...]


def check_feed(feed: Path, *, folder: Path, mapping: Path | None = None, currency: str = "") -> CheckReport:
    """Reads the feed to its end; FeedError or MappingError where a load would end so."""
    chosen = load_mapping(mapping) if mapping else None
    reader = read_feed(feed, mapping=chosen, currency=currency, zone=ZoneInfo(read_settings(folder).time_zone))
    warnings, rejected = Warnings(), Counter[str]()
    rows = FeedRows(reader, warnings)
    good = sum(1 for _ in rows.products(lambda row: rejected.update(row.reasons[:1])))
    return CheckReport(
        rows=rows.read,
        good=good,
        rejected=rejected,
        left_out=rows.left_out,
        guessed="" if mapping else mapping_text(reader.mapping),
        sure=reader.guess.sure if reader.guess else {},
        samples=tuple(rows.samples),
        warnings=(*reader.notices, *([NO_CURRENCY] if reader.lacks_currency else []), *warnings.told()),
    )
