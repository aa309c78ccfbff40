"""JSON can spell half of a character (`"\\ud83d"`); no store, index or answer can, so it is refused at the door."""

import json

from starlette.requests import Request

from daogou.api.middleware.body_limit import METHODS_WITH_BODY
from daogou.errors import RequestError


async def refuse_half_characters(request: Request) -> None:
    """RequestError 422 where a text of the body holds half of a surrogate pair."""
    if request.method not in METHODS_WITH_BODY:
        return
    body = await request.body()
    if rb"\ud" not in body.lower():
        return
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise RequestError("a text holds half of a character (a lone surrogate)", status=422) from error
    except (ValueError, RecursionError):
        return  # no JSON: whoever wants the body says so
