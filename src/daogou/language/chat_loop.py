"""An event loop in a thread of its own: whatever waits for a network can be broken off at any moment."""

import asyncio
import queue
import threading
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, TypeVar

Value = TypeVar("Value")


class LoopThread:
    """Runs coroutines for callers that know nothing of them; ends when nobody holds it any more."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        thread = threading.Thread(target=_serve, args=(self._loop,), name="daogou-chat", daemon=True)
        thread.start()
        self.close = weakref.finalize(self, _end, self._loop, thread)

    def run(self, work: Coroutine[Any, Any, Value]) -> Value:
        """What the coroutine gives or raises; the coroutine itself ends in time."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def soon(self, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Start it, wait for nothing; a loop that has ended leaves it."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(lambda: self._loop.create_task(work()))

    def iterate(self, pieces: AsyncIterator[Value]) -> Iterator[Value]:
        """The pieces as they come; who stops listening stops the work."""
        came: queue.SimpleQueue[tuple[bool, Value | BaseException | None]] = queue.SimpleQueue()
        future = asyncio.run_coroutine_threadsafe(_pump(pieces, came), self._loop)
        try:
            while (piece := came.get())[0]:
                yield piece[1]  # type: ignore[misc]
            if isinstance(piece[1], BaseException):
                raise piece[1]
        finally:
            future.cancel()


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def _end(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    if not loop.is_closed():
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
