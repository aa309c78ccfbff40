"""A turn as server-sent events: `need`, `recommendations`, `text` deltas, `done`; `error` if it breaks on the way."""

import json
from collections.abc import AsyncIterator, Callable

from starlette.requests import Request
from starlette.responses import StreamingResponse

from daogou.api.middleware.problems import problem_of
from daogou.api.schemas.card_json import recommended
from daogou.api.schemas.need_json import NeedsJson
from daogou.api.schemas.wire import ChatJson
from daogou.catalog.products.turn import Answered, Said, Shortlisted, TurnEvent, Understood

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
