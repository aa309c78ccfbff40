"""What a model server can do, found out by asking it for next to nothing; what it merely claims does not count."""

import itertools
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from daogou.errors import BackendError, TooLate
from daogou.llm.openai.client import Broken, Client, Refused
from daogou.llm.openai.scoring import Row, rows, scoring, true_echoes
from daogou.llm.openai.writing import (
    PLAIN,
    Body,
    Constraint,
    Endpoint,
    Sampling,
    constrained,
    in_words,
    texts,
)
from daogou.llm.repair import repaired
from daogou.ports import Ability, Deadline

PROBE_S = 20.0  # how long a look may take, beside whoever waits
REST_S = 10.0  # a dead server is not asked by every turn
UNKNOWN_THERE = frozenset({400, 404, 405, 415, 422, 500, 501})  # what servers answer to what they don't know
HELLO = "shopper: hello\nguide:"
LAST_WORDS = ("shopper: I want a red bag", "shopper: I want a red lamp")
YES = {"type": "object", "properties": {"say": {"enum": ["yes"]}}, "required": ["say"], "additionalProperties": False}
YES_TOKENS = 32
Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found; not `sure` where something broke off, so that it is worth another look later."""

    writes: Endpoint
    plain: bool = False  # takes the fields that switch its own taste in tokens off
    constrains: tuple[Endpoint, Constraint] | None = None
    scores: bool = False
    takes_lists: bool = False  # several prompts in one request
    sure: bool = True

    @property
    def abilities(self) -> frozenset[Ability]:
        """In the guide's words."""
        has = {Ability.WRITE: True, Ability.SCORE: self.scores, Ability.CONSTRAIN: self.constrains is not None}
        return frozenset(ability for ability, there in has.items() if there)


class Probe:
    """Looks once for all threads: one looks, the others wait, each until its own deadline; what failed is tried again later."""

    def __init__(self, client: Client, model: str, *, instructed: bool | None) -> None:
        self._of = (client, model, instructed)
        self._lock = threading.Lock()
        self._looking: Future[Found] | None = None
        self._ended_at = -math.inf
        self._known: Found | None = None

    def get(self, deadline: Deadline) -> Found:
        """What was found; the error that came instead, or TooLate while it is still being looked for."""
        with self._lock:
            looking = self._looking
            settled = self._known is not None and self._known.sure
            if looking is None or (looking.done() and not settled and time.monotonic() - self._ended_at > REST_S):
                looking = self._looking = Future()
                threading.Thread(target=self._look, args=(looking,), daemon=True, name="daogou-probe").start()
        if self._known is not None and not looking.done():
            return self._known
        try:
            return looking.result(timeout=None if deadline.left_s == math.inf else deadline.left_s)
        except TimeoutError:
            raise TooLate("what the model server can do was not found out before the deadline") from None

    def _look(self, looking: "Future[Found]") -> None:
        try:
            self._known = _Look(*self._of).found()
        except BaseException as error:
            self._ended_at = time.monotonic()
            looking.set_exception(error)
        else:
            self._ended_at = time.monotonic()
            looking.set_result(self._known)


class _Look:
    """One look at one server and one model."""

    def __init__(self, client: Client, model: str, instructed: bool | None) -> None:
        self._client = client
        self._model = model
        self._instructed = instructed
        self._deadline = Deadline.within(PROBE_S)
        self._sure = True

    def found(self) -> Found:
        """All of it; BackendError when the server does not write."""
        writes, plain = self._writer()
        constrains = self._constrains(writes)
        together, alone = self._scores()
        return Found(
            writes=writes,
            plain=plain,
            constrains=constrains,
            scores=together or alone,
            takes_lists=together,
            sure=self._sure,
        )

    def _writer(self) -> tuple[Endpoint, bool]:
        """Where it writes, and whether it does so from the model's own probabilities."""
        endpoints = [Endpoint.COMPLETIONS, Endpoint.CHAT] if self._instructed is False else [*Endpoint]
        failure = BackendError("unasked")
        for endpoint, more in itertools.product(endpoints, (PLAIN, {})):
            try:
                self._texts(endpoint, {**self._hello(endpoint), **more})
                return endpoint, bool(more)
            except BackendError as error:
                if _unsure(error):
                    raise
                failure = error
        raise failure

    def _constrains(self, writer: Endpoint) -> tuple[Endpoint, Constraint] | None:
        """Where and how JSON is written that follows a schema which the prompt does not show; else one that it does."""
        for endpoint in dict.fromkeys((writer, Endpoint.CHAT)):
            for how in (Constraint.JSON_SCHEMA, Constraint.JSON_OBJECT):
                if self._says_yes(endpoint, constrained(self._hello(endpoint, YES_TOKENS), how, YES)):
                    return endpoint, how
        shown = self._hello(writer, YES_TOKENS, in_words(HELLO, YES))
        in_chat = writer is Endpoint.CHAT and self._instructed is not False
        return (writer, Constraint.WORDS) if in_chat and self._says_yes(writer, shown) else None

    def _scores(self) -> tuple[bool, bool]:
        """Whether it scores several texts in one request; if not, whether it scores them one by one."""
        if self._there(lambda: self._echoed(LAST_WORDS)):
            return True, False
        return False, bool(self._there(lambda: self._echoed(*[(text,) for text in LAST_WORDS])))

    def _echoed(self, *requests: tuple[str, ...]) -> bool:
        """Whether the log-probabilities that come back are those of the texts that were sent."""
        found: list[Row] = []
        for sent in requests:
            body = scoring(self._model, sent)
            found += rows(self._client.post(Endpoint.COMPLETIONS, body, deadline=self._deadline, retries=0), len(sent))
        return true_echoes(found, LAST_WORDS)

    def _says_yes(self, endpoint: Endpoint, body: Body) -> bool:
        return bool(self._there(lambda: repaired(self._texts(endpoint, body, retries=0)[0], YES)))

    def _texts(self, endpoint: Endpoint, body: Body, *, retries: int | None = None) -> list[str]:
        return texts(self._client.post(endpoint, body, deadline=self._deadline, retries=retries))

    def _hello(self, endpoint: Endpoint, max_tokens: int = 1, prompt: str = HELLO) -> Body:
        return Sampling(max_tokens=max_tokens, seed=1, temperature=0.0).body(endpoint, self._model, prompt)

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
