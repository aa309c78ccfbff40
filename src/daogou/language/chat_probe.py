"""What a model server can do, found out by asking it for next to nothing; what it merely claims does not count."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from daogou.errors import BackendError, TooLate
from daogou.language import chat_answers
from daogou.language.chat_asking import (
    PLAIN,
    Body,
    Constraint,
    Endpoint,
    Sampling,
    constrained,
    in_words,
    scoring,
    writing,
)
from daogou.language.chat_count import Counter, found_counter
from daogou.language.chat_http import Wire
from daogou.language.chat_refusals import Broken, Refused
from daogou.language.chat_score import Row, aligned, echoes, rows
from daogou.language.repair import repaired
from daogou.ports import Ability, Deadline

UNKNOWN_THERE = frozenset({400, 404, 405, 415, 422, 500, 501})  # what servers answer to what they don't know
HELLO = "shopper: hello\nguide:"
LAST_WORDS = ("shopper: I want a red bag", "shopper: I want a red lamp")
YES = {"type": "object", "properties": {"say": {"enum": ["yes"]}}, "required": ["say"], "additionalProperties": False}
YES_TOKENS = 32
Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found; not `sure` where something broke off, so that it is worth another look later."""

    writes: Endpoint | None = None
    draws: bool = False  # several texts for one request (`n`)
    plain: bool = False  # takes the fields that switch its own taste in tokens off
    streams: bool = False
    constrains: tuple[Endpoint, Constraint] | None = None
    scores: bool = False
    takes_lists: bool = False  # several prompts in one request
    counter: Counter | None = None
    sure: bool = True

    @property
    def abilities(self) -> frozenset[Ability]:
        """In the guide's words."""
        has = {
            Ability.WRITE: self.writes is not None,
            Ability.STREAM: self.streams,
            Ability.SCORE: self.scores,
            Ability.COUNT: self.counter is not None,
            Ability.CONSTRAIN: self.constrains is not None,
        }
        return frozenset(ability for ability, there in has.items() if there)


class Probe:
    """Asks one server about one model."""

    def __init__(self, wire: Wire, model: str, *, instructed: bool | None, deadline: Deadline) -> None:
        self._wire = wire
        self._model = model
        self._instructed = instructed
        self._deadline = deadline
        self._sure = True

    def find(self) -> Found:
        """All of it; BackendError when the server does not write."""
        with ThreadPoolExecutor(3) as pool:
            scoring_found = pool.submit(self._scores)
            counter = pool.submit(self._there, lambda: found_counter(self._wire, self._model, deadline=self._deadline))
            writes, draws, plain = self._writer()
            scores, takes_lists = scoring_found.result()
            return Found(
                writes=writes,
                draws=draws,
                plain=plain,
                streams=bool(self._there(lambda: self._streams(writes))),
                constrains=self._constrains(writes),
                scores=scores,
                takes_lists=takes_lists,
                counter=counter.result(),
                sure=self._sure,
            )

    def _writer(self) -> tuple[Endpoint, bool, bool]:
        """Where it writes, whether it writes several at once, and whether it does so from the model's own probabilities."""
        endpoints = [Endpoint.CHAT, Endpoint.COMPLETIONS]
        failure = BackendError("unasked")
        for endpoint in reversed(endpoints) if self._instructed is False else endpoints:
            for more in ({"n": 2, **PLAIN}, {"n": 2}, {}):
                try:
                    texts = self._texts(endpoint, self._hello(endpoint) | more)
                    return endpoint, len(texts) == 2, "top_p" in more
                except BackendError as error:
                    if _unsure(error):
                        raise
                    failure = error
        raise failure

    def _streams(self, endpoint: Endpoint) -> bool:
        events = self._wire.stream(endpoint, self._hello(endpoint) | {"stream": True}, deadline=self._deadline)
        return any(chat_answers.Delta(event).ends for event in events)

    def _constrains(self, writer: Endpoint) -> tuple[Endpoint, Constraint] | None:
        """Where and how JSON is written that follows a schema which the prompt does not show; else one that it does."""
        for endpoint in dict.fromkeys((writer, Endpoint.CHAT)):
            for how in (Constraint.JSON_SCHEMA, Constraint.JSON_OBJECT):
                body = constrained(self._hello(endpoint, YES_TOKENS), how, YES)
                if self._there(partial(self._says_yes, endpoint, body)):
                    return endpoint, how
        shown = self._hello(writer, YES_TOKENS, in_words(HELLO, YES))
        in_chat = writer is Endpoint.CHAT and self._instructed is not False
        return (writer, Constraint.WORDS) if in_chat and self._there(lambda: self._says_yes(writer, shown)) else None

    def _scores(self) -> tuple[bool, bool]:
        """Whether it scores, and whether it takes several texts at once."""
        if self._there(lambda: self._verified(LAST_WORDS)):
            return True, True
        return bool(self._there(lambda: self._verified(*[(text,) for text in LAST_WORDS]))), False

    def _verified(self, *requests: tuple[str, ...]) -> bool:
        """Whether the log-probabilities that come back are those of the texts that were sent."""
        found: list[Row] = []
        for texts in requests:
            answer = self._wire.post(
                Endpoint.COMPLETIONS, scoring(self._model, texts), deadline=self._deadline, retries=0
            )
            found += rows(answer, len(texts))
        return all(map(echoes, found, LAST_WORDS)) and aligned(*found)

    def _says_yes(self, endpoint: Endpoint, body: Body) -> bool:
        return bool(repaired(self._texts(endpoint, body, retries=0)[0], YES))

    def _texts(self, endpoint: Endpoint, body: Body, *, retries: int | None = None) -> list[str]:
        return chat_answers.texts(self._wire.post(endpoint, body, deadline=self._deadline, retries=retries))

    def _hello(self, endpoint: Endpoint, max_tokens: int = 1, prompt: str = HELLO) -> Body:
        return writing(endpoint, self._model, prompt, Sampling(max_tokens=max_tokens, seed=1, temperature=0.0))

    def _there(self, ask: Callable[[], Value]) -> Value | None:
        """The answer, or None where the server does not know what is asked."""
        try:
            return ask()
        except BackendError as error:
            self._sure = self._sure and not _unsure(error)
            return None


def _unsure(error: BackendError) -> bool:
    """Whether the failure says nothing about what the server can do."""
    if isinstance(error, Refused):
        return error.status not in UNKNOWN_THERE
    return isinstance(error, TooLate | Broken)
