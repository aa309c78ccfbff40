"""Any causal language model in a GGUF file, by llama.cpp: quantised models on a CPU, or a GPU where llama.cpp has one."""

import importlib.util
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from daogou.errors import BackendError, MissingExtra
from daogou.language.sampling import Row, Tokens, Wanted, pieces, sample, texts
from daogou.language.schema_mask import SchemaMask
from daogou.ports import NEVER, Ability, Deadline, LogLikelihood

if TYPE_CHECKING:
    from daogou.language.gguf_context import Context
    from daogou.language.gguf_prefix import Prefix
    from daogou.language.gguf_text import Words

LONGEST = 4096  # tokens of prompt and continuation: what a turn needs, and what its memory costs
SPINS = "1000"  # turns that threads wait for each other before they sleep; spinning on keeps the cores from whoever else works there


class GgufModel:
    """The engine `gguf:`; a model with a chat template reads prompts as a user's message."""

    abilities = frozenset(Ability)

    def __init__(self, name: str, context: "Context", words: "Words") -> None:
        self.name = name
        self.instructed = words.instructed
        self.context = context.length
        self._memory = context
        self._words = words
        self._tokens = Tokens(decode=words.text, ends=frozenset(words.ends))

    @classmethod
    def open(cls, file: str, *, name: str = "", context: int = LONGEST, threads: int = 0) -> "GgufModel":
        """A file in the GGUF format; at most `context` tokens at once; `threads` 0: one for each core; `name`: the file's."""
        if importlib.util.find_spec("llama_cpp") is None:
            raise MissingExtra("'llama-cpp-python', which gguf: models need,", "gguf")
        os.environ.setdefault("GOMP_SPINCOUNT", SPINS)  # read once, when llama.cpp is loaded by the next line
        from daogou.language.gguf_context import Context
        from daogou.language.gguf_text import Words

        path = Path(file).expanduser()
        memory = Context(path, longest=context, threads=threads or os.cpu_count() or 1)
        return cls(name or f"gguf:{path.stem}", memory, Words(memory))

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
        """n sampled continuations; under a schema, BackendError where the JSON isn't whole within `max_tokens`."""
        with self._memory.turn(deadline):
            mask = SchemaMask.of(schema, self._words.grammar_tokenizer) if schema is not None else None
            wanted = Wanted(n=n, max_tokens=max_tokens, seed=seed, temperature=temperature, stop=tuple(stop), mask=mask)
            prefix, wanted = self._prefix_for(prompt, wanted, deadline)
            at_once = prefix.rows_at_once(wanted.max_tokens)
            parts = [replace(wanted, first=first, n=min(at_once, n - first)) for first in range(0, n, at_once)]
            return [text for part in parts for text in texts(self._sample(prefix, part, deadline))]

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
        """One continuation in pieces; others may have their turn between two of them."""
        wanted = Wanted(n=1, max_tokens=max_tokens, seed=seed, temperature=temperature, stop=tuple(stop))
        with self._memory.turn(deadline):
            prefix, wanted = self._prefix_for(prompt, wanted, deadline)
        return pieces(self._sample(prefix, wanted, deadline))

    def log_likelihood(
        self, prompt: str, continuations: Sequence[str], *, deadline: Deadline = NEVER
    ) -> list[LogLikelihood]:
        """log P of each continuation after the prompt; the prompt is read once."""
        ids = [self._words.ids(continuation) for continuation in continuations]
        longest = max(map(len, ids), default=0)
        if longest >= self.context:
            raise BackendError(f"a continuation of {longest} tokens; '{self.name}' reads {self.context}")
        if not longest:
            return [LogLikelihood(total=0.0, tokens=0) for _ in ids]
        with self._memory.turn(deadline):
            scored = self._prefix(prompt, self.context - longest, deadline).log_probabilities(ids)
        return [_likelihood(by_token) for by_token in scored]

    def log_likelihood_after(
        self, prompts: Sequence[str], continuation: str, *, deadline: Deadline = NEVER
    ) -> list[LogLikelihood]:
        """log P of the continuation after each prompt, all of them side by side."""
        from daogou.language.gguf_beside import log_probabilities

        ids = self._words.ids(continuation)
        if len(ids) >= self.context:
            raise BackendError(f"a continuation of {len(ids)} tokens; '{self.name}' reads {self.context}")
        if not ids or not prompts:
            return [LogLikelihood(total=0.0, tokens=0) for _ in prompts]
        read = [self._words.prompt(prompt, self.context - len(ids)) for prompt in prompts]
        with self._memory.turn(deadline):
            return [_likelihood(by_token) for by_token in log_probabilities(self._memory, read, ids, deadline)]

    def count_tokens(self, text: str) -> int:
        """Tokens of the text; a special token's name in it is text like any other."""
        return len(self._words.ids(text))

    def _prefix_for(self, prompt: str, wanted: Wanted, deadline: Deadline) -> "tuple[Prefix, Wanted]":
        """The prompt, which may take half of the context at least, and how much may be written behind it."""
        prefix = self._prefix(prompt, max(self.context - wanted.max_tokens, self.context // 2), deadline)
        return prefix, replace(wanted, max_tokens=min(wanted.max_tokens, self.context - prefix.length))

    def _prefix(self, prompt: str, most: int, deadline: Deadline) -> "Prefix":
        from daogou.language.gguf_prefix import Prefix

        return Prefix(self._memory, self._words.prompt(prompt, most), deadline)

    def _sample(self, prefix: "Prefix", wanted: Wanted, deadline: Deadline) -> Iterator[list[Row]]:
        return sample(prefix.logits, prefix.step(), wanted, self._tokens, deadline)


def _likelihood(by_token: Sequence[float]) -> LogLikelihood:
    return LogLikelihood(total=sum(by_token), tokens=len(by_token), by_token=tuple(by_token))
