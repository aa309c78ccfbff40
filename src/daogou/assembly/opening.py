"""An open shop: its memory, its index, and the guide that answers from them."""

import copy
import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from daogou.ask.lexicon import Lexicon
from daogou.assembly.advising import open_keeper
from daogou.assembly.encoders import missing, packaged
from daogou.assembly.fitted import Fitted
from daogou.assembly.models import open_chooser, open_likelihood, open_meant, open_model, open_reader
from daogou.assembly.parts import database_url, now
from daogou.errors import BackendError, MissingExtra, ShopError
from daogou.guide import Guide
from daogou.language.lsa import Lsa
from daogou.ports import Encoder, LanguageModel, SearchIndex
from daogou.rails import Rails
from daogou.rank.weights import Weights
from daogou.recommend.advisor import Advisor
from daogou.reply.choose_budget import Slots
from daogou.settings import Settings, read_settings
from daogou.shop.product import Product
from daogou.store.building import refresh_index
from daogou.store.catalogue import SqlCatalogue
from daogou.store.database import open_database
from daogou.store.events import SqlEvents
from daogou.store.facts import enrich
from daogou.store.feed_stamp import read_stamp
from daogou.store.index.absent import Absent
from daogou.store.live import LiveIndex, OpenIndex
from daogou.store.loading import INDEX, TYPES
from daogou.store.manifest import EncoderNote
from daogou.store.memory import MemoryEvents, MemorySessions
from daogou.store.product_types import TypeModel
from daogou.store.refreshing import Refresher
from daogou.store.sessions import SqlSessions
from daogou.store.shop_facts import read_shop_facts


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
        used = "model" in (settings.reader, settings.readings, settings.ranker, settings.choose)
        model = self._available_model() if used else None
        self.chooser = open_chooser(settings, model)
        self._slots = Slots()  # for reading and ranking; the chooser has its own
        self.reader = open_reader(settings, model, self._slots)
        self.meant = open_meant(settings, model, self._slots)
        self.likelihood = open_likelihood(settings, model, self._slots)
        self._engine = open_database(database_url(folder, settings))
        self.catalogue = SqlCatalogue(self._engine)
        self.events = SqlEvents(self._engine)
        self.sessions = SqlSessions(self._engine)
        self._index_folder = folder / INDEX
        self._live = LiveIndex(self._index_folder, clock=clock)
        self._lock = threading.Lock()
        self._fitted = Fitted(folder)
        self._packaged: dict[str, Encoder] = {}  # opened once
        self._facts = read_shop_facts(folder)
        self._keeper = open_keeper(folder, catalogue=self.catalogue, events=self.events, view=self._view, clock=clock)
        self.advisor = Advisor(self._keeper.knowledge, events=self.events, clock=clock)
        self.rails = Rails(
            catalogue=self.catalogue, sessions=self.sessions, advisor=self.advisor, sponsored=settings.sponsored
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
        return self.guide.index

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
            self._index_folder, catalogue=self.catalogue, encoders=self._newest().guide.encoders, clock=self.clock
        )

    def warm(self) -> None:
        """Read what a first turn would have to read (words, encoders, products), and remember nothing of it."""
        trial = copy.copy(self.guide)
        trial.sessions, trial.events = MemorySessions(), MemoryEvents()
        for message in ("a present for about 20", "二十左右的礼物"):
            trial.answer(message)

    def close(self) -> None:
        """Finish what is under way and let go of the folder."""
        self._refresher.close()
        if self.chooser is not None:
            self.chooser.close()
        self._keeper.close()
        self._slots.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _newest(self) -> _State:
        opened, weights = self._live.current(), self._fitted.current()
        if opened is not self._current.opened:
            with self._lock:
                if opened is not self._current.opened:
                    self._current = self._state(opened, self._current.guide)
        if weights is not self._current.guide.weights:
            with self._lock:
                self._current = replace(self._current, guide=_weighing(self._current.guide, weights))
        return self._current

    def _view(self) -> tuple[SearchIndex, Sequence[str]]:
        guide = self.guide
        return guide.index, [encoder.name for encoder in guide.encoders]

    def _state(self, opened: OpenIndex, last: Guide | None) -> _State:
        vocabulary = opened.index.vocabulary
        reusable = last is not None and last.index.vocabulary is vocabulary
        guide = Guide(
            catalogue=self.catalogue,
            index=opened.index,
            encoders=[self._encoder(note, opened) for note in opened.manifest.encoders],
            lexicon=last.lexicon if last is not None and reusable else Lexicon.of(vocabulary),
            sessions=self.sessions,
            events=self.events,
            clock=self.clock,
            shown=self.settings.shown,
            chooser=self.chooser,
            reader=self.reader,
            meant=self.meant,
            likelihood=self.likelihood,
            advisor=self.advisor,
            facts=self._facts,
            weights=self._fitted.current(),
            stale=self.feed_stale,
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


def _weighing(guide: Guide, weights: Weights) -> Guide:
    """The same guide with other weights; who is being answered keeps the old one."""
    other = copy.copy(guide)
    other.weights = weights
    return other


def open_shop(folder: Path, *, clock: Callable[[], datetime] = now) -> Shop:
    """The shop in a folder, ready to answer; ShopError where there is none."""
    if not (folder / INDEX).is_dir():
        raise ShopError(f"there is no shop in '{folder}'; make one with: daogou load FEED --shop {folder}")
    return Shop(folder, settings=read_settings(folder), clock=clock)
