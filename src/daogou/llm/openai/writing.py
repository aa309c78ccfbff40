"""Texts from a model server: what is asked in the fields that most servers know, and what its answer says; its shape is not trusted."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from daogou.errors import BackendError
from daogou.llm.openai.client import Client
from daogou.ports import Deadline, LogLikelihood

FROM_NOTHING = "\n"  # in place of an empty prompt, which some servers refuse: a text of ours begins where a line does
PLAIN: Mapping[str, object] = {"top_p": 1.0, "top_k": 0, "min_p": 0.0, "repeat_penalty": 1.0}  # the model's own choice
MOST_STOPS = 4  # more are refused by some servers; all of them are cut here again anyway
_SPECIAL = re.compile(r"<(?=[|｜/A-Za-z_])|\[(?=/?[A-Z_]+\])")

Body: TypeAlias = dict[str, object]


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

    def body(self, endpoint: Endpoint, model: str, prompt: str) -> Body:
        """One text after the prompt."""
        chat = endpoint is Endpoint.CHAT
        asked: Body = {"messages": [{"role": "user", "content": prompt}]} if chat else {"prompt": prompt}
        body = {"model": model, **asked, "max_tokens": self.max_tokens, "temperature": self.temperature}
        body["seed"] = self.seed % 2**31
        return body | ({"stop": list(self.stop[:MOST_STOPS])} if self.stop else {})


def constrained(body: Body, constraint: Constraint, schema: Mapping[str, object]) -> Body:
    """The same, to be answered in JSON that follows the schema."""
    if constraint is Constraint.WORDS:
        return body
    named: Body = {"json_schema": {"name": "answer", "schema": schema, "strict": True}}
    how = named if constraint is Constraint.JSON_SCHEMA else {"schema": schema}
    return body | {"response_format": {"type": str(constraint), **how}}


def in_words(prompt: str, schema: Mapping[str, object]) -> str:
    """The prompt with the schema shown, for a server that takes none."""
    shown = json.dumps(schema, ensure_ascii=False)
    return f"{prompt}\n\nAnswer with JSON alone, which follows this JSON Schema:\n{shown}"


def harmless(text: str) -> str:
    """The text without half characters, and with a space in what servers may read as a special token: "< |im_end|>"."""
    return _without_halves(_SPECIAL.sub(lambda match: match[0] + " ", text))


def texts(answer: object) -> list[str]:
    """The text of every choice, chat or completion, in the order of their index."""
    found = []
    for choice in _choices(answer):
        text = choice["text"] if "text" in choice else _mapping(choice.get("message"), "message").get("content")
        if not isinstance(text, str):
            raise BackendError("the model server's answer has no text in choices[0].message")
        found.append(_without_halves(text))
    return found


def _choices(answer: object) -> list[Mapping[str, object]]:
    """The choices, at least one, in the order of their index."""
    found = _mapping(answer, "answer").get("choices")
    if not isinstance(found, list) or not found:
        raise BackendError("the model server's answer has no choices")
    choices = [_mapping(choice, "choice") for choice in found]
    return sorted(choices, key=lambda one: index if isinstance(index := one.get("index"), int) else 0)


def _mapping(value: object, what: str) -> Mapping[str, object]:
    """A JSON object, or BackendError."""
    if not isinstance(value, Mapping):
        raise BackendError(f"the model server's {what} is not a JSON object")
    return value


def _without_halves(text: str) -> str:
    """Half a character, which JSON can hold and UTF-8 can't, becomes a question mark."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


ROUNDING, LEAST = 1e-3, -1e6  # what a log-probability lies between; some servers say -9999 for a token that can't be
MOST_ROWS = 64  # in one request
NOTHING = LogLikelihood(total=0.0, tokens=0)
SLACK = 8  # tokens that a row may have beyond one for each of its bytes: marks, and a piece across the border


@dataclass(frozen=True, kw_only=True)
class Row:
    """A text's tokens with the log-probability of each after those before it; None: the server does not say it."""

    tokens: tuple[str, ...]
    logs: tuple[float | None, ...]
    best: tuple[float | None, ...]  # of the likeliest token at each place

    def after(self, prompt: "Row") -> int:
        """The place of the first token that is not the prompt's."""
        pairs = enumerate(zip(self.tokens, prompt.tokens, strict=False))
        return next((place for place, (own, other) in pairs if own != other), min(len(self.tokens), len(prompt.tokens)))


