"""What the engines that show their logits do alike: a prompt is read once, then continued or scored."""

import contextlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from daogou.errors import BackendError
from daogou.llm.sampling import Logits, SchemaMask, Step, Tokens, Wanted, sample
from daogou.ports import NEVER, Ability, Deadline, LogLikelihood


class Words:
    """The tokenizer of one model; what a shopper writes never becomes a token that steers it."""

    instructed = False  # by a chat template
    begin: Sequence[int]  # what stands before every prompt
    starts: Sequence[
        int
    ]  # what may stand alone, where a text begins: behind its own mark, or behind another text's end

    @property
    def grammar_tokenizer(self) -> Any:
        """The vocabulary as llguidance sees it."""
        raise NotImplementedError

    def ids(self, text: str) -> list[int]:
        """The tokens of a text, none of which is special."""
        raise NotImplementedError

    def text(self, ids: Sequence[int]) -> str:
        """The text of tokens, without special ones."""
        raise NotImplementedError

    def prompt(self, prompt: str, most: int) -> list[int]:
        """What stands before a continuation, at most `most` tokens: of a longer prompt the oldest are left out.

        Where there is a chat's form it stays whole, and the message in it loses its beginning. An empty prompt is the start
        of a text alone.
        """
        if not prompt and not self.starts:
            raise BackendError("the model has no token for the start or end of a text, so none stands alone")
        if not prompt:
            return [self.starts[0]]
        if not self.instructed:
            words = self.ids(prompt)
            return [*self.begin, *words[max(0, len(words) + len(self.begin) - most) :]]
        whole = self._asked(prompt)
        words = self.ids(prompt) if len(whole) > most else []
        room = len(words)
        while len(whole) > most and room > 0:
            room = max(0, room - (len(whole) - most))
            whole = self._asked(self.text(words[len(words) - room :]))
        return whole

    def _asked(self, prompt: str) -> list[int]:
        """The prompt as a user's message, up to where the answer begins; no thinking aloud first."""
        raise NotImplementedError


class Prompt(Protocol):
    """A prompt that was read."""

    length: int  # tokens

    @property
    def logits(self) -> Logits:
        """(vocabulary,) what may follow the prompt."""
        ...

    def log_probabilities(self, continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        """log P of each continuation's tokens, in their order."""
        ...

    def step(self, n: int) -> Step:
        """n rows behind the prompt, which grow by a token at a call."""
        ...

    def rows_at_once(self, tokens: int) -> int:
        """How many continuations of so many tokens there is room for side by side."""
        return sys.maxsize


class Engine:
    """A LanguageModel of this machine. What `_read` gives is all that an engine must add."""

    abilities = frozenset(Ability)

    def __init__(self, name: str, words: Words, *, ends: Sequence[int], context: int, instructed: bool) -> None:
        self.name = name
        self.instructed = instructed
        self.context = context
        self._words = words
        self._tokens = Tokens(decode=words.text, ends=frozenset(ends))

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
        with self._turn(deadline):
            mask = SchemaMask.of(schema, self._words.grammar_tokenizer) if schema is not None else None
            wanted = Wanted(n=n, max_tokens=max_tokens, seed=seed, temperature=temperature, stop=tuple(stop), mask=mask)
            read, wanted = self._read_for(prompt, wanted, deadline)
            at_once = min(read.rows_at_once(wanted.max_tokens), max(1, n))
            parts = [replace(wanted, first=first, n=min(at_once, n - first)) for first in range(0, n, at_once)]
            return [text for part in parts for text in self._sample(read, part, deadline)]

    def log_likelihood(
        self, prompt: str, continuations: Sequence[str], *, deadline: Deadline = NEVER
    ) -> list[LogLikelihood]:
        """log P of each continuation after the prompt, which is read once."""
        ids = [self._words.ids(continuation) for continuation in continuations]
        longest = max(map(len, ids), default=0)
        if not longest:
            return [likelihood([]) for _ in ids]
        room = self._room(longest)
        with self._turn(deadline):
            scored = self._read(self._words.prompt(prompt, room), deadline).log_probabilities(ids)
        return [likelihood(by_token) for by_token in scored]

    def count_tokens(self, text: str) -> int:
        """Tokens of the text; a special token's name in it is text like any other."""
        return len(self._words.ids(text))

    def _read(self, ids: Sequence[int], deadline: Deadline) -> Prompt:
        """The prompt of those tokens; TooLate where nobody waits for it."""
        raise NotImplementedError

    def _turn(self, deadline: Deadline) -> contextlib.AbstractContextManager[None]:
        """What one thread at a time has, where an engine has such a thing."""
        return contextlib.nullcontext()

    def _likely(self, logits: Logits, wanted: Wanted) -> Logits:
        """(n, vocabulary) what may be sampled of what may follow."""
        return logits

    def _room(self, longest: int) -> int:
        """Tokens of a prompt before a continuation; BackendError where there is none."""
        if longest >= self.context:
            raise BackendError(f"a continuation of {longest} tokens; '{self.name}' reads {self.context}")
        return self.context - longest

    def _read_for(self, prompt: str, wanted: Wanted, deadline: Deadline) -> tuple[Prompt, Wanted]:
        """The prompt, which may take half of the context at least, and how much may be written behind it."""
        room = max(self.context - wanted.max_tokens, self.context // 2)
        read = self._read(self._words.prompt(prompt, room), deadline)
        return read, replace(wanted, max_tokens=min(wanted.max_tokens, self.context - read.length))

    def _sample(self, read: Prompt, wanted: Wanted, deadline: Deadline) -> list[str]:
        step = read.step(wanted.n)

        def likely(rows: Sequence[int], tokens: Sequence[int]) -> Logits:
            return self._likely(step(rows, tokens), wanted)

        return sample(self._likely(read.logits[None], wanted)[0], likely, wanted, self._tokens, deadline)


def likelihood(by_token: Sequence[float]) -> LogLikelihood:
    """The sum over the tokens, with each one's own."""
    return LogLikelihood(total=sum(by_token) if by_token else 0.0, tokens=len(by_token), by_token=tuple(by_token))
