"""Any OpenAI-compatible model server by plain HTTP: vLLM, llama.cpp, Ollama, transformers serve, or a hosted one."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from daogou.errors import BackendError, CannotDo
from daogou.language.chat_asking import Endpoint, Sampling, harmless
from daogou.language.chat_budget import Budget, Purse
from daogou.language.chat_fitting import fitted
from daogou.language.chat_found import Discovery
from daogou.language.chat_http import Manners, Wire
from daogou.language.chat_paying import PaidWire
from daogou.language.chat_probe import Found, Probe
from daogou.language.chat_refusals import Refused
from daogou.language.chat_score import Scorer
from daogou.language.chat_writer import Writer
from daogou.ports import NEVER, Ability, Deadline, LogLikelihood

CONTEXT = 4096  # tokens, where neither the server nor the settings say
LOOK_S = 5.0  # how long `abilities` may wait for a server
PROBE_S = 20.0  # how long a look may take, beside whoever waits
TEMPLATE = 48  # tokens that a chat's form may need around the message
TOO_LONG = frozenset({400, 413, 422, 500})  # what servers answer to a prompt that they can't hold

Value = TypeVar("Value")


class ChatApi:
    """One model behind one server; what it can do is found out by asking when it is first needed.

    Special tokens that a shopper spells ("<|im_end|>", "[INST]") are taken apart with a space: a server would obey them.
    """

    def __init__(
        self, model: str, wire: Wire, *, budget: Budget, instructed: bool | None = None, context: int = 0
    ) -> None:
        self.name = f"openai:{model}"
        self._model = model
        self._wire = wire
        self._paid = PaidWire(wire, Purse(budget))
        self._allowed = frozenset(Ability)
        self._instructed = instructed
        self._context = context
        self._discovery = Discovery(
            lambda: Probe(wire, model, instructed=instructed, deadline=Deadline.within(PROBE_S)).find()
        )

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
        budget: Budget = Budget(),  # noqa: B008 - frozen
        instructed: bool | None = None,
        context: int = 0,
    ) -> "ChatApi":
        """The model of that name; no request is made yet.

        `url` ends before or behind "/v1". `instructed`: whether it follows instructions in words (None: whether it has a chat).
        `context` in tokens; 0: what the server says, or 4,096.
        """
        manners = Manners(timeout_s=timeout_s, retries=retries, parallel=parallel)
        wire = Wire(url.rstrip("/").removesuffix("/v1"), key=key, manners=manners)
        return cls(model, wire, budget=budget, instructed=instructed, context=context)

    @property
    def abilities(self) -> frozenset[Ability]:
        """What it was found to do; nothing while the server does not answer."""
        found = self._seen()
        return self._allowed & found.abilities if found else frozenset()

    @abilities.setter
    def abilities(self, allowed: frozenset[Ability]) -> None:
        self._allowed = allowed

    @property
    def instructed(self) -> bool:
        """Whether it follows instructions in words: as the settings say, else whether it has a chat."""
        if self._instructed is not None:
            return self._instructed
        found = self._seen()
        return found is not None and found.writes is Endpoint.CHAT

    @instructed.setter
    def instructed(self, instructed: bool) -> None:
        self._instructed = instructed

    @property
    def context(self) -> int:
        """Tokens of prompt and continuation together: as the settings say, else the server."""
        found = None if self._context else self._seen()
        return self._context or (found.counter.context if found and found.counter else 0) or CONTEXT

    @context.setter
    def context(self, context: int) -> None:
        self._context = context

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
        """n texts; those that a server does not draw together are drawn one by one, with seeds that follow from the first."""
        found = self._with(Ability.WRITE if schema is None else Ability.CONSTRAIN, deadline)
        writer = Writer(self._paid, self._model, found)
        sampling = Sampling(max_tokens=max_tokens, seed=seed, temperature=temperature, stop=stop)

        def ask(fit: str) -> list[str]:
            if schema is None:
                return writer.write(fit, n, sampling, deadline)
            return writer.write_json(fit, n, sampling, schema, deadline)

        return self._fitting(prompt, max_tokens, found, deadline, ask)

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
        writer = Writer(self._paid, self._model, found)
        sampling = Sampling(max_tokens=max_tokens, seed=seed, temperature=temperature, stop=stop)

        def ask(fit: str) -> Iterator[str]:
            pieces = writer.pieces(fit, sampling, deadline)
            return itertools.chain(itertools.islice(pieces, 1), pieces)

        yield from self._fitting(prompt, max_tokens, found, deadline, ask)

    def log_likelihood(
        self, prompt: str, continuations: Sequence[str], *, deadline: Deadline = NEVER
    ) -> list[LogLikelihood]:
        """log P(continuation | prompt), see chat_score; from nothing means from the begin of a line."""
        found = self._with(Ability.SCORE, deadline)
        texts = [harmless(text) for text in continuations]
        most = max((len(text.encode("utf-8")) for text in texts), default=0)
        scorer = Scorer(self._paid, self._model, found.takes_lists)
        return self._fitting(prompt, most, found, deadline, lambda fit: scorer.score(fit, texts, deadline))

    def count_tokens(self, text: str) -> int:
        """Tokens of the text, as the server cuts it."""
        found = self._with(Ability.COUNT, NEVER)
        return self._count(found, text, NEVER)

    def close(self) -> None:
        """Closes the connections; a model that is not closed does it when nobody holds it any more."""
        self._wire.close()

    def _seen(self) -> Found | None:
        try:
            return self._discovery.get(Deadline.within(LOOK_S))
        except BackendError:
            return None

    def _with(self, ability: Ability, deadline: Deadline) -> Found:
        found = self._discovery.get(deadline)
        if ability not in self._allowed & found.abilities:
            raise CannotDo(self.name, ability)
        return found

    def _count(self, found: Found, text: str, deadline: Deadline) -> int:
        assert found.counter is not None
        return found.counter.count(self._wire, self._model, harmless(text), deadline=deadline)

    def _fitting(
        self, prompt: str, answer: int, found: Found, deadline: Deadline, ask: Callable[[str], Value]
    ) -> Value:
        """The prompt as it is; where the server refuses it and it is long, its end."""
        whole = harmless(prompt)
        room = max(1, self.context - answer - TEMPLATE)
        try:
            return ask(whole)
        except Refused as refused:
            if refused.status not in TOO_LONG or len(whole.encode("utf-8")) <= room:
                raise
        count = None if found.counter is None else lambda text: self._count(found, text, deadline)
        return ask(fitted(whole, room, count))
