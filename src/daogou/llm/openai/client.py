"""One model server over HTTP (httpx2): every exchange ends by its deadline, whatever the server does. A key is never repeated."""

import asyncio
import contextlib
import email.utils
import functools
import json
import random
import re
import threading
import time
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from typing import Any, TypeAlias, TypeVar

from daogou.errors import BackendError, MissingExtra, TooLate
from daogou.ports import Deadline

try:
    import httpx2
except ModuleNotFoundError as missing:
    raise MissingExtra("httpx2", "remote") from missing

MOST_BYTES = 8 * 2**20  # of one answer; the text of a thousand candidates is far below
MOST_REFUSAL_BYTES, MOST_SAID, REFUSAL_S = 4096, 200, 1.0  # of an error page: bytes read, characters told, time
LONGEST_S = 30.0  # of one call, with all that is tried again
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 20.0  # between tries, before chance shortens them
MAY_PASS = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
CLOSED = "the connection to the model server was closed"
ADVICE: Mapping[int, str] = {
    401: "it does not accept the key; check the setting model_key",
    403: "the key may not do this; check the setting model_key and the account",
    404: "there is no such address or model; check the settings language_model and model_url",
    429: "too many requests; lower the load or raise the account's limit",
}

Call: TypeAlias = tuple[str, Mapping[str, object]]  # a path and the JSON that is sent to it
Value = TypeVar("Value")


