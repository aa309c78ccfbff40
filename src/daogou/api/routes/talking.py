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
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.turn import Answered, Said, Shortlisted, TurnEvent, Understood

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
        wordless = ask.session_id is not None and bool(ask.without or ask.locale)  # a chip less, another language
        _check_message(ask.message, state.options.message_limit, may_be_empty=wordless)
        user_id, session_id = state.user(request, ask.user_id), state.session(request, ask.session_id)
        finish = _finisher(state, ask, proven=bool(user_id))
        if MEDIA_TYPE in request.headers.get("accept", ""):
            news = state.workers.stream(lambda: _turn(state, leases, ask, user_id, session_id))
            first = await anext(news)  # what fails before the first news fails as plain HTTP
            events = _events(first, news, finish, request.url.path)
            return StreamingResponse(events, media_type=MEDIA_TYPE, headers=_HEADERS)
        return await state.workers.run(lambda: finish(_last(_turn(state, leases, ask, user_id, session_id))))

    @router.post("/v1/understand", summary="What a message asks for", responses=responses(400, 413, 415, 422, 429, 503))
    async def understand(ask: UnderstandRequest, request: Request) -> NeedJson:
        """The need that a message (on top of a conversation) comes to, without an answer."""
        _check_message(ask.message, state.options.message_limit)
        session_id = state.session(request, ask.session_id)

        def work() -> NeedJson:
            session = (state.shop.sessions.load(session_id) if session_id else None) or Session(session_id="")
            return NeedJson.of(state.shop.guide.understand(ask.message, session, locale=ask.locale or ""))

        return await state.workers.run(work)

    return router


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
        currency, asked = state.shop.index.vocabulary.currency, (ask.currency or "").upper()
        if asked and currency and asked != currency:  # prices are never converted
            chinese = body.language == "zh"
            text = f"这家店以 {currency} 标价。" if chinese else f"Prices in this shop are in {currency}."
            params = {"asked": asked, "currency": currency}
            body.notices.append(NoticeJson(code="currency", text=text, params=params))
        if ask.user_id and not proven:  # for the page's maker: a shopper reads nothing of it
            body.notices.append(NoticeJson(code="unproven_user"))
        return body

    return finish


def _last(news: Iterator[TurnEvent]) -> Answered:
    *_, last = news
    assert isinstance(last, Answered)
    return last


def _check_message(message: str, limit: int, *, may_be_empty: bool = False) -> None:
    problem = "" if message.strip() or may_be_empty else "is empty; say what you are looking for"
    if len(message) > limit:
        problem = f"has {len(message):,} characters; at most {limit:,}"
    if problem:
        raise RequestValidationError([{"type": "message", "loc": ("body", "message"), "msg": problem}])


MEDIA_TYPE = "text/event-stream"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # proxies must not hold deltas back


async def _events(
    first: TurnEvent, news: AsyncIterator[TurnEvent], finish: Callable[[Answered], ChatJson], instance: str
) -> AsyncIterator[str]:
    language = first.need.language if isinstance(first, Understood) else "en"  # in which cards are titled
    yield _event(first, finish, language)
    try:
        async for item in news:
            yield _event(item, finish, language)
    except Exception as error:
        yield _said("error", problem_of(error, instance=instance).model_dump_json(exclude_none=True))


def _event(item: TurnEvent, finish: Callable[[Answered], ChatJson], language: str) -> str:
    if isinstance(item, Understood):
        return _said("need", NeedsJson.of(item.need).model_dump_json())
    if isinstance(item, Shortlisted):
        cards = [recommended(one, language=language, at=item.at) for one in item.recommendations]
        return _said("recommendations", "[" + ",".join(card.model_dump_json() for card in cards) + "]")
    if isinstance(item, Said):
        return _said("text", json.dumps({"delta": item.delta}, ensure_ascii=False))
    return _said("done", finish(item).model_dump_json())


def _said(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
