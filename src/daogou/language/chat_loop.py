"""An event loop in a thread of its own: whatever waits for a network can be broken off at any moment."""

import asyncio
import concurrent.futures
import queue
import threading
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, TypeVar

from daogou.errors import BackendError

CLOSED = "the connection to the model server was closed"

Value = TypeVar("Value")


class LoopThread:
    """Runs coroutines for callers that know nothing of them; ends when nobody holds it any more."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._gate = _Gate()
        thread = threading.Thread(target=_serve, args=(self._loop,), name="daogou-chat", daemon=True)
        thread.start()
        self.close = weakref.finalize(self, _end, self._loop, self._gate, thread)

    def run(self, work: Coroutine[Any, Any, Value]) -> Value:
        """What the coroutine gives or raises, which ends in time by itself; BackendError where this is closed meanwhile."""
        try:
            return self._begin(work).result()
        except concurrent.futures.CancelledError:
            raise BackendError(CLOSED) from None

    def soon(self, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Start it, wait for nothing; a loop that has ended leaves it."""
        with self._gate.lock:
            if not self._gate.shut:
                self._loop.call_soon_threadsafe(lambda: self._loop.create_task(work()))

    def iterate(self, pieces: AsyncIterator[Value]) -> Iterator[Value]:
        """The pieces as they come; who stops listening stops the work."""
        came: queue.SimpleQueue[tuple[bool, Value | BaseException | None]] = queue.SimpleQueue()
        future = self._begin(_pump(pieces, came))
        try:
            while (piece := came.get())[0]:
                yield piece[1]  # type: ignore[misc]
            if isinstance(piece[1], asyncio.CancelledError):
                raise BackendError(CLOSED)
            if isinstance(piece[1], BaseException):
                raise piece[1]
        finally:
            future.cancel()

    def _begin(self, work: Coroutine[Any, Any, Value]) -> "concurrent.futures.Future[Value]":
        with self._gate.lock:
            if not self._gate.shut:
                return asyncio.run_coroutine_threadsafe(work, self._loop)
        work.close()
        raise BackendError(CLOSED)


class _Gate:
    """Nothing comes in behind the order to stop: it would be waited for without end."""

    def __init__(self) -> None:
        self.lock = threading.RLock()  # the collector may end this in the midst of its own thread's work
        self.shut = False


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def _end(loop: asyncio.AbstractEventLoop, gate: _Gate, thread: threading.Thread) -> None:
    with gate.lock:
        if not gate.shut:
            gate.shut = True
            loop.call_soon_threadsafe(loop.stop)
    if threading.current_thread() is not thread:
        thread.join(timeout=5)


async def _pump(
    pieces: AsyncIterator[Value], came: "queue.SimpleQueue[tuple[bool, Value | BaseException | None]]"
) -> None:
    """Every piece as (True, piece), then (False, None) or (False, what went wrong)."""
    try:
        async for piece in pieces:
            came.put((True, piece))
        came.put((False, None))
    except BaseException as error:
        came.put((False, error))
        if isinstance(error, asyncio.CancelledError):
            raise
