"""The index in use: opened once, opened anew when the manifest changes."""

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from daogou.catalog.products.vocabulary import Vocabulary
from daogou.errors import DaogouError, ShopError
from daogou.index.arrays.segment import Segment, SegmentsIndex
from daogou.index.building import ENCODERS, MANIFEST, VOCABULARY, WITHDRAWN, Manifest, read_manifest
from daogou.index.vocabulary import vocabulary_from_json

Clock = Callable[[], datetime]
_ATTEMPTS = 5  # the folders that a manifest names may be swept away between reading it and opening them


@dataclass(frozen=True, kw_only=True)
class OpenIndex:
    """One state of the index; it stays whole for as long as somebody holds it."""

    manifest: Manifest
    index: SegmentsIndex
    folder: Path
    base: Segment

    def encoder_file(self, name: str) -> Path | None:
        """Where an encoder that learned from this catalogue is kept; None for one that did not learn."""
        path = self.folder / self.manifest.base / ENCODERS / f"{name}.npz"
        return path if path.exists() else None

    def text(self, file_name: str) -> str | None:
        """A further text that was built with the index, the newest form of it."""
        path = _newest(self.folder, self.manifest, file_name)
        return path.read_text(encoding="utf-8") if path.exists() else None


def open_index(folder: Path, *, clock: Clock = lambda: datetime.now(UTC), last: OpenIndex | None = None) -> OpenIndex:
    """The index that the manifest names; what it shares with the `last` one is not opened again.

    The vocabulary is the same object for as long as it does not change, so that what was made of it can be kept.
    ShopError where there is none, or it is damaged.
    """
    for attempt in range(_ATTEMPTS):
        manifest = read_manifest(folder)
        if manifest is None:
            raise ShopError(f"{folder} has no index yet; load a feed first")
        try:
            return _open(folder, manifest, clock, last)
        except (OSError, ValueError, KeyError) as error:
            if read_manifest(folder) == manifest or attempt == _ATTEMPTS - 1:
                raise ShopError(f"{folder / manifest.base} is damaged ({error}); run: daogou check --repair") from error
    raise AssertionError("unreachable")


class LiveIndex:
    """`current()` costs one look at the manifest's time stamp, and is another object after every change."""

    def __init__(self, folder: Path, *, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._stamp = self._seen()
        self._current = open_index(folder, clock=clock)
        self.problem = ""  # why a newer index could not be opened; the last good one answers meanwhile

    def current(self) -> OpenIndex:
        """The newest whole index."""
        if self._seen() != self._stamp:
            with self._lock:
                stamp = self._seen()
                if stamp != self._stamp:
                    self._reopen(stamp)
        return self._current

    def _reopen(self, stamp: tuple[int, int]) -> None:
        try:
            self._current = open_index(self._folder, clock=self._clock, last=self._current)
            self.problem = ""
        except ShopError as error:
            self.problem = str(error)
        self._stamp = stamp

    def _seen(self) -> tuple[int, int]:
        try:
            status = (self._folder / MANIFEST).stat()
        except FileNotFoundError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_ino)


def _open(folder: Path, manifest: Manifest, clock: Clock, last: OpenIndex | None) -> OpenIndex:
    reusable = last is not None and last.manifest.base == manifest.base
    base = last.base if last is not None and reusable else Segment(folder / manifest.base)
    segments = [base]
    if manifest.over:
        over = Segment(folder / manifest.over, means=base.fields.means)
        withdrawn = json.loads((folder / manifest.over / WITHDRAWN).read_text(encoding="utf-8"))
        segments = [base.without([*over.ids, *withdrawn]), over]
    path = _newest(folder, manifest, VOCABULARY)
    same = last is not None and _newest(folder, last.manifest, VOCABULARY) == path
    vocabulary = last.index.vocabulary if last is not None and same else _read_vocabulary(path)
    index = SegmentsIndex(segments, vocabulary=vocabulary, clock=clock)
    return OpenIndex(manifest=manifest, index=index, folder=folder, base=base)


def _read_vocabulary(path: Path) -> Vocabulary:
    return vocabulary_from_json(path.read_text(encoding="utf-8"))


def _newest(folder: Path, manifest: Manifest, name: str) -> Path:
    """The file as the last change wrote it, else as the full build did."""
    over = folder / manifest.over / name
    return over if manifest.over and over.exists() else folder / manifest.base / name


_log = logging.getLogger(__name__)


class Refresher:
    """Runs `refresh` in a thread of its own after every `wake`; several wakes while it runs are one more run.

    A refresh that fails, because a feed is being loaded, say, is tried again after `pause` seconds.
    """

    def __init__(self, refresh: Callable[[], object], *, pause: float = 2.0) -> None:
        self._refresh = refresh
        self._pause = pause
        self._wanted = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="daogou-refresher", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something changed."""
        self._wanted.set()

    def close(self) -> None:
        """Finish what was asked for, then stop."""
        self._closed = True
        self._wanted.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            closed = self._closed
            self._wanted.clear()
            try:
                self._refresh()
            except DaogouError as error:
                _log.warning("the index could not be refreshed yet: %s", error)
                self._again(closed)
            if closed:
                return

    def _again(self, closed: bool) -> None:
        if not closed:
            time.sleep(self._pause)
            self._wanted.set()
