"""What a request's body may be: how large, how slow, and whole characters."""

import asyncio
import json
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
