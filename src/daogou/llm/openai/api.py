"""Any OpenAI-compatible model server: vLLM, llama.cpp, Ollama, transformers serve, or a hosted one."""

import functools
import itertools
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TypeVar

from daogou.errors import BackendError, CannotDo, TooLate
from daogou.llm.engine import cut
from daogou.llm.openai.client import Broken, Client, Refused
from daogou.llm.openai.writing import (
    FROM_NOTHING,
    PLAIN,
    Body,
    Constraint,
    Endpoint,
    Row,
    Sampling,
    constrained,
    harmless,
    in_words,
    rows,
    scored,
    scoring,
    texts,
    true_echoes,
)
from daogou.llm.repair import repaired
from daogou.ports import NEVER, Ability, Deadline, LogLikelihood

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
        together = self._echoes(LAST_WORDS)
        scores = together or self._echoes(*[(text,) for text in LAST_WORDS])
        return Found(
            writes=writes, plain=plain, constrains=constrains, scores=scores, takes_lists=together, sure=self._sure
        )

    def _writer(self) -> tuple[Endpoint, bool]:
        """Where it writes, and whether it does so from the model's own probabilities."""
        endpoints = [Endpoint.COMPLETIONS, Endpoint.CHAT] if self._instructed is False else [*Endpoint]
        failure = BackendError("unasked")
        for endpoint, more in itertools.product(endpoints, (PLAIN, {})):
            try:
                texts(self._post(endpoint, {**self._hello(endpoint), **more}))
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

    def _echoes(self, *requests: tuple[str, ...]) -> bool:
        """Whether the log-probabilities that come back are those of the texts that were sent."""

        def echoed() -> bool:
            found: list[Row] = []
            for sent in requests:
                answer = self._post(Endpoint.COMPLETIONS, scoring(self._model, sent), retries=0)
                found += rows(answer, len(sent))
            return true_echoes(found, LAST_WORDS)

        return bool(self._there(echoed))

    def _says_yes(self, endpoint: Endpoint, body: Body) -> bool:
        return bool(self._there(lambda: repaired(texts(self._post(endpoint, body, retries=0))[0], YES)))

    def _post(self, endpoint: Endpoint, body: Body, *, retries: int | None = None) -> object:
        return self._client.post(endpoint, body, deadline=self._deadline, retries=retries)

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


CONTEXT = 4096  # tokens
LOOK_S = 5.0  # how long `abilities` may wait for a server
TOO_LONG = frozenset({400, 413, 422, 500})  # what servers answer to a prompt that they can't hold
NEVER_TOO_LONG = 256  # bytes of a prompt
SEED_STEP = 7919  # between texts that are drawn one by one


