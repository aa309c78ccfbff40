"""Work that may take too long: a few at a time, each waited for until its deadline and no longer."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from daogou.errors import BackendError, CannotDo, TooLate
from daogou.ports import Deadline

Result = TypeVar("Result")

SLOTS = 2  # models at work at the same time; work that was given up on keeps its slot until it really ends
TOO_SLOW, BUSY, FAILED, UNABLE = "too slow", "busy", "failed", "cannot score"
_PATIENCE_S = 1.0  # waited for work under way when the shop closes


class WorkerPool:
    """Runs work on threads of its own; says why there is no result instead of raising."""

    def __init__(self, pool: int = SLOTS) -> None:
        self._free = threading.BoundedSemaphore(pool)
        self._running: set[threading.Thread] = set()
        self.closed = False

    def attempt(self, work: Callable[[], Result], deadline: Deadline) -> tuple[Result | None, str]:
        """The result, or None and a reason in a few words; never later than the deadline.

        The threads are daemons: a model that hangs must not keep the process from ending.
        """
        if self.closed or not self._free.acquire(blocking=False):
            return None, BUSY
        task = _Task(work)
        thread = threading.Thread(target=self._run, args=(task,), name="daogou-model", daemon=True)
        self._running.add(thread)
        thread.start()
        return task.outcome if task.ended.wait(deadline.left_s) else (None, TOO_SLOW)

    @property
    def running(self) -> int:
        """Pieces of work under way, those that were given up on too."""
        return len(self._running)

    def close(self) -> None:
        """Take no more work, and wait a moment for what is under way."""
        self.closed = True
        for thread in tuple(self._running):
            thread.join(_PATIENCE_S)

    def _run(self, task: "_Task[Result]") -> None:
        try:
            task.run()
        finally:
            self._running.discard(threading.current_thread())
            self._free.release()


class _Task(Generic[Result]):
    """One piece of work and what became of it."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self.work = work
        self.ended = threading.Event()
        self.outcome: tuple[Result | None, str] = (None, FAILED)

    def run(self) -> None:
        """Whatever a model does, even a mistake of its own, costs the shopper nothing but the better words."""
        try:
            self.outcome = (self.work(), "")
        except Exception as error:
            self.outcome = (None, reason(error))
        finally:
            self.ended.set()


def reason(error: Exception) -> str:
    """Why there is no result, in a few words that tell nothing of the inside."""
    if isinstance(error, TooLate):
        return TOO_SLOW
    if isinstance(error, CannotDo):
        return UNABLE
    return FAILED if isinstance(error, BackendError) else f"{FAILED} ({type(error).__name__})"
