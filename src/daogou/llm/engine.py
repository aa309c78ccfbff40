"""What the engines that show their logits do alike: a prompt is read once, then continued or scored."""

import contextlib
import json
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from llguidance import LLMatcher

from daogou.errors import BackendError, TooLate
from daogou.ports import NEVER, Ability, Deadline, LogLikelihood

Logits: TypeAlias = npt.NDArray[np.float32]

_HALF = "\ufffd"  # what the bytes of a character that isn't whole yet are decoded to


class Step(Protocol):
    """The model, one token further."""

    def __call__(self, rows: Sequence[int], tokens: Sequence[int]) -> Logits:
        """(n_rows, vocabulary) float32: what may follow after one more token in each row; `rows` are among the last call's."""
        ...


class SchemaMask:
    """One text under a JSON Schema; `tokenizer` is llguidance's view of the model's vocabulary."""

    def __init__(self, matcher: Any) -> None:
        self._matcher = matcher

    @classmethod
    def of(cls, schema: Mapping[str, object], tokenizer: Any) -> "SchemaMask":
        """BackendError where the schema can't be followed."""
        grammar = LLMatcher.grammar_from_json_schema(json.dumps(schema), overrides={"whitespace_flexible": False})
        matcher = LLMatcher(tokenizer, grammar)
        if matcher.is_error():
            raise BackendError(f"the JSON schema can't be followed: {matcher.get_error()}")
        return cls(matcher)

    def copy(self) -> "SchemaMask":
        """For another text, from where this one stands."""
        return SchemaMask(self._matcher.deep_copy())

    def masked(self, logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The (vocabulary,) logits, minus infinity where the schema would be broken."""
        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        allowed = np.unpackbits(bits, bitorder="little")[: len(logits)].astype(bool)
        known = np.zeros(len(logits), dtype=bool)
        known[: len(allowed)] = allowed
        return np.where(known, logits, -np.inf).astype(np.float32)

    def take(self, token: int) -> bool:
        """Go on with that token; whether the JSON is whole and nothing may follow."""
        if not self._matcher.consume_token(token):
            raise BackendError(f"a token that the JSON schema forbids: {self._matcher.get_error()}")
        return bool(self._matcher.is_stopped())

    @property
    def complete(self) -> bool:
        """Whether the text is whole JSON as it stands."""
        return bool(self._matcher.is_accepting() or self._matcher.is_stopped())


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How continuations shall be sampled; the same seed gives the same texts."""

    n: int
    first: int = 0  # the number of the first: the others may be sampled before it
    max_tokens: int
    seed: int
    temperature: float = 0.8
    stop: tuple[str, ...] = ()
    mask: SchemaMask | None = None  # what a JSON Schema allows


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What the loop needs to know of a model's tokens."""

    decode: Callable[[Sequence[int]], str]
    ends: Collection[int]  # tokens that end a text


@dataclass(kw_only=True)
class Row:
    """One continuation as it grows."""

    wanted: Wanted
    tokens: Tokens
    random: np.random.Generator
    mask: SchemaMask | None = None
    ids: list[int] = field(default_factory=list)
    text: str = ""
    done: bool = False

    def take(self, logits: Logits) -> None:
        """One more token."""
        token = pick(self.mask.masked(logits) if self.mask else logits, self.wanted.temperature, self.random)
        if token in self.tokens.ends:
            self.done = True
            return
        self.ids.append(token)
        self.text, stopped = cut(self.tokens.decode(self.ids), self.wanted.stop)
        whole = self.mask is not None and self.mask.take(token)
        self.done = stopped or whole or len(self.ids) >= self.wanted.max_tokens
        if self.mask and self.done and not self.mask.complete:
            raise BackendError(f"no whole JSON within {self.wanted.max_tokens} tokens; allow more, or bound the schema")


def sample(first: Logits, step: Step, wanted: Wanted, tokens: Tokens, deadline: Deadline) -> list[str]:
    """The whole texts; `first` (vocabulary,) is what may follow the prompt."""
    rows = [_row(wanted, tokens, wanted.first + number) for number in range(wanted.n)]
    growing = list(range(wanted.n)) if wanted.max_tokens > 0 else []
    logits = np.repeat(first[None], wanted.n, axis=0)
    while growing:
        if deadline.passed:
            raise TooLate("the language model did not finish writing before its deadline")
        for number, following in zip(growing, logits, strict=True):
            rows[number].take(following)
        growing = [number for number in growing if not rows[number].done]
        if growing:
            logits = step(growing, [rows[number].ids[-1] for number in growing])
    return [row.text for row in rows]


def pick(logits: Logits, temperature: float, random: np.random.Generator) -> int:
    """A token of softmax(logits / temperature); the likeliest at temperature 0."""
    if temperature <= 0:
        return int(np.argmax(logits))
    scaled = logits.astype(np.float64) / temperature
    cumulative = np.cumsum(np.exp(scaled - scaled.max()))
    drawn = np.searchsorted(cumulative, random.random() * cumulative[-1], side="right")
    return int(min(drawn, np.searchsorted(cumulative, cumulative[-1])))  # never one behind the last that may come


def _row(wanted: Wanted, tokens: Tokens, number: int) -> Row:
    random = np.random.default_rng([number, wanted.seed % 2**32])
    return Row(wanted=wanted, tokens=tokens, random=random, mask=wanted.mask.copy() if wanted.mask else None)


def cut(text: str, stop: Sequence[str]) -> tuple[str, bool]:
    """The text before the first of the stops and before half a character; whether there was a stop."""
    found = [at for at in (text.find(word) for word in stop if word) if at >= 0]
    return text[: min(found, default=None)].rstrip(_HALF), bool(found)


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
