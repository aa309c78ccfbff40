"""GET /v1/recommendations: products for the home page, a product's page, the cart, after a purchase."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from daogou.api.middleware.problems import responses
from daogou.api.routes.searching import ResultJson, ScoreJson
from daogou.api.schemas.labels import field_label
from daogou.api.schemas.product_json import recommended
from daogou.api.schemas.wire import EvidenceJson, Id, Locale
from daogou.api.state import AppState
from daogou.carousels import Offered
from daogou.catalog.products.carousel import Place
from daogou.errors import RequestError
from daogou.reply.acts.carousel import Carousel

MOST = 50  # products of one rail
MOST_IN_CART = 100

ProductId = Annotated[str, Query(min_length=1, max_length=200)]


class SponsoredJson(BaseModel):
    """Products that somebody pays for, under their label; they move nothing in the recommendations."""

    label: str = Field(examples=["Sponsored"])
    recommendations: list[ResultJson]


class RecommendationsJson(BaseModel):
    """One rail, best first."""

    scene: Place
    recommendations: list[ResultJson]
    evidence: list[EvidenceJson]
    sponsored: SponsoredJson
    visits: int = Field(description="of this shopper that were taken into account; 0: what anybody would see")
    ranked_by: str = Field(description="the version of the recommender that ranked", examples=["recommender 3"])
    took_ms: float


def recommending(state: AppState) -> APIRouter:
    """The endpoint that offers."""
    router = APIRouter(tags=["search"], dependencies=[Depends(state.admit_shopper)])

    @router.get("/v1/recommendations", summary="Recommend without a question", responses=responses(404, 422, 429, 503))
    async def recommendations(
        request: Request,
        scene: Annotated[Place | None, Query(description="default: similar with a product_id, else home")] = None,
        product_id: ProductId | None = None,
        cart: Annotated[list[ProductId], Query(max_length=MOST_IN_CART, description="product ids")] = [],  # noqa: B006
        user_id: Annotated[Id | None, Query(description="a pseudonym")] = None,
        session_id: Annotated[Id | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 12,
        diversity: Annotated[float, Query(ge=0, le=1, description="0: the likeliest; 1: the most different")] = 0.3,
        locale: Annotated[Locale, Query()] = "en",
        personal: Annotated[bool, Query(description="false: what anybody would see")] = True,
    ) -> RecommendationsJson:
        """Products with reasons that are counted: "bought together with what is in your cart by 31 shoppers"."""
        started = time.perf_counter()
        user, session = state.user(request, user_id), state.session(request, session_id)
        place = scene or (Place.HOME if product_id is None else Place.SIMILAR)
        about = _about(place, product_id, cart)

        def work() -> RecommendationsJson:
            if product_id is not None and not state.shop.catalogue.get([product_id]):
                raise RequestError(f"there is no product '{product_id}'", status=404)
            language = locale[:2].lower()
            offered = state.shop.carousels.at(
                place,
                user_id=user,
                session_id=session,
                about=about,
                limit=limit,
                diversity=diversity,
                language=language,
                personal=personal,
            )
            return _json(offered, state, language, started)

        return await state.workers.run(work)

    return router


def _about(place: Place, product_id: str | None, cart: list[str]) -> list[str]:
    if place in (Place.SIMILAR, Place.TOGETHER) and product_id is None:
        raise RequestError(f"scene '{place}' is about a product; send its product_id", status=422)
    return [product_id] if product_id is not None else cart


def _json(offered: Offered, state: AppState, language: str, started: float) -> RecommendationsJson:
    facts = (*offered.carousel.evidence, *offered.sponsored.evidence)
    return RecommendationsJson(
        scene=offered.place,
        recommendations=_cards(offered.carousel, state, language),
        evidence=[EvidenceJson.of(fact, language) for fact in facts],
        sponsored=SponsoredJson(
            label=field_label("sponsored", language), recommendations=_cards(offered.sponsored, state, language)
        ),
        visits=offered.visits,
        ranked_by=f"recommender {offered.version}" if offered.version else "recommender, nothing learnt yet",
        took_ms=round((time.perf_counter() - started) * 1e3, 1),
    )


def _cards(carousel: Carousel, state: AppState, language: str) -> list[ResultJson]:
    at = state.clock()
    return [
        ResultJson(
            **dict(recommended(one, language=language, at=at)),
            scores=[ScoreJson(source=score.source, value=score.value, rank=score.rank) for score in one.scores],
        )
        for one in carousel.recommendations
    ]
