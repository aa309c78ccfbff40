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
from daogou.llm.openai.client import Client
from daogou.llm.openai.writing import FROM_NOTHING, Body, Endpoint, choices, mapping
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
    found = choices(answer)
    if len(found) != expected:
        raise BackendError(f"the model server echoed {len(found)} texts of {expected}")
    used = mapping(answer, "answer").get("usage")
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
    said = mapping(choice.get("logprobs"), "log-probabilities")
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
