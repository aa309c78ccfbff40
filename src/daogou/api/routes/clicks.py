"""POST /v1/clicks: what a shopper did with what was shown, as the page tells it."""

import threading
import uuid
from collections import OrderedDict
from collections.abc import Hashable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from daogou.api.middleware.problems import responses
from daogou.api.schemas.wire import Id
from daogou.api.state import AppState
from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.errors import RequestError

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
