"""Any OpenAI-compatible model server: vLLM, llama.cpp, Ollama, transformers serve, or a hosted one."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from daogou.errors import BackendError, CannotDo
from daogou.llm.openai.client import Client, Refused
from daogou.llm.openai.probe import Found, Probe
from daogou.llm.openai.scoring import scored
from daogou.llm.openai.writing import Endpoint, Sampling, Writer, harmless
from daogou.ports import NEVER, Ability, Deadline, LogLikelihood

CONTEXT = 4096  # tokens, where neither the server nor the settings say
LOOK_S = 5.0  # how long `abilities` may wait for a server
TEMPLATE = 48  # tokens that a chat's form may need around the message
TOO_LONG = frozenset({400, 413, 422, 500})  # what servers answer to a prompt that they can't hold
BYTES_PER_TOKEN = (
    6,
    4,
    2,
    1,
)  # of a prompt that is too long: as many as in the longest words, then fewer; none has less

Value = TypeVar("Value")


class ChatApi:
    """The engine `openai:`; what it can do is found out by asking when it is first needed.

    Special tokens that a shopper spells ("<|im_end|>", "[INST]") are taken apart with a space: a server would obey them.
    """

    def __init__(self, model: str, client: Client, *, instructed: bool | None = None, context: int = 0) -> None:
        self.name = f"openai:{model}"
        self._model = model
        self._client = client
        self._instructed = instructed
        self._context = context
        self._probe = Probe(client, model, instructed=instructed)

    @classmethod
    def open(
        cls,
        model: str,
        *,
        url: str,
        key: str = "",
        timeout_s: float = 30.0,
        retries: int = 2,
        parallel: int = 4,
        instructed: bool | None = None,
        context: int = 0,
    ) -> "ChatApi":
        """The model of that name; no request is made yet.

        `url` ends before or behind "/v1". A call takes `timeout_s` with all its `retries`, and `parallel` exchanges go side by
        side. `instructed`: whether it follows instructions in words (None: whether it has a chat). `context` in tokens; 0: what
        the server says, or 4,096.
        """
        base = url.rstrip("/").removesuffix("/v1")
        client = Client(base, key=key, timeout_s=timeout_s, retries=retries, parallel=parallel)
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

    @property
    def context(self) -> int:
        """Tokens of prompt and continuation together: as the settings say, else the server."""
        found = None if self._context else self._seen()
        return self._context or (found.counter.context if found and found.counter else 0) or CONTEXT

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
        """n texts, drawn side by side with seeds that follow from the first."""
        found = self._with(Ability.WRITE if schema is None else Ability.CONSTRAIN, deadline)
        writer = Writer(self._client, self._model, found, deadline)
        sampling = Sampling(max_tokens=max_tokens, seed=seed, temperature=temperature, stop=stop)

        def ask(fit: str) -> list[str]:
            return writer.write(fit, n, sampling) if schema is None else writer.write_json(fit, n, sampling, schema)

        return self._fitting(prompt, max_tokens, ask)

    def stream(
        self,
        prompt: str,
        *,
        max_tokens: int,
        seed: int,
        temperature: float = 0.8,
        stop: Sequence[str] = (),
        deadline: Deadline = NEVER,
    ) -> Iterator[str]:
        """One text in pieces."""
        found = self._with(Ability.STREAM, deadline)
        writer = Writer(self._client, self._model, found, deadline)
        sampling = Sampling(max_tokens=max_tokens, seed=seed, temperature=temperature, stop=stop)

        def ask(fit: str) -> Iterator[str]:
            pieces = writer.pieces(fit, sampling)
            return itertools.chain(list(itertools.islice(pieces, 1)), pieces)  # a refusal comes before the first

        yield from self._fitting(prompt, max_tokens, ask)

    def log_likelihood(
        self, prompt: str, continuations: Sequence[str], *, deadline: Deadline = NEVER
    ) -> list[LogLikelihood]:
        """log P(continuation | prompt), see chat_scoring; from nothing means from the begin of a line."""
        found = self._with(Ability.SCORE, deadline)
        texts = [harmless(text) for text in continuations]
        most = max((len(text.encode("utf-8")) for text in texts), default=0)

        def ask(fit: str) -> list[LogLikelihood]:
            return scored(self._client, self._model, fit, texts, together=found.takes_lists, deadline=deadline)

        return self._fitting(prompt, most, ask)

    def count_tokens(self, text: str) -> int:
        """Tokens of the text, as the server cuts it."""
        counter = self._with(Ability.COUNT, NEVER).counter
        assert counter is not None
        return counter.count(self._client, self._model, harmless(text))

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

    def _fitting(self, prompt: str, answer: int, ask: Callable[[str], Value]) -> Value:
        """The prompt as it is; where the server refuses it and it is long, its end: shorter ones until it is taken."""
        fit = harmless(prompt)
        room = max(1, self.context - answer - TEMPLATE)
        for most_bytes in (room * many for many in BYTES_PER_TOKEN):
            try:
                return ask(fit)
            except Refused as refused:
                if refused.status not in TOO_LONG or len(fit.encode("utf-8")) <= room:
                    raise
            fit = fit.encode("utf-8")[-most_bytes:].decode("utf-8", errors="ignore")
        return ask(fit)
