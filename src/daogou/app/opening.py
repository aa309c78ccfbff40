"""An open shop: its memory, its index, and the guide that answers from them."""

import json
import logging
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Self

from daogou.app.advising import RECOMMENDER, KnowledgeKeeper, Sources
from daogou.app.engines import (
    database_url,
    missing,
    now,
    open_chooser,
    open_likelihood,
    open_model,
    open_reader,
    packaged,
)
from daogou.ask.lexicon import Lexicon
from daogou.ask.understand import Understanding
from daogou.carousels import Carousels
from daogou.catalog.facts.facts import enrich
from daogou.catalog.kinds.product_types import TypeModel
from daogou.catalog.matching.matching import Outcome
from daogou.catalog.products.product import Product
from daogou.db.catalogue import SqlCatalogue
from daogou.db.database import open_database
from daogou.db.durable import Versions, read_stamp
from daogou.db.events import SqlEvents
from daogou.db.sessions import SqlSessions
from daogou.encoders.lsa import Lsa
from daogou.errors import BackendError, MissingExtra, ShopError
from daogou.feed.toml_checks import read_shop_facts
from daogou.guide import Guide
from daogou.index.building import EncoderNote, refresh_index
from daogou.index.encoding import Absent
from daogou.index.live import LiveIndex, OpenIndex, Refresher
from daogou.index.loading import INDEX, TYPES
from daogou.index.memory import MemoryEvents, MemorySessions
from daogou.ports import Encoder, LanguageModel, SearchIndex
from daogou.rank.kinds import NUMBERS, SCALES, STANDARD, Weights
from daogou.recommend.recommender import Recommender
from daogou.reply.weights import WorkerPool
from daogou.search import SearchEngine
from daogou.settings import Settings, read_settings

FIT = "fit"  # folder in the shop's
WEIGHTS = "weights.json"

_log = logging.getLogger(__name__)


class Fitted:
    """`current()` costs one look at the disk; another version is read when it begins to count."""

    def __init__(self, folder: Path) -> None:
        self._versions = Versions(folder / FIT)
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._current = STANDARD

    def current(self) -> Weights:
        """The version that counts, else the standard weights."""
        if self._versions.stamp() != self._stamp:
            with self._lock:
                stamp = self._versions.stamp()
                if stamp != self._stamp:
                    try:
                        number, path = self._versions.number(), self._versions.current()
                        self._current = STANDARD if path is None else read_weights(path, name=f"{FIT} {number}")
                    except ShopError as error:
                        _log.warning("the learnt weights could not be read, the last ones go on: %s", error)
                    self._stamp = stamp
        return self._current


def write_weights(folder: Path, weights: Weights) -> None:
    """Whole, so that the version goes on meaning the same when the standard weights change."""
    told: dict[str, object] = {"found": dict(weights.found)}
    told |= {name: getattr(weights, name) for name in ("other_encoder", *NUMBERS)}
    told |= {name: {str(said): points for said, points in getattr(weights, name).items()} for name in SCALES}
    (folder / WEIGHTS).write_text(json.dumps(told, indent=1), encoding="utf-8")


def read_weights(folder: Path, *, name: str) -> Weights:
    """What was written; ShopError where it is damaged or another Daogou's."""
    path = folder / WEIGHTS
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        numbers = {one: float(told[one]) for one in ("other_encoder", *NUMBERS)}
        scales = {one: {Outcome(said): points for said, points in _points(told[one]).items()} for one in SCALES}
        return replace(STANDARD, found=_points(told["found"]), **numbers, **scales, name=name)  # type: ignore[arg-type]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ShopError(f"{path} is damaged ({error!r}); run: daogou learn fit, or roll back") from error


