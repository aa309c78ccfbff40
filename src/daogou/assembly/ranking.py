"""The learnt ranker of a shop folder, the version that counts."""

import logging
import threading
from pathlib import Path

from daogou.errors import ShopError
from daogou.rank.lambdamart import LambdaMart
from daogou.rank.ranker import Ranker
from daogou.store.versions import Versions

RANKER = "ranker"  # folder in the shop's

_log = logging.getLogger(__name__)


class Rankers:
    """`current()` costs one look at the disk; another version is read when it begins to count."""

    def __init__(self, folder: Path) -> None:
        self._versions = Versions(folder / RANKER)
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._current: Ranker | None = None

    def current(self) -> Ranker | None:
        """The version that counts; None: the fixed blend orders alone."""
        if self._versions.stamp() != self._stamp:
            with self._lock:
                stamp = self._versions.stamp()
                if stamp != self._stamp:
                    self._read()
                    self._stamp = stamp
        return self._current

    def _read(self) -> None:
        try:
            number = self._versions.number()
            path = self._versions.current()
            self._current = LambdaMart(path, name=f"ranker {number}") if path is not None else None
        except ShopError as error:
            _log.warning("the ranker could not be read, the last one goes on: %s", error)
