"""Keeps the index in step with the catalogue in the background: a little change becomes visible at once."""

import logging
import threading
import time
from collections.abc import Callable

from daogou.errors import DaogouError

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