class ChatApi:
    """The engine `openai:`; what it can do is found out by asking when it is first needed.

    Special tokens that a shopper spells ("<|im_end|>", "[INST]") are taken apart with a space: a server would obey them.
    """

    def __init__(self, model: str, client: Client, *, instructed: bool | None, context: int) -> None:
        self.name = f"openai:{model}"
        self._model = model
        self._client = client
        self._instructed = instructed
        self.context = context
        self._probe = Probe(client, model, instructed=instructed)

    @classmethod
    def open(
        cls,
        model: str,
        *,
        url: str,
        key: str = "",
        retries: int = 2,
        parallel: int = 4,
        instructed: bool | None = None,
        context: int = CONTEXT,
    ) -> "ChatApi":
        """The model of that name; no request is made yet.

        `url` ends before or behind "/v1". A call is tried `retries` times more, and `parallel` exchanges go side by side.
        `instructed`: whether it follows instructions in words (None: whether it has a chat). `context` in tokens: a longer prompt
        that the server refuses is cut.
        """
        base = url.rstrip("/").removesuffix("/v1")
        client = Client(base, key=key, retries=retries, parallel=parallel)
        return cls(model, client, instructed=instructed, context=context)

    @property
    def abilities(self) -> frozenset[Ability]:
        """What it was found to do; nothing while the server does not answer."""
        found = self._seen()
        return found.abilities if found else frozenset()

    @property
    def instructed(self) -> bool:
        """Whether it follows instructions in words: as the settings say, else whether it has a chat."""
        if self._instructed is not None:
            return self._instructed
        found = self._seen()
        return found is not None and found.writes is Endpoint.CHAT

    def write(
        self,
        prompt: str,
        *,
        n: int,
        max_tokens: int,
        seed: int,
        temperature: float = 0.8,
        stop: Sequence[str] = (),
        schema: Mapping[str, object] | None = None,
        deadline: Deadline = NEVER,
    ) -> list[str]:
        """n texts, drawn side by side with seeds that follow from the first.

        Under a schema, what does not follow it is drawn once more; then BackendError.
        """
        found = self._with(Ability.WRITE if schema is None else Ability.CONSTRAIN, deadline)
        sampling = Sampling(max_tokens=max_tokens, seed=seed, temperature=temperature, stop=stop)

        def body(endpoint: Endpoint, fit: str, sampling: Sampling) -> Body:
            return {**sampling.body(endpoint, self._model, fit or FROM_NOTHING), **(PLAIN if found.plain else {})}

        def plain(fit: str) -> list[str]:
            drawn = self._draw(found.writes, body(found.writes, fit, sampling), n, deadline)
            return [cut(text, stop)[0] for text in drawn]

        def constrained_by(schema: Mapping[str, object], fit: str) -> list[str]:
            endpoint, how = found.constrains or (Endpoint.CHAT, Constraint.WORDS)
            asked = in_words(fit, schema) if how is Constraint.WORDS else fit
            json_body = constrained(body(endpoint, asked, replace(sampling, stop=())), how, schema)
            drawn = self._draw(endpoint, json_body, n, deadline)
            return [self._whole(text, endpoint, json_body, schema, deadline) for text in drawn]

        return self._fitting(prompt, plain if schema is None else functools.partial(constrained_by, schema))

    def log_likelihood(
        self, prompt: str, continuations: Sequence[str], *, deadline: Deadline = NEVER
    ) -> list[LogLikelihood]:
        """log P(continuation | prompt), see chat_scoring; from nothing means from the begin of a line."""
        found = self._with(Ability.SCORE, deadline)
        texts = [harmless(text) for text in continuations]

        def ask(fit: str) -> list[LogLikelihood]:
            return scored(self._client, self._model, fit, texts, together=found.takes_lists, deadline=deadline)

        return self._fitting(prompt, ask)

    def count_tokens(self, text: str) -> int:
        """CannotDo: few servers count."""
        raise CannotDo(self.name, Ability.COUNT)

    def close(self) -> None:
        """Closes the connections; a model that is not closed does it when nobody holds it any more."""
        self._client.close()

    def _seen(self) -> Found | None:
        try:
            return self._probe.get(Deadline.within(LOOK_S))
        except BackendError:
            return None

    def _with(self, ability: Ability, deadline: Deadline) -> Found:
        found = self._probe.get(deadline)
        if ability not in found.abilities:
            raise CannotDo(self.name, ability)
        return found

    def _draw(self, endpoint: Endpoint, body: Body, n: int, deadline: Deadline) -> list[str]:
        """n texts side by side; greedy ones are all the same. Few servers draw several for one request."""
        different = n if body["temperature"] else min(n, 1)
        bodies = [body | {"seed": (int(str(body["seed"])) + number * SEED_STEP) % 2**31} for number in range(different)]
        answers = self._client.post_all([(endpoint, one) for one in bodies], deadline=deadline)
        drawn = [texts(answer)[0] for answer in answers]
        return drawn if different == n else drawn * n

    def _whole(
        self, text: str, endpoint: Endpoint, body: Body, schema: Mapping[str, object], deadline: Deadline
    ) -> str:
        try:
            return repaired(text, schema)
        except BackendError:
            return repaired(self._draw(endpoint, body | {"temperature": 0.0}, 1, deadline)[0], schema)

    def _fitting(self, prompt: str, ask: Callable[[str], Value]) -> Value:
        """The prompt as it is; where the server refuses it and it is long, its end, half as long and less, until it is taken."""
        fit = harmless(prompt)
        while True:
            try:
                return ask(fit)
            except Refused as refused:
                encoded = fit.encode("utf-8")
                if refused.status not in TOO_LONG or len(encoded) <= NEVER_TOO_LONG:
                    raise
            kept = 1 << ((len(encoded) - 1).bit_length() - 1)  # a power of two: prompts that end alike are cut alike
            fit = encoded[-kept:].decode("utf-8", errors="ignore")
