"""The guide is synchronous: its turns run in a bounded pool of threads, one turn of a session at a time."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from daogou.errors import RequestError, SessionBusy

T = TypeVar("T")


class Workers:
    """At most `workers` jobs run and `waiting` jobs wait; beyond that RequestError 503."""

    def __init__(self, *, workers: int, waiting: int) -> None:
        self.limit = workers + waiting
        self.busy = 0  # jobs that run or wait
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="turn")

    async def run(self, job: Callable[[], T]) -> T:
        """The job's result."""
        self._admit()
        future = asyncio.get_running_loop().run_in_executor(self._pool, job)
        future.add_done_callback(self._leave)
        return await asyncio.shield(future)

    async def stream(self, job: Callable[[], Iterator[T]]) -> AsyncIterator[T]:
        """What the job yields, as it comes; the job runs to its end even when nobody listens any more."""
        news: asyncio.Queue[T | BaseException | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def work() -> None:
            try:
                for item in job():
                    loop.call_soon_threadsafe(news.put_nowait, item)
                loop.call_soon_threadsafe(news.put_nowait, None)
            except Exception as error:
                loop.call_soon_threadsafe(news.put_nowait, error)

        self._admit()
        loop.run_in_executor(self._pool, work).add_done_callback(self._leave)
        while (item := await news.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item

    def close(self) -> None:
        """Let running jobs end, start no waiting one."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _admit(self) -> None:
        if self.busy >= self.limit:
            raise RequestError("the shop is very busy; try again in a few seconds", status=503, retry_after_s=3)
        self.busy += 1

    def _leave(self, done: "asyncio.Future[T]") -> None:
        self.busy -= 1
        if not done.cancelled():
            done.exception()  # heard, even when the caller has gone


class Leases:
    """Who is being answered right now."""

    def __init__(self) -> None:
        self._held: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def hold(self, session_id: str | None) -> Iterator[None]:
        """Hold the session; SessionBusy while somebody else does. A new session needs no lease."""
        if session_id is None:
            yield
            return
        with self._lock:
            if session_id in self._held:
                raise SessionBusy(session_id)
            self._held.add(session_id)
        try:
            yield
        finally:
            with self._lock:
                self._held.discard(session_id)