def _points(told: Mapping[str, float]) -> dict[str, float]:
    return {name: float(points) for name, points in told.items()}


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
        used = "model" in (settings.reader, settings.ranker, settings.choose)
        model = self._available_model() if used else None
        self.chooser = open_chooser(settings, model)
        self._pool = WorkerPool()  # for reading and ranking; the chooser has its own
        self.reader = open_reader(settings, model, self._pool)
        self.likelihood = open_likelihood(settings, model, self._pool)
        self._engine = open_database(database_url(folder, settings))
        self.catalogue = SqlCatalogue(self._engine)
        self.events = SqlEvents(self._engine)
        self.sessions = SqlSessions(self._engine)
        self.folder = folder
        self._index_folder = folder / INDEX
        self._live = LiveIndex(self._index_folder, clock=clock)
        self._lock = threading.Lock()
        self._fitted = Fitted(folder)
        self._packaged: dict[str, Encoder] = {}  # opened once
        self._facts = read_shop_facts(folder)
        versions = Versions(folder / RECOMMENDER)
        self._keeper = KnowledgeKeeper(
            Sources(catalogue=self.catalogue, events=self.events, view=self._view, versions=versions, clock=clock)
        )
        self.recommender = Recommender(self._keeper.knowledge, events=self.events, clock=clock)
        self.carousels = Carousels(
            catalogue=self.catalogue, sessions=self.sessions, recommender=self.recommender, sponsored=settings.sponsored
        )
        self._current = self._state(self._live.current(), None)
        self._refresher = Refresher(self.refresh)

    @cached_property
    def model(self) -> LanguageModel | None:
        """The language model, opened when it is first needed; None where the settings want none."""
        return open_model(self.settings)

    def _available_model(self) -> LanguageModel | None:
        """The model, or a warning and nobody: an answer is worth more than who gives it."""
        try:
            return self.model
        except (MissingExtra, BackendError) as failed:
            warnings.warn(f"{failed}; the guide goes on without the language model", stacklevel=2)
            return None

    @property
    def guide(self) -> Guide:
        """Who answers, from the newest whole index."""
        return self._newest().guide

    @property
    def index(self) -> SearchIndex:
        """What finds the products."""
        return self.guide.engine.index

    @property
    def index_version(self) -> int:
        """The catalogue version that the index shows; smaller than the catalogue's: it lags behind."""
        return self._newest().opened.manifest.catalogue_version

    @property
    def feed_checked_at(self) -> datetime | None:
        """When the feed was last known to be what the shop has; None where none was loaded."""
        stamp = read_stamp(self._index_folder.parent)
        return stamp.checked_at if stamp else None

    def feed_stale(self, now: datetime) -> bool:
        """Whether that is so long ago that prices and stock may have changed."""
        stamp, hours = read_stamp(self._index_folder.parent), self.settings.stale_after_hours
        return stamp is not None and stamp.stale(now, after=timedelta(hours=hours) if hours else None)

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
            self._index_folder,
            catalogue=self.catalogue,
            encoders=self._newest().guide.engine.encoders,
            clock=self.clock,
        )

    def catch_up(self) -> None:
        """Soon bring the index up to what the catalogue was given just before the last process ended, if anything."""
        if self.index_version < self.catalogue.version:
            self._refresher.wake()

    def warm(self) -> None:
        """Read what a first turn would have to read (words, encoders, products), and remember nothing of it."""
        engine = replace(self.guide.engine, events=MemoryEvents())
        trial = replace(self.guide, engine=engine, sessions=MemorySessions())
        for message in ("a present for about 20", "二十左右的礼物"):
            trial.answer(message)

    def close(self) -> None:
        """Finish what is under way and let go of the folder."""
        self._refresher.close()
        if self.chooser is not None:
            self.chooser.close()
        self._keeper.close()
        self._pool.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _newest(self) -> _State:
        opened, weights = self._live.current(), self._fitted.current()
        if opened is not self._current.opened:
            with self._lock:
                if opened is not self._current.opened:
                    self._current = self._state(opened, self._current.guide)
        if weights is not self._current.guide.engine.weights:
            with self._lock:
                guide = self._current.guide  # who is being answered keeps the old one
                guide = replace(guide, engine=replace(guide.engine, weights=weights))
                self._current = replace(self._current, guide=guide)
        return self._current

    def _view(self) -> tuple[SearchIndex, Sequence[str]]:
        engine = self.guide.engine
        return engine.index, [encoder.name for encoder in engine.encoders]

    def _state(self, opened: OpenIndex, last: Guide | None) -> _State:
        vocabulary = opened.index.vocabulary
        reusable = last is not None and last.engine.index.vocabulary is vocabulary
        understanding = Understanding(
            catalogue=self.catalogue,
            index=opened.index,
            lexicon=last.understanding.lexicon if last is not None and reusable else Lexicon.of(vocabulary),
            facts=self._facts,
            reader=self.reader,
            stale=self.feed_stale,
        )
        engine = SearchEngine(
            catalogue=self.catalogue,
            index=opened.index,
            encoders=[self._encoder(note, opened) for note in opened.manifest.encoders],
            events=self.events,
            likelihood=self.likelihood,
            weights=self._fitted.current(),
        )
        guide = Guide(
            understanding=understanding,
            engine=engine,
            sessions=self.sessions,
            clock=self.clock,
            recommender=self.recommender,
            chooser=self.chooser,
            shown=self.settings.shown,
        )
        return _State(opened=opened, guide=guide, types=TypeModel.from_json(opened.text(TYPES) or "{}"))

    def _encoder(self, note: EncoderNote, opened: OpenIndex) -> Encoder:
        learned = opened.encoder_file(note.name)
        if learned is not None:
            return Lsa.load(learned)
        if note.name not in self._packaged:
            encoder = packaged(note.name, self.settings)
            if encoder is None:
                warnings.warn(missing(note.name), stacklevel=2)
            self._packaged[note.name] = encoder or Absent(note.name, note.dimensions)
        return self._packaged[note.name]


def open_shop(folder: Path, *, clock: Callable[[], datetime] = now) -> Shop:
    """The shop in a folder, ready to answer; ShopError where there is none."""
    if not (folder / INDEX).is_dir():
        raise ShopError(f"there is no shop in '{folder}'; make one with: daogou load FEED --shop {folder}")
    return Shop(folder, settings=read_settings(folder), clock=clock)
