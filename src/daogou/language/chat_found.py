"""Finds something out once, beside whoever waits for it; what failed is tried again after a rest."""

import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from daogou.errors import TooLate
from daogou.language.chat_probe import Found
from daogou.ports import Deadline

REST_S = 10.0  # a dead server is not asked by every turn


class Discovery:
    """Safe to use from several threads: one looks, the others wait, each until its own deadline."""

    def __init__(self, find: Callable[[], Found], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._find = find
        self._clock = clock
        self._lock = threading.Lock()
        self._looking: Future[Found] | None = None
        self._ended_at = -math.inf
        self._known: Found | None = None

    def get(self, deadline: Deadline) -> Found:
        """What was found; the error that came instead, or TooLate while it is still being looked for."""
        looking = self._look()
        if self._known is not None and not looking.done():
            return self._known
        try:
            return looking.result(timeout=None if deadline.left_s == math.inf else deadline.left_s)
        except TimeoutError:
            raise TooLate("what the model server can do was not found out before the deadline") from None

    def _look(self) -> "Future[Found]":
        with self._lock:
            if self._looking is None or (self._looking.done() and self._stale()):
                self._looking = Future()
                threading.Thread(target=self._run, args=(self._looking,), daemon=True, name="daogou-probe").start()
            return self._looking

    def _stale(self) -> bool:
        settled = self._known is not None and self._known.sure
        return not settled and self._clock() - self._ended_at > REST_S

    def _run(self, looking: "Future[Found]") -> None:
        try:
            found = self._find()
        except BaseException as error:
            self._ended_at = self._clock()
            looking.set_exception(error)
        else:
            self._known, self._ended_at = found, self._clock()
            looking.set_result(found)
