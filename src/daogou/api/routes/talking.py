"""POST /v1/chat and /v1/understand: the conversation, whole or as server-sent events."""

import json
import time
from collections.abc import AsyncIterator, Callable, Iterator

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from daogou.api.middleware.problems import problem_of, responses
from daogou.api.middleware.workers import Leases
from daogou.api.routes.suggestions import quick_answers
from daogou.api.schemas.need_json import NeedJson, NeedsJson
from daogou.api.schemas.product_json import recommended
from daogou.api.schemas.wire import ChatJson, ChatRequest, Id, Locale, NoticeJson, chat_json
from daogou.api.state import AppState
from daogou.catalog.products.conversation import Answered, Said, Session, Shortlisted, TurnEvent, Understood

_STREAM = {"text/event-stream": {"schema": {"type": "string"}, "example": 'event: need\ndata: {"query": "laptop"}\n\n'}}


class UnderstandRequest(BaseModel):
    """A message to understand and not to answer."""

    message: str = Field(examples=["a light laptop under 800 euros, not HP"])
    session_id: Id | None = Field(default=None, description="understood on top of this conversation")
    locale: Locale | None = None


def talking(state: AppState) -> APIRouter:
    """The endpoints of a conversation."""
    router = APIRouter(tags=["talk"], dependencies=[Depends(state.admit_shopper)])
    leases = Leases()

    @router.post(
        "/v1/chat",
        summary="One message, one answer",
        response_model=ChatJson,
        responses={**responses(400, 409, 413, 415, 422, 429, 503), 200: {"content": _STREAM}},
    )
    async def chat(ask: ChatRequest, request: Request) -> Response | ChatJson:
        """Answers a shopper. With `Accept: text/event-stream` the same turn streams: the events `need`,
        `recommendations`, `text` (deltas) and `done` (the whole answer); `error` (a problem) if it breaks on the way.
        """
        _check_message(ask.message, state.options.message_limit, may_be_empty=_stands_on_earlier(ask))
        user_id, session_id = state.user(request, ask.user_id), state.session(request, ask.session_id)
        finish = _finisher(state, ask, proven=bool(user_id))
        if wants_stream(request):
            news = state.workers.stream(lambda: _turn(state, leases, ask, user_id, session_id))
            return await stream_response(news, finish, instance=request.url.path)
        return await state.workers.run(lambda: finish(_last(_turn(state, leases, ask, user_id, session_id))))

    @router.post("/v1/understand", summary="What a message asks for", responses=responses(400, 413, 415, 422, 429, 503))
    async def understand(ask: UnderstandRequest, request: Request) -> NeedJson:
        """The need that a message (on top of a conversation) comes to, without an answer."""
        _check_message(ask.message, state.options.message_limit)

        session_id = state.session(request, ask.session_id)

        def work() -> NeedJson:
            session = state.shop.sessions.load(session_id) if session_id else None
            session = session or Session(session_id="")
            return NeedJson.of(state.shop.guide.understand(ask.message, session, locale=ask.locale or ""))

        return await state.workers.run(work)

    return router


def _stands_on_earlier(ask: ChatRequest) -> bool:
    """Taking a chip off, or asking for the same answer in another language, needs no words."""
    return ask.session_id is not None and bool(ask.without or ask.locale)


def _turn(state: AppState, leases: Leases, ask: ChatRequest, user_id: str, session_id: str) -> Iterator[TurnEvent]:
    with leases.hold(session_id or None):
        yield from state.shop.guide.stream(
            ask.message.strip(),
            session_id=session_id,
            user_id=user_id,
            locale=ask.locale or "",
            without=[withdrawal.noun() for withdrawal in ask.without],
            considered=ask.considered,
            personal=ask.personal,
        )


def _finisher(state: AppState, ask: ChatRequest, *, proven: bool) -> Callable[[Answered], ChatJson]:
    started = time.perf_counter()

    def finish(answered: Answered) -> ChatJson:
        answers = quick_answers(answered.response.asks, answered.turn.need, state.shop.index)
        took_ms = round((time.perf_counter() - started) * 1e3, 1)
        body = chat_json(answered, considered=ask.considered, quick_answers=answers, took_ms=took_ms)
        notices = [_currency_notice(ask, state.shop.index.vocabulary.currency, body.language), _unproven(ask, proven)]
        return body.model_copy(update={"notices": [*body.notices, *filter(None, notices)]})

    return finish


def _currency_notice(ask: ChatRequest, currency: str, language: str) -> NoticeJson | None:
    """Prices are never converted; a shopper who counts in another currency hears so."""
    if not ask.currency or not currency or ask.currency.upper() == currency:
        return None
    text = f"这家店以 {currency} 标价。" if language == "zh" else f"Prices in this shop are in {currency}."
    return NoticeJson(code="currency", text=text, params={"asked": ask.currency.upper(), "currency": currency})


def _unproven(ask: ChatRequest, proven: bool) -> NoticeJson | None:
    """For the page's maker; a shopper is not bothered with it, so that it has no text."""
    return None if proven or not ask.user_id else NoticeJson(code="unproven_user")


def _last(news: Iterator[TurnEvent]) -> Answered:
    *_, last = news
    assert isinstance(last, Answered)
    return last


def _check_message(message: str, limit: int, *, may_be_empty: bool = False) -> None:
    if not message.strip() and not may_be_empty:
        raise _wrong_message("is empty; say what you are looking for")
    if len(message) > limit:
        raise _wrong_message(f"has {len(message):,} characters; at most {limit:,}")


def _wrong_message(problem: str) -> RequestValidationError:
    return RequestValidationError([{"type": "message", "loc": ("body", "message"), "msg": problem}])


MEDIA_TYPE = "text/event-stream"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # proxies must not hold deltas back


def wants_stream(request: Request) -> bool:
    """Whether the caller asked for events rather than one JSON document."""
    return MEDIA_TYPE in request.headers.get("accept", "")


async def stream_response(
    news: AsyncIterator[TurnEvent], finish: Callable[[Answered], ChatJson], *, instance: str
) -> StreamingResponse:
    """The turn as it comes about; what fails before the first news fails as plain HTTP."""
    first = await anext(news)
    events = _events(first, news, _Turn(finish), instance)
    return StreamingResponse(events, media_type=MEDIA_TYPE, headers=_HEADERS)


async def _events(first: TurnEvent, news: AsyncIterator[TurnEvent], turn: "_Turn", instance: str) -> AsyncIterator[str]:
    yield turn.event(first)
    try:
        async for item in news:
            yield turn.event(item)
    except Exception as error:
        yield _event("error", problem_of(error, instance=instance).model_dump_json(exclude_none=True))


class _Turn:
    """Remembers the language that the need was said in: cards are titled in it."""

    def __init__(self, finish: Callable[[Answered], ChatJson]) -> None:
        self.finish = finish
        self.language = "en"

    def event(self, item: TurnEvent) -> str:
        if isinstance(item, Understood):
            self.language = item.need.language
            return _event("need", NeedsJson.of(item.need).model_dump_json())
        if isinstance(item, Shortlisted):
            return _event("recommendations", self._cards(item))
        if isinstance(item, Said):
            return _event("text", json.dumps({"delta": item.delta}, ensure_ascii=False))
        return _event("done", self.finish(item).model_dump_json())

    def _cards(self, item: Shortlisted) -> str:
        cards = [recommended(one, language=self.language, at=item.at) for one in item.recommendations]
        return "[" + ",".join(card.model_dump_json() for card in cards) + "]"


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
