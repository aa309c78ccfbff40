"""Health, metrics, what the page needs to know of the shop, and the page itself."""

from datetime import datetime
from importlib import resources

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.responses import PlainTextResponse, Response

import daogou
from daogou.api.middleware.keys import Scope
from daogou.api.middleware.problems import responses
from daogou.api.routes.suggestions import Kind, examples, kinds
from daogou.api.state import AppState
from daogou.errors import DaogouError, RequestError

LANGUAGES = ("en", "zh")
_MEDIA_TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8"}
_MEDIA_TYPES |= {".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


class Health(BaseModel):
    """Whether the shop can answer, and from what."""

    ready: bool
    version: str = Field(default=daogou.__version__, examples=["0.1.0"])
    products: int
    catalogue_version: int
    index_version: int = Field(description="the catalogue version that the index was built from")
    stale: bool = Field(description="the catalogue has changed since; the index follows")
    feed_checked_at: datetime | None = Field(
        default=None, description="when the feed was last known to be what the shop has"
    )
    feed_age_s: float | None = Field(default=None, description="how long ago that was")
    feed_stale: bool = Field(default=False, description="too long ago: prices and stock may have changed")


class ShopJson(BaseModel):
    """What a page needs to know of the shop."""

    name: str
    currency: str
    languages: list[str] = Field(description="of the products' texts, most frequent first")
    products: int
    image_origins: list[str] = Field(description="whose product images may be shown, beside this site's own")
    kinds: dict[str, list[Kind]] = Field(description="what it sells most of, by language")
    examples: dict[str, list[str]] = Field(description="first messages with good answers, by language")


def service(state: AppState) -> APIRouter:
    """The endpoints about the shop itself."""
    router = APIRouter(tags=["service"])

    @router.get("/v1/health", summary="Is the shop ready?", responses=responses(503))
    async def health(response: Response) -> Health:
        """503 while the shop can't answer; a stale index answers, from the products of a moment ago."""
        try:
            found = await state.workers.run(lambda: _health(state))
        except RequestError:
            raise
        except (DaogouError, OSError):
            found = Health(ready=False, products=0, catalogue_version=0, index_version=0, stale=True)
        response.status_code = 200 if found.ready else 503
        return found

    @router.get(
        "/metrics",
        summary="Prometheus metrics",
        response_class=PlainTextResponse,
        dependencies=[Depends(state.admit_merchant(Scope.METRICS))],
        responses=responses(401, 403),
    )
    async def metrics() -> PlainTextResponse:
        """Requests, latencies and errors of this process, in the Prometheus text format."""
        found = await state.workers.run(lambda: _health(state))
        gauges = {"products": found.products, "index_stale": int(found.stale), "turns_in_progress": state.workers.busy}
        return PlainTextResponse(state.metrics.render(gauges), media_type="text/plain; version=0.0.4")

    @router.get(
        "/v1/shop",
        summary="What a page needs to know of the shop",
        dependencies=[Depends(state.admit_shopper)],
        responses=responses(429, 503),
    )
    async def shop(response: Response) -> ShopJson:
        """The shop's name, its currency and languages, and examples of what to ask.

        The header Daogou-Visitor holds a new signed user_id, for a browser that has none yet.
        """
        response.headers["Daogou-Visitor"] = state.pseudonyms.fresh()
        return await state.workers.run(lambda: _shop(state))

    return router


def _health(state: AppState) -> Health:
    shop, now, checked_at = state.shop, state.clock(), state.shop.feed_checked_at
    catalogue_version, index_version, products = shop.catalogue.version, shop.index_version, len(shop.catalogue)
    return Health(
        ready=True,
        products=products,
        catalogue_version=catalogue_version,
        index_version=index_version,
        stale=index_version < catalogue_version,
        feed_checked_at=checked_at,
        feed_age_s=max((now - checked_at).total_seconds(), 0.0) if checked_at else None,
        feed_stale=shop.feed_stale(now),
    )


def _shop(state: AppState) -> ShopJson:
    vocabulary = state.shop.index.vocabulary
    return ShopJson(
        name=state.shop.name,
        currency=vocabulary.currency,
        languages=list(vocabulary.languages),
        products=vocabulary.product_count,
        image_origins=list(state.options.image_origins),
        kinds={language: kinds(state.shop.index, language) for language in LANGUAGES},
        examples={language: examples(state.shop.index, language) for language in LANGUAGES},
    )


def page(state: AppState) -> APIRouter:
    """The web page: a few static files, read once."""
    router = APIRouter(include_in_schema=False)
    folder = resources.files("daogou.api").joinpath("page")
    files = {file.name: file.read_bytes() for file in folder.iterdir() if "." in file.name}
    images = " ".join(("'self'", "data:", *state.options.image_origins))
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )

    @router.get("/")
    @router.get("/products/{product_id:path}")  # the page opens on that product
    async def entrance() -> Response:
        return await static("index.html")

    @router.get("/page/{name}")
    async def static(name: str) -> Response:
        kind = _MEDIA_TYPES.get(name[name.rfind(".") :])
        if name not in files or kind is None:
            raise RequestError("there is no such file", status=404)
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-cache"}
        return Response(files[name], media_type=kind, headers=headers)

    return router
