"""What is sent to a model server: one body for each endpoint and purpose, in the fields that most servers know."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

FROM_NOTHING = "\n"  # in place of an empty prompt, which some servers refuse: a text of ours begins where a line does
PLAIN: Mapping[str, object] = {
    "top_p": 1.0,
    "top_k": 0,
    "min_p": 0.0,
    "repeat_penalty": 1.0,
}  # the model's own probabilities
MOST_STOPS = 4  # more are refused by some servers; all of them are cut here again anyway
Body = dict[str, object]


_SPECIAL = re.compile(r"<(?=[|｜/A-Za-z_])|\[(?=/?[A-Z_]+\])")


class Endpoint(StrEnum):
    """Where text is written."""

    CHAT = "/v1/chat/completions"
    COMPLETIONS = "/v1/completions"


class Constraint(StrEnum):
    """How a server takes a JSON Schema."""

    JSON_SCHEMA = "json_schema"  # OpenAI, vLLM, llama.cpp, Ollama
    JSON_OBJECT = "json_object"  # llama-cpp-python's server: the schema stands beside the type
    WORDS = "words"  # it doesn't: the schema is shown in the prompt, and the answer is checked here


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How a text is drawn."""

    max_tokens: int
    seed: int
    temperature: float
    stop: Sequence[str] = ()


def writing(endpoint: Endpoint, model: str, prompt: str, sampling: Sampling) -> Body:
    """One text after the prompt."""
    asked: Body = (
        {"messages": [{"role": "user", "content": prompt}]} if endpoint is Endpoint.CHAT else {"prompt": prompt}
    )
    body = {"model": model, **asked, "max_tokens": sampling.max_tokens, "temperature": sampling.temperature}
    body["seed"] = sampling.seed % 2**31
    return body | ({"stop": list(sampling.stop[:MOST_STOPS])} if sampling.stop else {})


def constrained(body: Body, constraint: Constraint, schema: Mapping[str, object]) -> Body:
    """The same, to be answered in JSON that follows the schema."""
    if constraint is Constraint.JSON_SCHEMA:
        named = {"name": "answer", "schema": schema, "strict": True}
        return body | {"response_format": {"type": "json_schema", "json_schema": named}}
    return body | {"response_format": {"type": "json_object", "schema": schema}}


def in_words(prompt: str, schema: Mapping[str, object]) -> str:
    """The prompt with the schema shown, for a server that takes none."""
    shown = json.dumps(schema, ensure_ascii=False)
    return f"{prompt}\n\nAnswer with JSON alone, which follows this JSON Schema:\n{shown}"


def scoring(model: str, rows: Sequence[str]) -> Body:
    """The rows back with the log-probability of every token.

    One token more is asked for: several servers take 0 for no limit. It is left out of the sum.
    """
    prompt: object = list(rows) if len(rows) > 1 else rows[0]
    return {
        "model": model,
        "prompt": prompt,
        "echo": True,
        "logprobs": 1,
        "max_tokens": 1,
        "temperature": 0.0,
        "seed": 0,
    }


def harmless(text: str) -> str:
    """The text without half characters, and with a space in what servers may read as a special token: "< |im_end|>"."""
    return _SPECIAL.sub(lambda match: match[0] + " ", text).encode("utf-8", errors="replace").decode("utf-8")
