"""log P of a text from a model server that echoes its prompt with log-probabilities (vLLM, SGLang, llama-cpp-python).

Over HTTP a prompt and its continuation go as one string, and the server cuts it into tokens. The continuation's tokens are
those from the first that differs from the tokens of the prompt alone, which is sent along as a row of its own: so a piece
that the tokenizer would make across the border counts as the continuation's, and no candidate gets a character for nothing.
No server says how likely a first token is, so that a text from nothing is judged as one that begins a line.
The forms of text/prompts end with a colon and every continuation begins with a space, which tokenizers keep apart.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daogou.errors import BackendError
from daogou.language.chat_answers import choices, usage
from daogou.language.chat_asking import FROM_NOTHING, Endpoint, scoring
from daogou.language.chat_paying import PaidWire
from daogou.ports import Deadline, LogLikelihood

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


class Scorer:
    """Scores as the server was found to score."""

    def __init__(self, wire: PaidWire, model: str, takes_lists: bool) -> None:
        self._wire = wire
        self._model = model
        self._most = MOST_ROWS if takes_lists else 1

    def score(self, prompt: str, continuations: Sequence[str], deadline: Deadline) -> list[LogLikelihood]:
        """log P of each, in their order; each text goes once."""
        before = prompt or FROM_NOTHING
        wanted = list(dict.fromkeys(filter(None, continuations)))
        if not wanted:
            return [NOTHING for _ in continuations]
        start, *found = self._rows([before, *(before + text for text in wanted)], deadline)
        known = {text: likelihood(row, start, text) for text, row in zip(wanted, found, strict=True)}
        return [known.get(text, NOTHING) for text in continuations]

    def _rows(self, texts: Sequence[str], deadline: Deadline) -> list[Row]:
        batches = [texts[start : start + self._most] for start in range(0, len(texts), self._most)]
        calls = [(Endpoint.COMPLETIONS, scoring(self._model, batch)) for batch in batches]
        answers = self._wire.post_all(calls, deadline=deadline)
        return [row for batch, answer in zip(batches, answers, strict=True) for row in rows(answer, len(batch))]


def rows(answer: object, expected: int) -> list[Row]:
    """The echoed rows without the tokens that were written behind them; BackendError where they are not whole."""
    found = choices(answer)
    counted = usage(answer)
    if len(found) != expected:
        raise BackendError(f"the model server echoed {len(found)} texts of {expected}")
    if counted is None or counted[1] not in (0, expected):
        raise BackendError("the model server does not say how many tokens it wrote behind an echo")
    return [_row(choice, written=counted[1] // expected) for choice in found]


def likelihood(row: Row, prompt: Row, continuation: str) -> LogLikelihood:
    """log P(continuation | prompt) of the row that holds both; BackendError when the row is not of that text."""
    start = row.after(prompt)
    logs = row.logs[start:]
    if (
        not logs
        or len(logs) > len(continuation.encode("utf-8", errors="replace")) + SLACK
        or len(prompt.tokens) - start > SLACK
    ):
        raise BackendError("the model server's log-probabilities are not those of the text that was sent")
    known = tuple(min(log, 0.0) for log in logs if log is not None)
    if len(known) < len(logs):
        raise BackendError("the model server leaves out log-probabilities")
    return LogLikelihood(total=math.fsum(known), tokens=len(known), by_token=known)


def echoes(row: Row, text: str) -> bool:
    """Whether the row's tokens are that text's, behind a mark or not."""
    return "".join(row.tokens).endswith(text)


def aligned(one: Row, other: Row) -> bool:
    """Whether each log-probability stands with its own token: what is likeliest at a place can't depend on what stands there.

    The rows differ in their last words. Some servers are off by one place (llama-cpp-python without a begin mark).
    """
    place = one.after(other)
    if place >= min(len(one.tokens), len(other.tokens)):
        return False
    first, second = one.best[place], other.best[place]
    return first is not None and second is not None and abs(first - second) < 0.02


def _row(choice: Mapping[str, object], *, written: int) -> Row:
    said = choice.get("logprobs")
    if not isinstance(said, Mapping):
        raise BackendError("the model server gives no log-probabilities")
    tokens, logs, best = said.get("tokens"), said.get("token_logprobs"), said.get("top_logprobs")
    if not (isinstance(tokens, list) and isinstance(logs, list)) or len(tokens) != len(logs):
        raise BackendError("the model server's tokens and log-probabilities don't go together")
    kept = len(tokens) - written
    tops = best if isinstance(best, list) and len(best) == len(tokens) else [None] * len(tokens)
    return Row(
        tokens=tuple(map(str, tokens[:kept])),
        logs=tuple(map(_log, logs[:kept])),
        best=tuple(map(_best, tops[:kept])),
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
