"""GET /v1/search, the products by id, and POST /v1/descriptions: each description checked claim by claim."""

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from daogou.api.middleware.keys import Scope
from daogou.api.middleware.problems import responses
from daogou.api.schemas.product_json import ProductJson, ResultJson
from daogou.api.schemas.product_json import result as scored
from daogou.api.schemas.wire import ClaimJson, ConsideredJson, EvidenceJson, Facet, Id, Locale, facets
from daogou.api.state import AppState
from daogou.catalog.products.conversation import Recommendation
from daogou.catalog.products.turn import SearchResult
from daogou.errors import RequestError
from daogou.ports import LanguageModel
from daogou.reply.describe.description import Description, describe
from daogou.reply.describe.words import AUDIENCE_LENGTH, Brief, Length, Tone

MOST = 200  # results of one search

ProductId = Annotated[str, Path(min_length=1, max_length=200, examples=["4711"])]


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
            found = state.shop.guide.search(q, limit=limit, user_id=user, session_id=session, personal=personal)
            return _search_json(found, started)

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
    shown = [
        Recommendation(product=result.products[one.product_id], position=position, scores=one.scores)
        for position, one in enumerate((one for one in result.shortlist if one.product_id in result.products), start=1)
    ]
    return SearchJson(
        results=[scored(one, language=language, at=at) for one in shown],
        total=result.retrieval.total,
        facets=facets(found, language=language, at=at),
        took_ms=round((time.perf_counter() - started) * 1e3, 1),
    )


MOST_PRODUCTS = 100  # of one call
SHOWN_IDS = 10  # unknown ones that a problem names

DescribedId = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class DescriptionRequest(BaseModel):
    """Which products, and how they shall be described."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"product_ids": ["4711"], "language": "en", "tone": "warm", "length": "medium"}]
        },
    )
    product_ids: Annotated[list[DescribedId], Field(min_length=1, max_length=MOST_PRODUCTS)]
    language: Literal["en", "zh"] = "en"
    tone: Tone = Tone.PLAIN
    length: Length = Length.MEDIUM
    audience: Annotated[str, StringConstraints(max_length=AUDIENCE_LENGTH)] = Field(
        "general",
        description="general, gift, student, professional, parent, or free words: moves facts, never adds a claim",
    )
    with_price: bool = Field(False, description="tell the price as well; it ages")
    seed: int = Field(0, description="another seed gives other wordings")
    candidates: bool = Field(False, description="send everything that was considered")


class DescriptionJson(BaseModel):
    """One product's description; every sentence is a claim that rests on evidence."""

    product_id: str
    description: str
    claims: list[ClaimJson]
    evidence: list[EvidenceJson]
    written_by: str = Field(examples=["templates"])
    scored_by: str = Field(examples=["builtin"])
    considered: list[ConsideredJson] | None = Field(None, description="only where candidates were asked for")


class DescriptionsAnswer(BaseModel):
    """The descriptions in the order of the ids, and the ids that the shop does not have."""

    descriptions: list[DescriptionJson]
    unknown_ids: list[str]


def describing(state: AppState) -> APIRouter:
    """The endpoint that describes."""
    router = APIRouter(tags=["merchant"], responses=responses(401, 403, 404, 413, 415, 422, 503))

    may_write_products = [Depends(state.admit_merchant(Scope.PRODUCTS))]

    @router.post("/v1/descriptions", summary="Describe products", dependencies=may_write_products)
    async def post_descriptions(asked: DescriptionRequest) -> DescriptionsAnswer:
        """Writes several candidates from each row's facts, checks every claim, and gives the best one."""
        return await state.workers.run(lambda: _answer(state, asked))

    return router


def _answer(state: AppState, asked: DescriptionRequest) -> DescriptionsAnswer:
    ids = list(dict.fromkeys(asked.product_ids))
    found = state.shop.catalogue.get(ids)
    unknown = [one for one in ids if one not in found]
    if not found:
        raise RequestError(f"the shop has none of these products: {', '.join(unknown[:SHOWN_IDS])}", status=404)
    model: LanguageModel | None = getattr(state.shop, "model", None)  # a shop may do without one
    brief = Brief(**asked.model_dump(exclude={"product_ids", "candidates"}))
    described = [describe(found[one], brief, at=state.clock(), model=model) for one in ids if one in found]
    return DescriptionsAnswer(descriptions=[_json(one, asked.candidates) for one in described], unknown_ids=unknown)


def _json(one: Description, candidates: bool) -> DescriptionJson:
    told = {
        "description": one.text,
        "evidence": [EvidenceJson.of(evidence, one.language) for evidence in one.evidence],
        "considered": one.considered if candidates else None,
    }
    return DescriptionJson.model_validate(vars(one) | told)