class Refused(BackendError):
    """The server answered, and its answer is no: an HTTP status other than 200."""

    def __init__(self, message: str, *, status: int, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.wait_s = wait_s  # how long the server asks to wait, if it does


class Broken(BackendError):
    """The exchange broke off: nothing listens, or the connection was lost."""


class Client:
    """JSON in, JSON out; safe to call from several threads.

    The deadline cancels the whole exchange: a connection that is not accepted and headers or a body that drip in byte by
    byte are all cut off on time, where the timeouts of an HTTP client bound each single wait only. Redirects are not followed.
    """

    def __init__(self, url: str, *, key: str, retries: int, parallel: int) -> None:
        headers = {"accept-encoding": "identity"} | ({"authorization": f"Bearer {key}"} if key else {})
        self._http = httpx2.AsyncClient(base_url=url, headers=headers, timeout=None, follow_redirects=False)
        self._key, self._retries = key, retries
        self._side_by_side = asyncio.Semaphore(parallel)
        self._running: set[Future[Any]] = set()
        self._loop = _loop()
        self._gate, self._closed = threading.Lock(), False
        self._close = weakref.finalize(self, _close, self._http, self._loop)
        self._close.atexit = False
        self.host = self._http.base_url.netloc.decode()

    def post(self, path: str, body: Mapping[str, object], *, deadline: Deadline, retries: int | None = None) -> object:
        """The server's answer."""
        return self.post_all([(path, body)], deadline=deadline, retries=retries)[0]

    def post_all(self, calls: Sequence[Call], *, deadline: Deadline, retries: int | None = None) -> list[object]:
        """The answers in the order of the calls, which are made side by side; the first failure stops all."""
        ends = self._ends(deadline)
        tries = 1 + (self._retries if retries is None else retries)
        answers = self._result(self._start(lambda: self._together(calls, tries, ends), ends))
        return [self._decoded(answer) for answer in answers]

    def close(self) -> None:
        """Closes the connections; what waits for an answer is broken off."""
        with self._gate:
            self._closed = True
        for waiting in self._running.copy():
            waiting.cancel()
        self._close()

    def _ends(self, deadline: Deadline) -> Deadline:
        return Deadline(ends=min(deadline.ends, time.monotonic() + LONGEST_S))

    def _start(self, work: Callable[[], Awaitable[Value]], ends: Deadline) -> "Future[Value]":
        async def in_time() -> Value:
            async with asyncio.timeout(ends.left_s):
                return await work()

        with self._gate:
            if self._closed:
                raise BackendError(CLOSED)
            running = asyncio.run_coroutine_threadsafe(in_time(), self._loop)
            self._running.add(running)
        running.add_done_callback(self._running.discard)
        return running

    def _result(self, running: "Future[Value]") -> Value:
        try:
            return running.result()
        except TimeoutError as late:
            raise TooLate(f"the model server {self.host} did not answer before the deadline") from late
        except CancelledError:
            raise BackendError(CLOSED) from None

    async def _together(self, calls: Sequence[Call], tries: int, ends: Deadline) -> list[bytes]:
        try:
            async with asyncio.TaskGroup() as group:
                work = (_retried(functools.partial(self._body, *call), tries, ends) for call in calls)
                tasks = [group.create_task(one) for one in work]
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return [task.result() for task in tasks]

    async def _body(self, path: str, body: Mapping[str, object]) -> bytes:
        async with self._answer(path, body) as response:
            said = bytearray()
            async for chunk in response.aiter_raw():
                said += chunk
                self._check_size(response)
            return bytes(said)

    @contextlib.asynccontextmanager
    async def _answer(self, path: str, body: Mapping[str, object]) -> AsyncIterator[httpx2.Response]:
        """An answer that is no refusal, its body unread."""
        try:
            async with self._side_by_side, self._http.stream("POST", path, json=body) as response:
                if response.status_code != httpx2.codes.OK:
                    raise await self._refusal(response)
                if response.headers.get("content-encoding", "identity") != "identity":
                    raise BackendError(f"the model server {self.host} packs its answer, unasked")
                yield response
        except httpx2.HTTPError as broken:
            failure = Broken if isinstance(broken, httpx2.TransportError) else BackendError
            raise failure(f"the model server {self.host} failed: {type(broken).__name__}") from None

    async def _refusal(self, response: httpx2.Response) -> Refused:
        said = b""
        with contextlib.suppress(httpx2.TransportError, TimeoutError):
            async with asyncio.timeout(REFUSAL_S):
                said = await anext(response.aiter_raw(MOST_REFUSAL_BYTES), b"")
        status = response.status_code
        elsewhere = "it sends its callers elsewhere, which is not followed; set model_url to where it is"
        advice = elsewhere if 300 <= status < 400 else ADVICE.get(status) or _words(said, self._key)
        message = f"the model server {self.host} answered {status}: {advice}"
        return Refused(message, status=status, wait_s=_wait_s(response.headers.get("retry-after", "")))

    def _check_size(self, response: httpx2.Response) -> None:
        if response.num_bytes_downloaded > MOST_BYTES:
            raise BackendError(f"the model server {self.host} sent more than {MOST_BYTES} bytes")

    def _decoded(self, answer: str | bytes) -> object:
        """The JSON in an answer; BackendError where there is none. NaN and infinity are no JSON."""
        try:
            return json.loads(answer, parse_constant=_no_number)
        except (ValueError, RecursionError) as wrong:
            raise BackendError(
                f"the model server {self.host} did not answer with JSON ({len(answer)} bytes)"
            ) from wrong


async def _retried(ask: Callable[[], Awaitable[Value]], tries: int, ends: Deadline) -> Value:
    """What is asked for; a failure that may pass is waited out, unless the server asks for more time than there is."""
    for number in range(1, tries + 1):
        try:
            return await ask()
        except (Broken, Refused) as failure:
            if number == tries or (isinstance(failure, Refused) and failure.status not in MAY_PASS):
                raise
            asked_s = failure.wait_s if isinstance(failure, Refused) else None
            longest_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (number - 1))
            wait_s = random.uniform(0, longest_s) if asked_s is None else asked_s  # AWS: "full jitter"
            if wait_s >= ends.left_s:
                raise TooLate(f"{failure}; it may be asked again in {wait_s:.0f} s, after the deadline") from None
        await asyncio.sleep(wait_s)
    raise AssertionError("the last try raises")


def _words(said: bytes, key: str) -> str:
    """The server's own words on one line, short, without the key."""
    text = said.decode("utf-8", errors="replace")
    text = text.replace(key, "***") if key else text
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text).strip()[:MOST_SAID] or "nothing more"


def _wait_s(asked: str) -> float | None:
    """Seconds from now that Retry-After asks for (RFC 9110, 10.2.3: a number or a date)."""
    with contextlib.suppress(ValueError, OverflowError):
        if re.fullmatch(r"\d{1,9}", asked.strip()):
            return float(asked)
        return max(0.0, email.utils.parsedate_to_datetime(asked).timestamp() - time.time())
    return None


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


@functools.cache
def _loop() -> asyncio.AbstractEventLoop:
    """The event loop of all clients, in a thread of its own: whatever waits for a network can be broken off at any moment."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True, name="daogou-chat").start()
    return loop


def _close(http: httpx2.AsyncClient, loop: asyncio.AbstractEventLoop) -> None:
    asyncio.run_coroutine_threadsafe(http.aclose(), loop)
