"""GET /v1/recommendations: products without a question; POST /v1/clicks: what a shopper did with what was shown."""

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Hashable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from daogou.api.middleware.problems import responses
from daogou.api.routes.products import ResultJson, ScoreJson
from daogou.api.schemas.labels import field_label
from daogou.api.schemas.product_json import recommended
from daogou.api.schemas.wire import EvidenceJson, Id, Locale
from daogou.api.state import AppState
from daogou.carousels import Carousel, Offered
from daogou.catalog.products.candidate import Place
from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.errors import RequestError

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


REMEMBERED = 100_000  # deeds of a day, that each counts once
Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ClickRequest(BaseModel):
    """One act of a shopper upon one product of a list."""

    model_config = ConfigDict(extra="forbid")

    name: Literal["select_item", "view_item", "add_to_cart", "remove_from_cart"] = Field(examples=["select_item"])
    product_id: Short = Field(examples=["4711"])
    list_id: Annotated[str, StringConstraints(max_length=200)] = Field(
        default="", description="the turn_id of the answer, or the scene of the rail, that showed it"
    )
    position: int | None = Field(default=None, ge=1, le=1000, description="in that list, from 1")
    session_id: Id | None = None
    user_id: Id | None = Field(default=None, description="a pseudonym, if the shop knows the shopper")


class ClickTaken(BaseModel):
    """It is in the log, and counts from the next request on."""

    event_id: str


def clicks(state: AppState) -> APIRouter:
    """The endpoint that listens."""
    router = APIRouter(tags=["chat"], dependencies=[Depends(state.admit_shopper)])
    counted = Counted()

    @router.post("/v1/clicks", status_code=202, summary="Tell a click", responses=responses(404, 422, 429, 503))
    async def click(told: ClickRequest, request: Request) -> ClickTaken:
        """Logs a click, a view or a change of the cart; purchases come from the shop itself, over POST /v1/events.

        What one client does to one product over and over counts once a day for what others are shown.
        """
        user_id = state.user(request, told.user_id)

        session_id = state.session(request, told.session_id)
        clicker = state.clicker(request, user_id, session_id)

        def work() -> ClickTaken:
            if not state.shop.catalogue.get([told.product_id]):
                raise RequestError(f"there is no product '{told.product_id}'", status=404)
            first = counted.first((clicker, told.product_id, told.name, state.clock().date()))
            event = _event(told, state, user_id, session_id, weighs=first)
            state.shop.events.append([event])
            return ClickTaken(event_id=event.event_id)

        return await state.workers.run(work)

    return router


class Counted:
    """What was counted already; the oldest of very many is forgotten first."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._seen: OrderedDict[Hashable, None] = OrderedDict()
        self._lock = threading.Lock()

    def first(self, act: Hashable) -> bool:
        """Whether it comes for the first time."""
        with self._lock:
            if act in self._seen:
                self._seen.move_to_end(act)
                return False
            self._seen[act] = None
            if len(self._seen) > self._most:
                self._seen.popitem(last=False)
            return True


def _event(told: ClickRequest, state: AppState, user_id: str, session_id: str, *, weighs: bool) -> Event:
    index = None if told.position is None else told.position - 1
    return Event(
        event_id=uuid.uuid4().hex,
        name=EventName(told.name),
        timestamp=state.clock(),
        user_id=user_id,
        session_id=session_id,
        items=(EventItem(item_id=told.product_id, index=index, item_list_id=told.list_id),),
        weighs=weighs,
    )
