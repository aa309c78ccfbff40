"""What one caller may take: how large and how slow a body, how long a silent connection, how many requests."""

import asyncio
import json
import math
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from daogou.api.middleware.problems import problem_of, problem_response
from daogou.errors import RequestError

METHODS_WITH_BODY = {"POST", "PUT", "PATCH"}  # with others nothing reads it: what comes is dropped as it comes
_DIGITS = 15  # of a length; a longer one is too long to be turned into a number
_SLOWEST_BYTES_PER_S = 16 * 1024  # a body that comes more slowly is meant to hold the door


class BodyLimitMiddleware:
    """413 past `limit_of(path)` bytes; 408 past `patience_s` and what a slow line needs; 415 where a body isn't JSON."""

    def __init__(self, app: ASGIApp, limit_of: Callable[[str], int], patience_s: float) -> None:
        self.app = app
        self.limit_of = limit_of
        self.patience_s = patience_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        limit = self.limit_of(scope["path"])
        refusal = _refusal(scope["method"], headers, limit)
        if refusal:
            response = problem_response(problem_of(refusal, instance=scope["path"]))
            response.headers["Connection"] = "close"  # the rest of the body is not waited for
            await response(scope, receive, send)
            return
        await self.app(scope, _Body(receive, limit, self.patience_s).receive, send)


def _refusal(method: str, headers: dict[str, str], limit: int) -> RequestError | None:
    length = headers.get("content-length", "0")
    if length.isdigit() and (len(length) > _DIGITS or int(length) > limit):
        return RequestError(_too_large(limit), status=413)
    if method not in METHODS_WITH_BODY:
        return None
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        return RequestError(f"send JSON with Content-Type: application/json, not '{kind[:60]}'", status=415)
    return None


class _Body:
    """What comes of a body, counted and timed until it is there."""

    def __init__(self, receive: Receive, limit: int, patience_s: float) -> None:
        self._receive, self._limit = receive, limit
        self._deadline = asyncio.get_running_loop().time() + patience_s
        self._seen, self._whole = 0, False

    async def receive(self) -> Message:
        if self._whole:
            return await self._receive()  # an answer that streams listens for the caller to hang up
        try:
            async with asyncio.timeout_at(self._deadline + self._seen / _SLOWEST_BYTES_PER_S):
                message = await self._receive()
        except TimeoutError as error:
            raise HTTPException(408, "the body came too slowly; send it again, faster") from error
        self._seen += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._seen > self._limit:
            raise HTTPException(413, _too_large(self._limit))
        return message


def _too_large(limit: int) -> str:
    return f"the body is larger than {limit:,} bytes; send less at once"


async def refuse_half_characters(request: Request) -> None:
    """RequestError 422 where a text of the body holds half of a surrogate pair."""
    if request.method not in METHODS_WITH_BODY:
        return
    body = await request.body()
    if rb"\ud" not in body.lower():
        return
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise RequestError("a text holds half of a character (a lone surrogate)", status=422) from error
    except (ValueError, RecursionError):
        return  # no JSON: whoever wants the body says so


HEAD_S = 15.0  # in which the head of a request must be there


class Patient(H11Protocol):
    """uvicorn's protocol, which has no such limit of its own."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The clock starts before the first byte."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """It stops when a request's head is whole, and starts with the first byte of the next one's."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._stop()
        super().connection_lost(exc)

    def _watch(self) -> None:
        cycle: Any = self.cycle
        if cycle is not None and not cycle.response_complete:
            self._stop()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(HEAD_S, self._give_up)

    def _give_up(self) -> None:
        self._waiting, cycle = None, self.cycle
        if (cycle is None or cycle.response_complete) and not self.transport.is_closing():
            self.transport.close()

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


REMEMBERED = 50_000  # clients; the one that was quiet longest is forgotten first


class RateLimit:
    """At most `per_minute` calls of each client: a minute's worth may come at once, the next ones evenly."""

    def __init__(self, *, per_minute: int, clock: Callable[[], float]) -> None:
        self.per_second = per_minute / 60
        self.capacity = float(per_minute)
        self.clock = clock  # seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # client -> tokens, as of

    def wait_s(self, client: str) -> int:
        """Take a token: 0, or in how many whole seconds there will be one."""
        now = self.clock()
        tokens, as_of = self._buckets.get(client, (self.capacity, now))
        tokens = min(self.capacity, tokens + (now - as_of) * self.per_second)
        granted = tokens >= 1
        self._buckets[client] = (tokens - granted, now)
        self._buckets.move_to_end(client)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return 0 if granted else max(1, math.ceil((1 - tokens) / self.per_second))
