"""The HTTP application of one shop."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import daogou
from daogou.api.middleware.limits import BodyLimitMiddleware, refuse_half_characters
from daogou.api.middleware.metrics import MetricsMiddleware
from daogou.api.middleware.problems import add_problem_handlers, describe_problems
from daogou.api.routes.merchant import merchant
from daogou.api.routes.products import describing, searching
from daogou.api.routes.recommending import clicks, recommending
from daogou.api.routes.service import page, service
from daogou.api.routes.talking import talking
from daogou.api.state import AppOptions, AppState, Shop

_BATCHES = ("/v1/products", "/v1/products/withdrawals", "/v1/events")
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),  # of the page: api/routes/service.py
]


def create_app(
    shop: Shop, options: AppOptions | None = None, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> FastAPI:
    """The HTTP API of a shop, and its page."""
    state = AppState(shop, options or AppOptions(), clock)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        state.workers.close()

    app = FastAPI(
        title=shop.name or "Daogou",
        summary="A shopping guide: say what you need, get products that exist, with reasons that are true.",
        version=daogou.__version__,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_tags=_TAGS,
        dependencies=[Depends(refuse_half_characters)],
        docs_url=None,  # the usual page loads third-party scripts; /openapi.json is there for any viewer
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    add_problem_handlers(app)
    given = state.options
    app.add_middleware(
        BodyLimitMiddleware,
        limit_of=lambda path: given.batch_limit_bytes if path in _BATCHES else given.body_limit_bytes,
        patience_s=given.body_patience_s,
    )
    app.add_middleware(SafeHeadersMiddleware)
    app.add_middleware(MetricsMiddleware, metrics=state.metrics)
    if given.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=given.allowed_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type"],
            expose_headers=["Daogou-Visitor", "Retry-After"],
            max_age=600,
        )
    for make in (talking, searching, recommending, clicks, merchant, describing, service, page):
        app.include_router(make(state))
    plain = app.openapi
    app.openapi = lambda: describe_problems(plain())  # type: ignore[method-assign]
    return app


class SafeHeadersMiddleware:
    """Puts on every answer what keeps a browser from guessing, framing and telling on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                added = [(name, value) for name, value in _HEADERS if name not in given]
                message = {**message, "headers": [*message["headers"], *added]}
            await send(message)

        await self.app(scope, receive, with_headers)


_TAGS = [
    {"name": "talk", "description": "A conversation in English or Chinese. Shopper calls; rate limited."},
    {"name": "search", "description": "Looking things up without a conversation. Shopper calls; rate limited."},
    {"name": "merchant", "description": "Writing products and events. Needs an API key with the scope."},
    {"name": "service", "description": "Health, metrics and what a page needs to know."},
]
