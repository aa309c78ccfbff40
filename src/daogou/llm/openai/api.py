"""Any OpenAI-compatible model server: vLLM, llama.cpp, Ollama, transformers serve, or a hosted one."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from daogou.errors import BackendError, CannotDo
from daogou.llm.openai.client import Client, Refused
from daogou.llm.openai.probe import Found, Probe
from daogou.llm.openai.scoring import scored
from daogou.llm.openai.writing import Endpoint, Sampling, Writer, harmless
from daogou.ports import NEVER, Ability, Deadline, LogLikelihood

CONTEXT = 4096  # tokens
LOOK_S = 5.0  # how long `abilities` may wait for a server
TOO_LONG = frozenset({400, 413, 422, 500})  # what servers answer to a prompt that they can't hold
NEVER_TOO_LONG = 256  # bytes of a prompt

Value = TypeVar("Value")


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
        """n texts, drawn side by side with seeds that follow from the first."""
        found = self._with(Ability.WRITE if schema is None else Ability.CONSTRAIN, deadline)
        writer = Writer(self._client, self._model, found, deadline)
        sampling = Sampling(max_tokens=max_tokens, seed=seed, temperature=temperature, stop=stop)

        def ask(fit: str) -> list[str]:
            return writer.write(fit, n, sampling) if schema is None else writer.write_json(fit, n, sampling, schema)

        return self._fitting(prompt, ask)

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
