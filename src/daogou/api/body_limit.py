"""Bodies that are too large are refused while they come in, never held whole in memory."""

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from daogou.api.problems import problem_of, problem_response
from daogou.errors import RequestError

_METHODS_WITH_BODY = {"POST", "PUT", "PATCH"}


class BodyLimitMiddleware:
    """413 past `limit_of(path)` bytes; 415 where a body isn't JSON."""

    def __init__(self, app: ASGIApp, limit_of: Callable[[str], int]) -> None:
        self.app = app
        self.limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["method"] not in _METHODS_WITH_BODY:
            await self.app(scope, receive, send)
            return
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        limit = self.limit_of(scope["path"])
        refusal = _refusal(headers, limit)
        if refusal:
            await problem_response(problem_of(refusal, instance=scope["path"]))(scope, receive, send)
            return
        await self.app(scope, _counting(receive, limit), send)


def _refusal(headers: dict[str, str], limit: int) -> RequestError | None:
    length = headers.get("content-length", "0")
    if length.isdigit() and int(length) > limit:
        return RequestError(_too_large(limit), status=413)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        return RequestError(f"send JSON with Content-Type: application/json, not '{kind[:60]}'", status=415)
    return None


def _counting(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPException(413, _too_large(limit))
        return message

    return counted


def _too_large(limit: int) -> str:
    return f"the body is larger than {limit:,} bytes; send less at once"
