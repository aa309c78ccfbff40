"""GET /v1/search and the products by id."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from daogou.api.middleware.problems import responses
from daogou.api.schemas.facets import Facet, facets
from daogou.api.schemas.product_json import CardJson, ProductJson, card
from daogou.api.schemas.wire import Id, Locale
from daogou.api.state import AppState
from daogou.catalog.products.candidate import Candidate
from daogou.catalog.products.turn import SearchResult
from daogou.errors import RequestError

MOST = 200  # results of one search

ProductId = Annotated[str, Path(min_length=1, max_length=200, examples=["4711"])]


class ScoreJson(BaseModel):
    """One ranker's opinion."""

    source: str = Field(examples=["bm25"])
    value: float
    rank: int = Field(description="the position it gave, from 1; 0: it gives no order")


class ResultJson(CardJson):
    """A found product, with every score that moved it."""

    scores: list[ScoreJson]


class SearchJson(BaseModel):
    """One page of results, best first."""

    results: list[ResultJson]
    total: int = Field(description="products that meet what was asked for")
    facets: list[Facet] = Field(description="how the found products can be narrowed")
    took_ms: float


def searching(state: AppState) -> APIRouter:
    """The endpoints that look things up."""
    router = APIRouter(tags=["search"], dependencies=[Depends(state.admit_shopper)])

    @router.get("/v1/search", summary="Search without a conversation", responses=responses(422, 429, 503))
    async def search(
        request: Request,
        q: Annotated[str, Query(min_length=1, description="in English or Chinese", examples=["laptop 16gb"])],
        limit: Annotated[int, Query(ge=1, le=MOST)] = 20,
        user_id: Annotated[Id | None, Query(description="a pseudonym, if the shop knows the shopper")] = None,
        session_id: Annotated[Id | None, Query()] = None,
        personal: Annotated[bool, Query(description="false: what the shopper did is not looked at")] = True,
    ) -> SearchJson:
        """Ranked products for a query; wishes in it ("under 800 euros, not HP") are understood as in a chat."""
        if len(q) > state.options.message_limit:
            raise RequestError(f"q has {len(q):,} characters; at most {state.options.message_limit:,}", status=422)
        started = time.perf_counter()
        user, session = state.user(request, user_id), state.session(request, session_id)

        def work() -> SearchJson:
            result = state.shop.guide.search(q, limit=limit, user_id=user, session_id=session, personal=personal)
            return _search_json(result, started)

        return await state.workers.run(work)

    @router.get("/v1/products/{product_id:path}", summary="One product", responses=responses(404, 429))
    async def product(product_id: ProductId, locale: Annotated[Locale, Query()] = "en") -> ProductJson:
        """The product as the shop has it now."""
        found = (await state.workers.run(lambda: state.shop.catalogue.get([product_id]))).get(product_id)
        if found is None:
            raise RequestError(f"there is no product '{product_id}'", status=404)
        return ProductJson.of(found, state.clock(), locale[:2].lower())

    return router


def _search_json(result: SearchResult, started: float) -> SearchJson:
    language, at = result.need.language, result.at
    found = [
        result.products[one.product_id] for one in result.retrieval.candidates if one.product_id in result.products
    ]
    shown = [candidate for candidate in result.shortlist if candidate.product_id in result.products]
    return SearchJson(
        results=[_result(one, result, position) for position, one in enumerate(shown, start=1)],
        total=result.retrieval.total,
        facets=facets(found, language=language, at=at),
        took_ms=round((time.perf_counter() - started) * 1e3, 1),
    )


def _result(candidate: Candidate, result: SearchResult, position: int) -> ResultJson:
    product = result.products[candidate.product_id]
    shown = card(product, position=position, language=result.need.language, at=result.at)
    scores = [ScoreJson(source=one.source, value=one.value, rank=one.rank) for one in candidate.scores]
    return ResultJson(**dict(shown), scores=scores)
