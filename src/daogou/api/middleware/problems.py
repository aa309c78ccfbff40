"""Every error as an RFC 9457 problem: what is wrong, where, and what to do; never how we are built."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from daogou.errors import BackendError, DaogouError, RequestError, SessionBusy, ShopError, UserError

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger("daogou.api")


class FieldProblem(BaseModel):
    """One field that is wrong."""

    field: str = Field(description="where: a path such as `without.0.attribute`", examples=["message"])
    problem: str = Field(description="what is wrong with it", examples=["at most 2000 characters"])


class Problem(BaseModel):
    """An RFC 9457 problem."""

    type: str = "about:blank"
    title: str = Field(description="the HTTP status in words", examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    detail: str = Field(description="what is wrong and what to do", examples=["1 field is wrong"])
    instance: str = Field(default="", description="the path that was asked for", examples=["/v1/chat"])
    errors: list[FieldProblem] = Field(default_factory=list, description="every field that is wrong")
    retry_after_s: int | None = Field(default=None, description="when to try again, in seconds")


def add_problem_handlers(app: FastAPI) -> None:
    """Make the app answer every error as a problem."""
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DaogouError, _ours)
    app.add_exception_handler(Exception, _ours)


def problem_of(error: Exception, *, instance: str = "") -> Problem:
    """The problem that an exception is; what we did not foresee says nothing of its inside."""
    if isinstance(error, RequestError):
        return _problem(error.status, str(error), instance, retry_after_s=error.retry_after_s)
    if isinstance(error, SessionBusy):
        detail = "another message of this session is being answered; send this one again when that answer is there"
        return _problem(409, detail, instance, retry_after_s=1)
    if isinstance(error, UserError):
        return _problem(400, str(error), instance)
    _log.error("%s failed", instance or "a call", exc_info=error)
    if isinstance(error, (ShopError, BackendError)):
        return _problem(503, "the shop can't answer right now; try again in a moment", instance, retry_after_s=5)
    return _problem(500, "something went wrong on our side; it was logged", instance)


def problem_response(problem: Problem) -> Response:
    """The problem as HTTP."""
    headers = {"Retry-After": str(problem.retry_after_s)} if problem.retry_after_s is not None else {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = problem.model_dump_json(exclude_none=True)
    return Response(body, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def responses(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The problems that an endpoint may answer, for OpenAPI."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"description": _title(status), "content": {MEDIA_TYPE: schema}}
        for status in sorted({*statuses, 422, 500})
    }


def describe_problems(schema: dict[str, Any]) -> dict[str, Any]:
    """Put what a problem looks like into an OpenAPI document, in place of the framework's own errors."""
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    schemas |= problem.pop("$defs") | {"Problem": problem}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return schema


def field_problems(errors: Sequence[Any]) -> list[FieldProblem]:
    """What pydantic found, in plain words, without echoing what was sent."""
    return [FieldProblem(field=_path(error["loc"]), problem=_plain(error["msg"])) for error in errors]


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    path = request.url.path
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return problem_response(_problem(400, "the body is not valid JSON", path))
    problems = field_problems(error.errors())
    count = len(problems)
    detail = "; ".join(f"{problem.field}: {problem.problem}" for problem in problems[:3])
    detail = f"{count} field{'s are' if count > 1 else ' is'} wrong: {detail}"
    return problem_response(_problem(422, detail, path, errors=problems))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    details = {
        404: "there is nothing at this address; /openapi.json lists what there is",
        405: f"this address does not take {request.method}",
    }
    unsaid = error.detail == _title(error.status_code)
    detail = details.get(error.status_code, error.detail) if unsaid else str(error.detail)
    response = problem_response(_problem(error.status_code, detail, request.url.path))
    response.headers.update(error.headers or {})
    return response


async def _ours(request: Request, error: Exception) -> Response:
    return problem_response(problem_of(error, instance=request.url.path))


def _problem(status: int, detail: str, instance: str, **more: Any) -> Problem:
    return Problem(title=_title(status), status=status, detail=detail, instance=instance, **more)


def _title(status: int) -> str:
    return HTTPStatus(status).phrase


def _path(location: Sequence[str | int]) -> str:
    parts = [str(part) for part in location]
    return ".".join(parts[1:] if parts[:1] in (["body"], ["query"], ["path"]) and len(parts) > 1 else parts)


def _plain(message: str) -> str:
    message = message.removeprefix("Value error, ").removeprefix("Input ")
    return message[:1].lower() + message[1:]