def scored(
    client: Client, model: str, prompt: str, continuations: Sequence[str], *, together: bool, deadline: Deadline
) -> list[LogLikelihood]:
    """log P of each, in their order; each text goes once, `together` in few requests."""
    before = prompt or FROM_NOTHING
    wanted = list(dict.fromkeys(filter(None, continuations)))
    if not wanted:
        return [NOTHING for _ in continuations]
    whole, most = [before, *(before + text for text in wanted)], MOST_ROWS if together else 1
    batches = [whole[start : start + most] for start in range(0, len(whole), most)]
    calls = [(Endpoint.COMPLETIONS, scoring(model, batch)) for batch in batches]
    answers = client.post_all(calls, deadline=deadline)
    start, *found = [row for batch, answer in zip(batches, answers, strict=True) for row in rows(answer, len(batch))]
    known = {text: _likelihood(row, start, text) for text, row in zip(wanted, found, strict=True)}
    return [known.get(text, NOTHING) for text in continuations]


def scoring(model: str, prompts: Sequence[str]) -> Body:
    """The prompts back with the log-probability of every token.

    One token more is asked for: several servers take 0 for no limit. It is left out of the sum.
    """
    prompt: object = list(prompts) if len(prompts) > 1 else prompts[0]
    sampling = {"max_tokens": 1, "temperature": 0.0, "seed": 0}
    return {"model": model, "prompt": prompt, "echo": True, "logprobs": 1, **sampling}


def rows(answer: object, expected: int) -> list[Row]:
    """The echoed rows without the tokens that were written behind them; BackendError where they are not whole."""
    found = _choices(answer)
    if len(found) != expected:
        raise BackendError(f"the model server echoed {len(found)} texts of {expected}")
    used = _mapping(answer, "answer").get("usage")
    written = used.get("completion_tokens") if isinstance(used, Mapping) else None
    if not isinstance(written, int) or written not in (0, expected):
        raise BackendError("the model server does not say how many tokens it wrote behind an echo")
    return [_row(choice, written // expected) for choice in found]


def true_echoes(found: Sequence[Row], sent: Sequence[str]) -> bool:
    """Whether two rows are those of the texts, which differ in their last words, each log-probability with its own token.

    What is likeliest at a place can't depend on what stands there: some servers are off by one place (llama-cpp-python
    without a begin mark).
    """
    one, other = found
    place = one.after(other)
    if place >= min(len(one.tokens), len(other.tokens)):
        return False
    echoes = all("".join(row.tokens).endswith(text) for row, text in zip(found, sent, strict=True))
    first, second = one.best[place], other.best[place]
    return echoes and first is not None and second is not None and abs(first - second) < 0.02


def _likelihood(row: Row, prompt: Row, continuation: str) -> LogLikelihood:
    """log P(continuation | prompt) of the row that holds both; BackendError when the row is not of that text."""
    start = row.after(prompt)
    logs, most = row.logs[start:], len(continuation.encode("utf-8", errors="replace")) + SLACK
    if not 0 < len(logs) <= most or len(prompt.tokens) - start > SLACK:
        raise BackendError("the model server's log-probabilities are not those of the text that was sent")
    known = tuple(min(log, 0.0) for log in logs if log is not None)
    if len(known) < len(logs):
        raise BackendError("the model server leaves out log-probabilities")
    return LogLikelihood(total=math.fsum(known), tokens=len(known), by_token=known)


def _row(choice: Mapping[str, object], written: int) -> Row:
    said = _mapping(choice.get("logprobs"), "log-probabilities")
    tokens, logs, best = said.get("tokens"), said.get("token_logprobs"), said.get("top_logprobs")
    if not (isinstance(tokens, list) and isinstance(logs, list)) or len(tokens) != len(logs):
        raise BackendError("the model server's tokens and log-probabilities don't go together")
    kept = len(tokens) - written
    tops = best if isinstance(best, list) and len(best) == len(tokens) else [None] * len(tokens)
    return Row(
        tokens=tuple(map(str, tokens[:kept])), logs=tuple(map(_log, logs[:kept])), best=tuple(map(_best, tops[:kept]))
    )


def _log(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not LEAST <= value <= ROUNDING:
        raise BackendError("the model server's log-probabilities are no log-probabilities")
    return float(value)


def _best(top: object) -> float | None:
    logs = map(_log, top.values()) if isinstance(top, Mapping) else ()
    return max((log for log in logs if log is not None), default=None)
