"""One model server by plain HTTP: every exchange ends by its deadline, whatever the server does."""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from daogou.errors import BackendError, MissingExtra, TooLate
from daogou.language.chat_loop import LoopThread
from daogou.language.chat_refusals import Broken, Passing, refusal
from daogou.language.chat_sse import EventStream
from daogou.ports import Deadline

try:
    import httpx
except ModuleNotFoundError as missing:
    raise MissingExtra("httpx", "remote") from missing

MOST_BYTES = 8 * 2**20  # of one answer; the text of a thousand candidates is far below
MOST_REFUSAL_BYTES, REFUSAL_S = 4096, 1.0  # of an error page
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 20.0  # between tries, before chance shortens them
DONE = "[DONE]"  # the last event of a stream

Call = tuple[str, Mapping[str, object]]  # a path and the JSON that is sent to it
Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How the server is treated."""

    timeout_s: float = 30.0  # for one call, all its tries together
    retries: int = 2  # tries past the first
    parallel: int = 4  # exchanges side by side


class Wire:
    """JSON in, JSON out; safe to call from several threads.

    The deadline cancels the whole exchange: a connection that is not accepted and headers or a body that drip in byte by
    byte are all cut off on time, where the timeouts of an HTTP client bound each single wait only. Redirects are not followed.
    """

    def __init__(self, url: str, *, key: str, manners: Manners) -> None:
        headers = {"accept-encoding": "identity"} | ({"authorization": f"Bearer {key}"} if key else {})
        self.manners = manners
        self._key = key
        self._loop = LoopThread()
        self._side_by_side = asyncio.Semaphore(manners.parallel)
        self._client = httpx.AsyncClient(base_url=url, headers=headers, timeout=None, follow_redirects=False)
        self.host = self._client.base_url.netloc.decode()

    def post(self, path: str, body: Mapping[str, object], *, deadline: Deadline, retries: int | None = None) -> object:
        """The server's answer."""
        return self.post_all([(path, body)], deadline=deadline, retries=retries)[0]

    def post_all(self, calls: Sequence[Call], *, deadline: Deadline, retries: int | None = None) -> list[object]:
        """The answers in the order of the calls, which are made side by side; the first failure stops all."""
        ends = self._ends(deadline)
        tries = 1 + (self.manners.retries if retries is None else retries)
        answers = self._loop.run(self._in_time(lambda: self._gather(calls, ends, tries), ends))
        return [decoded(answer, self.host) for answer in answers]

    def stream(self, path: str, body: Mapping[str, object], *, deadline: Deadline) -> Iterator[object]:
        """The server's events as they come, DONE among them; tried again only before the first."""
        for payload in self._loop.iterate(self._events((path, body), self._ends(deadline))):
            yield DONE if payload.strip() == DONE else decoded(payload.encode(), self.host)

    def close(self) -> None:
        """Closes the connections; what waits for an answer is broken off."""
        with contextlib.suppress(BackendError):  # closed before
            self._loop.run(self._client.aclose())
        self._loop.close()

    def _ends(self, deadline: Deadline) -> Deadline:
        return Deadline(ends=min(deadline.ends, time.monotonic() + self.manners.timeout_s))

    async def _in_time(self, work: Callable[[], Coroutine[Any, Any, Value]], ends: Deadline) -> Value:
        try:
            async with asyncio.timeout(ends.left_s):
                return await work()
        except TimeoutError as late:
            raise TooLate(f"the model server {self.host} did not answer before the deadline") from late

    async def _gather(self, calls: Sequence[Call], ends: Deadline, tries: int) -> list[bytes]:
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._persistently(call, ends, tries)) for call in calls]
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return [task.result() for task in tasks]

    async def _persistently(self, call: Call, ends: Deadline, tries: int) -> bytes:
        for number in range(1, tries + 1):
            try:
                async with self._side_by_side:
                    return b"".join([chunk async for chunk in self._chunks(call)])
            except Passing as passing:
                await _pause(passing, number, tries, ends)
        raise AssertionError("the last try raises")

    async def _events(self, call: Call, ends: Deadline) -> AsyncIterator[str]:
        """The payloads of the answer's events, under the deadline."""
        begun = False
        try:
            async with asyncio.timeout(ends.left_s):
                for number in range(1, self.manners.retries + 2):
                    events = EventStream()
                    try:
                        async with self._side_by_side:
                            async for chunk in self._chunks(call):
                                for payload in events.feed(chunk):
                                    begun = True
                                    yield payload
                        for payload in events.end():
                            yield payload
                        return
                    except Passing as passing:
                        await _pause(passing, number, 0 if begun else self.manners.retries + 1, ends)
        except TimeoutError as late:
            raise TooLate(f"the model server {self.host} did not end before the deadline") from late

    async def _chunks(self, call: Call) -> AsyncIterator[bytes]:
        """The body of the answer in the pieces in which it comes; anything but 200 is an error."""
        path, body = call
        size = 0
        try:
            async with self._client.stream("POST", path, json=body) as response:
                if response.status_code != httpx.codes.OK:
                    raise await self._refusal(response)
                async for chunk in response.aiter_raw():
                    size += len(chunk)
                    if size > MOST_BYTES:
                        raise BackendError(f"the model server {self.host} sent more than {MOST_BYTES} bytes")
                    yield chunk
        except httpx.TransportError as broken:
            raise Passing(Broken(f"the model server {self.host} failed: {type(broken).__name__}")) from None
        except httpx.HTTPError as wrong:
            raise BackendError(f"the model server {self.host} failed: {type(wrong).__name__}") from None

    async def _refusal(self, response: httpx.Response) -> BackendError:
        said = bytearray()
        with contextlib.suppress(httpx.TransportError, TimeoutError):
            async with asyncio.timeout(REFUSAL_S):
                async for chunk in response.aiter_raw():
                    said += chunk
                    if len(said) > MOST_REFUSAL_BYTES:
                        break
        return refusal(self.host, response.status_code, response.headers, bytes(said), key=self._key)


async def _pause(passing: Passing, number: int, tries: int, ends: Deadline) -> None:
    """Waits before the next try, or raises: after the last, and where the server asks for more time than there is."""
    if number >= tries:
        raise passing.failure from None
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (number - 1))
    wait_s = random.uniform(0, longest) if passing.wait_s is None else passing.wait_s  # AWS: "full jitter"
    if wait_s >= ends.left_s:
        raise TooLate(f"{passing.failure}; it may be asked again in {wait_s:.0f} s, after the deadline") from None
    await asyncio.sleep(wait_s)


def decoded(answer: bytes, host: str) -> object:
    """The JSON in the bytes; BackendError where there is none. NaN and infinity are no JSON."""
    try:
        return json.loads(answer, parse_constant=_no_number)
    except (ValueError, RecursionError) as wrong:
        raise BackendError(f"the model server {host} did not answer with JSON ({len(answer)} bytes)") from wrong


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
