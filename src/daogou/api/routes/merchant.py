"""Writing to the shop: batches of products and events, removing, erasing."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import APIRouter, Body, Depends, Path
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, JsonValue, ValidationError

from daogou.api.middleware.keys import Scope
from daogou.api.middleware.problems import FieldProblem, field_problems, responses
from daogou.api.schemas.rows import EventRow, ProductRow, Row
from daogou.api.state import AppState
from daogou.catalog.products.event import on_our_clock
from daogou.errors import RequestError
from daogou.feed.plausible import implausible

Noun = TypeVar("Noun")


class RejectedRow(BaseModel):
    """A row that was not taken."""

    row: int = Field(description="its place in the batch, from 0", examples=[17])
    id: str = Field(description="its id, where it has one", examples=["4711"])
    problems: list[FieldProblem]


class BatchResult(BaseModel):
    """What became of a batch."""

    accepted: int = Field(description="rows taken")
    new: int = Field(description="of these, those that were not there before")
    rejected: list[RejectedRow]


def _parsed(
    rows: Sequence[JsonValue],
    parse: Callable[[JsonValue], Noun],
    *,
    most: int,
    id_field: str,
    implausible: Callable[[Noun], Sequence[tuple[str, str]]] = lambda noun: (),
) -> tuple[list[Noun], list[RejectedRow]]:
    """The nouns of the good rows, and the bad rows, named; a batch in which no row is good is refused, with every problem."""
    if len(rows) > most:
        raise RequestError(f"the batch has {len(rows):,} rows; send at most {most:,} at once", status=413)
    good: list[Noun] = []
    rejected: list[RejectedRow] = []
    for number, row in enumerate(rows):
        try:
            noun = parse(row)
            problems = [FieldProblem(field=field, problem=problem) for field, problem in implausible(noun)]
        except ValidationError as error:
            problems = field_problems(error.errors(include_url=False, include_context=False, include_input=False))
        if problems:
            named = row.get(id_field) if isinstance(row, dict) else None
            short = str(named)[:200] if isinstance(named, (str, int)) else ""
            rejected.append(RejectedRow(row=number, id=short, problems=problems))
        else:
            good.append(noun)
    if rejected and not good:
        told = [(bad.row, problem) for bad in rejected for problem in bad.problems]
        raise RequestValidationError(
            [{"type": "row", "loc": ("body", row, *filter(None, [one.field])), "msg": one.problem} for row, one in told]
        )
    return good, rejected


_PRODUCTS = [[{"id": "4711", "title": "Nimbus 14 laptop, 16 GB", "price": {"amount": 799.0, "currency": "EUR"}}]]
_EVENTS = [
    [{"event_id": "e-1", "name": "purchase", "timestamp": "2026-11-23T15:04:05Z", "items": [{"item_id": "4711"}]}]
]

Named = Annotated[str, Path(min_length=1, max_length=200, pattern=r"\S")]
ProductRows = Annotated[list[JsonValue], Body(examples=_PRODUCTS)]
EventRows = Annotated[list[JsonValue], Body(examples=_EVENTS)]


class WithdrawalRow(Row):
    """The products that are no longer sold."""

    ids: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(min_length=1, examples=[["4711", "4712"]])


class Removed(BaseModel):
    """What was taken out of the shop."""

    removed: int = Field(description="0 where there was none")


class Erased(BaseModel):
    """What was erased."""

    events: int
    conversations: int


class EventsResult(BatchResult):
    """What became of a batch of events."""

    notices: list[str] = Field(description="what was taken otherwise than it was sent: events of the future")


def merchant(state: AppState) -> APIRouter:
    """The endpoints that write."""
    router = APIRouter(tags=["merchant"], responses=responses(401, 403, 413, 415, 422))
    may_write_products = [Depends(state.admit_merchant(Scope.PRODUCTS))]
    may_write_events = [Depends(state.admit_merchant(Scope.EVENTS))]
    most = state.options.batch_limit_rows

    @router.post("/v1/products", summary="Insert or replace products", dependencies=may_write_products)
    async def put_products(rows: ProductRows) -> BatchResult:
        """Takes a batch of products: every good row is kept (durable when this answers), every bad row is named."""
        good, rejected = _parsed(
            rows, lambda row: ProductRow.model_validate(row).noun(), most=most, id_field="id", implausible=implausible
        )
        products = {product.id: product for product in good}  # of two rows with one id the later counts

        def work() -> int:
            there = len(state.shop.catalogue.get(list(products)))
            state.shop.upsert(list(products.values()))
            return len(products) - there

        new = await state.workers.run(work) if products else 0
        return BatchResult(accepted=len(good), new=new, rejected=rejected)

    @router.delete("/v1/products/{product_id:path}", summary="Remove a product", dependencies=may_write_products)
    async def remove_product(product_id: Named) -> Removed:
        """Takes a product out of the shop; done twice it is done once."""
        return Removed(removed=await state.workers.run(lambda: state.shop.withdraw([product_id])))

    @router.post("/v1/products/withdrawals", summary="Remove many products", dependencies=may_write_products)
    async def remove_products(withdrawal: WithdrawalRow) -> Removed:
        """Takes products out of the shop; those that are not there change nothing."""
        if len(withdrawal.ids) > most:
            raise RequestError(f"there are {len(withdrawal.ids):,} ids; send at most {most:,} at once", status=413)
        return Removed(removed=await state.workers.run(lambda: state.shop.withdraw(withdrawal.ids)))

    @router.post("/v1/events", summary="Append events", dependencies=may_write_events)
    async def append_events(rows: EventRows) -> EventsResult:
        """Takes a batch of GA4 e-commerce events; an `event_id` that was seen before changes nothing."""
        good, rejected = _parsed(rows, lambda row: EventRow.model_validate(row).noun(), most=most, id_field="event_id")
        now = state.clock()
        events = [on_our_clock(event, now) for event in good]
        early = [event.event_id for event, ours in zip(good, events, strict=True) if event is not ours]
        new = await state.workers.run(lambda: state.shop.events.append(events)) if events else 0
        return EventsResult(accepted=len(events), new=new, rejected=rejected, notices=_early(early))

    @router.delete("/v1/users/{user_id:path}", summary="Erase a shopper", dependencies=may_write_events)
    async def erase(user_id: Named) -> Erased:
        """Erases a shopper's events, conversations, and what was done unnamed in sessions of nobody else; twice is once."""

        def work() -> Erased:
            events = state.shop.events.erase_user(user_id)
            return Erased(events=events, conversations=state.shop.sessions.erase_user(user_id))

        return await state.workers.run(work)

    return router


def _early(event_ids: Sequence[str]) -> list[str]:
    if not event_ids:
        return []
    named = ", ".join(event_ids[:3]) + (" ..." if len(event_ids) > 3 else "")
    return [f"{len(event_ids):,} events lie in the future ({named}); they count as of now"]
