"""POST /v1/chat and /v1/understand: the conversation."""

import time
from collections.abc import Callable, Iterator

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.responses import Response

from daogou.api.door import Door
from daogou.api.middleware.leases import Leases
from daogou.api.middleware.problems import responses
from daogou.api.routes.streaming import stream_response, wants_stream
from daogou.api.routes.suggestions import quick_answers
from daogou.api.schemas.need_json import NeedJson
from daogou.api.schemas.wire import ChatJson, ChatRequest, Id, Locale, NoticeJson, chat_json
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.turn import Answered, TurnEvent

_STREAM = {"text/event-stream": {"schema": {"type": "string"}, "example": 'event: need\ndata: {"query": "laptop"}\n\n'}}


class UnderstandRequest(BaseModel):
    """A message to understand and not to answer."""

    message: str = Field(examples=["a light laptop under 800 euros, not HP"])
    session_id: Id | None = Field(default=None, description="understood on top of this conversation")
    locale: Locale | None = None


def talking(door: Door) -> APIRouter:
    """The endpoints of a conversation."""
    router = APIRouter(tags=["talk"], dependencies=[Depends(door.admit_shopper)])
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
        _check_message(ask.message, door.options.message_limit, may_be_empty=_stands_on_earlier(ask))
        user_id, session_id = door.user(request, ask.user_id), door.session(request, ask.session_id)
        finish = _finisher(door, ask, proven=bool(user_id))
        if wants_stream(request):
            news = door.workers.stream(lambda: _turn(door, leases, ask, user_id, session_id))
            return await stream_response(news, finish, instance=request.url.path)
        return await door.workers.run(lambda: finish(_last(_turn(door, leases, ask, user_id, session_id))))

    @router.post("/v1/understand", summary="What a message asks for", responses=responses(400, 413, 415, 422, 429, 503))
    async def understand(ask: UnderstandRequest, request: Request) -> NeedJson:
        """The need that a message (on top of a conversation) comes to, without an answer."""
        _check_message(ask.message, door.options.message_limit)

        session_id = door.session(request, ask.session_id)

        def work() -> NeedJson:
            session = door.shop.sessions.load(session_id) if session_id else None
            session = session or Session(session_id="")
            return NeedJson.of(door.shop.guide.understand(ask.message, session, locale=ask.locale or ""))

        return await door.workers.run(work)

    return router


def _stands_on_earlier(ask: ChatRequest) -> bool:
    """Taking a chip off, or asking for the same answer in another language, needs no words."""
    return ask.session_id is not None and bool(ask.without or ask.locale)


def _turn(door: Door, leases: Leases, ask: ChatRequest, user_id: str, session_id: str) -> Iterator[TurnEvent]:
    with leases.hold(session_id or None):
        yield from door.shop.guide.stream(
            ask.message.strip(),
            session_id=session_id,
            user_id=user_id,
            locale=ask.locale or "",
            without=[withdrawal.noun() for withdrawal in ask.without],
            considered=ask.considered,
            personal=ask.personal,
        )


def _finisher(door: Door, ask: ChatRequest, *, proven: bool) -> Callable[[Answered], ChatJson]:
    started = time.perf_counter()

    def finish(answered: Answered) -> ChatJson:
        answers = quick_answers(answered.response.asks, answered.turn.need, door.shop.index)
        took_ms = round((time.perf_counter() - started) * 1e3, 1)
        body = chat_json(answered, considered=ask.considered, quick_answers=answers, took_ms=took_ms)
        notices = [_currency_notice(ask, door.shop.index.vocabulary.currency, body.language), _unproven(ask, proven)]
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
