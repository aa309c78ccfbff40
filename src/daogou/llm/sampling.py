"""Sampling continuations from a model's logits: one loop for every engine that shows them."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from llguidance import LLMatcher

from daogou.errors import BackendError, TooLate
from daogou.ports import Deadline

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
