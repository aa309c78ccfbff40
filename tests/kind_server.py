"""What a well-behaved OpenAI-compatible server answers, as vLLM does: a small true model behind the usual addresses."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from tests.byte_model import ByteModel

CONTEXT = 2048  # tokens
Body = Mapping[str, Any]


class Unwilling(Exception):
    """A request that is refused with 400."""


def answer(path: str, body: Body) -> dict[str, Any] | None:
    """The answer; None where there is no such address."""
    if path == "/v1/completions" and body.get("echo"):
        return _echoed(body)
    if path in ("/v1/completions", "/v1/chat/completions"):
        return _written(path, body)
    return None


def message(path: str, text: str, index: int = 0) -> dict[str, Any]:
    """One choice."""
    held = {"message": {"role": "assistant", "content": text}} if "chat" in path else {"text": text}
    return {"index": index, "finish_reason": "stop", **held}


def _written(path: str, body: Body) -> dict[str, Any]:
    prompt = _prompt(body)
    texts = [_text(prompt, body, number) for number in range(body.get("n", 1))]
    choices = [message(path, text, index) for index, text in enumerate(texts)]
    return {"choices": choices[::-1], "usage": _usage(len(prompt.encode()), sum(len(text.encode()) for text in texts))}


def _echoed(body: Body) -> dict[str, Any]:
    rows = [body["prompt"]] if isinstance(body["prompt"], str) else body["prompt"]
    choices = [_echo(row, index) for index, row in enumerate(rows)]
    return {"choices": choices, "usage": _usage(sum(len(row.encode()) for row in rows), len(rows))}


def _echo(row: str, index: int) -> dict[str, Any]:
    """The row and the likeliest byte behind it, each with its log-probability; nobody knows the first one's."""
    _fit(row)
    data = row.encode() + bytes([int(_model().next(row.encode())[:256].argmax())])
    own, best = _model().logs(data)
    tokens = [bytes([symbol]).decode(errors="replace") for symbol in data]
    tops = [{token: log, "best": most} for token, log, most in zip(tokens, own, best, strict=True)]
    said = {"tokens": tokens, "token_logprobs": [None, *own[1:]], "top_logprobs": [None, *tops[1:]]}
    return {"index": index, "text": data.decode(errors="replace"), "finish_reason": "length", "logprobs": said}


def _text(prompt: str, body: Body, number: int) -> str:
    _fit(prompt)
    asked = body.get("response_format") or {}
    drawn = _model().draw(
        prompt,
        max_tokens=body["max_tokens"],
        seed=body["seed"] + number,
        temperature=body["temperature"],
        schema=asked["json_schema"]["schema"] if asked else None,
    )
    text = bytes(drawn).decode(errors="replace")
    stops = [text.index(stop) for stop in body.get("stop", ()) if stop in text]
    return text[: min(stops, default=len(text))]


def _prompt(body: Body) -> str:
    return str(body["messages"][-1]["content"] if "messages" in body else body["prompt"])


def _fit(prompt: str) -> None:
    if len(prompt.encode()) >= CONTEXT:
        raise Unwilling(f"This model's maximum context length is {CONTEXT} tokens")


def _usage(read: int, written: int) -> dict[str, int]:
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def error(text: str) -> str:
    """An error as such servers spell it."""
    return json.dumps({"error": {"message": text, "type": "invalid_request_error"}})


@cache
def _model() -> ByteModel:
    return ByteModel()
