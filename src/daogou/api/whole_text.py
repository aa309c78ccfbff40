"""JSON can spell half of a character (`"\\ud83d"`); no store, index or answer can, so it is refused at the door."""

import json

from starlette.requests import Request

from daogou.errors import RequestError


async def refuse_half_characters(request: Request) -> None:
    """RequestError 422 where a text of the body holds half of a surrogate pair."""
    body = await request.body()
    if rb"\ud" not in body.lower():
        return
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise RequestError("a text holds half of a character (a lone surrogate)", status=422) from error
