"""POST /v1/clicks: what a shopper did with what was shown, as the page tells it."""

import uuid
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from daogou.api.door import Door
from daogou.api.problems import responses
from daogou.api.wire import Id
from daogou.errors import RequestError
from daogou.shop.event import Event, EventItem, EventName

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


def clicks(door: Door) -> APIRouter:
    """The endpoint that listens."""
    router = APIRouter(tags=["chat"], dependencies=[Depends(door.admit_shopper)])

    @router.post("/v1/clicks", status_code=202, summary="Tell a click", responses=responses(404, 422, 429, 503))
    async def click(told: ClickRequest) -> ClickTaken:
        """Logs a click, a view or a change of the cart; purchases come from the shop itself, over POST /v1/events."""

        def work() -> ClickTaken:
            if not door.shop.catalogue.get([told.product_id]):
                raise RequestError(f"there is no product '{told.product_id}'", status=404)
            event = _event(told, door)
            door.shop.events.append([event])
            return ClickTaken(event_id=event.event_id)

        return await door.workers.run(work)

    return router


def _event(told: ClickRequest, door: Door) -> Event:
    index = None if told.position is None else told.position - 1
    return Event(
        event_id=uuid.uuid4().hex,
        name=EventName(told.name),
        timestamp=door.clock(),
        user_id=told.user_id or "",
        session_id=told.session_id or "",
        items=(EventItem(item_id=told.product_id, index=index, item_list_id=told.list_id),),
    )
