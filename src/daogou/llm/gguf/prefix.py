"""Prompts in a GGUF model's memory: one read once and continued many times, or many side by side before one continuation."""

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from daogou.llm.engine import Logits, Prompt, Step
from daogou.ports import Deadline

if TYPE_CHECKING:
    from daogou.llm.gguf.context import Context

BATCH = 128  # tokens in one step: of texts side by side, each is held against all the others' tokens too
ROWS = 64  # texts side by side, the shared beginning among them


class Token(NamedTuple):
    """A token at its place in a text; `asked` where what may follow it is wanted."""

    id: int
    position: int
    row: int
    asked: bool = True


class Prefix(Prompt):
    """The prompt is row 0 of the memory; its continuations are the rows from 1."""

    def __init__(self, context: "Context", ids: Sequence[int], deadline: Deadline) -> None:
        self.length = len(ids)
        self._ids = ids
        self._context = context
        self._deadline = deadline
        self._next = self._read()

    @property
    def logits(self) -> Logits:
        """(vocabulary,) what may follow the prompt."""
        return self._next

    def rows_at_once(self, tokens: int) -> int:
        """How many continuations of so many tokens the memory holds side by side."""
        return max(1, min(ROWS - 1, (self._context.cells - self.length) // max(1, tokens)))

    def log_probabilities(self, continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        """log P of each continuation's tokens, in their order."""
        first = _log_softmax(self.logits[None])[0]
        scored = [[float(first[ids[0]])] if ids else [] for ids in continuations]
        lengths = [len(ids) for ids in continuations]
        longer = sorted((row for row, length in enumerate(lengths) if length > 1), key=lambda row: lengths[row])
        while longer:
            n = max(1, min(ROWS - 1, BATCH // lengths[longer[-1]]))  # one step: its texts read past each other's tokens
            rows, longer = longer[-n:], longer[:-n]
            for row, rest in zip(rows, self._rest([continuations[row] for row in rows]), strict=True):
                scored[row] += rest
        return scored

    def step(self, n: int) -> Step:
        """Rows of their own that grow by a token at a call; those that still grow are of one length."""
        context, growing, places = self._context, set(range(1, n + 1)), itertools.count(self.length)
        for row in range(1, ROWS):
            context.forget(row)
        for row in growing:
            context.share(row)

        def step(rows: Sequence[int], tokens: Sequence[int]) -> Logits:
            for row in growing - {row + 1 for row in rows}:
                growing.remove(row)
                context.forget(row)
            place = next(places)
            new = [Token(token, place, row + 1) for row, token in zip(rows, tokens, strict=True)]
            return np.concatenate(list(context.read(new, self._deadline)))

        return step

    def _read(self) -> Logits:
        """The prompt as all that the memory holds; (vocabulary,) what may follow it."""
        self._context.clear()
        tokens = [Token(id, place, 0, asked=place == self.length - 1) for place, id in enumerate(self._ids)]
        *_, last = self._context.read(tokens, self._deadline)
        return np.asarray(last[-1])

    def _rest(self, continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        """log P of each one's tokens behind its first."""
        tokens: list[Token] = []
        for row, ids in enumerate(continuations, start=1):
            self._context.share(row)
            tokens += self._tokens(row, ids[:-1])
        following = np.array([token for ids in continuations for token in ids[1:]])
        found: list[float] = []
        for logits in self._context.read(tokens, self._deadline):
            asked = following[len(found) : len(found) + len(logits)]
            found += _log_softmax(logits)[np.arange(len(logits)), asked].tolist()
        for row in range(1, len(continuations) + 1):
            self._context.forget(row)
        ends = np.cumsum([len(ids) - 1 for ids in continuations])
        return [found[end - len(ids) + 1 : end] for end, ids in zip(ends, continuations, strict=True)]

    def _tokens(self, row: int, ids: Sequence[int]) -> list[Token]:
        return [Token(token, self.length + place, row) for place, token in enumerate(ids)]


def _log_softmax(logits: Logits) -> npt.NDArray[np.float64]:
    shifted = (logits - logits.max(axis=-1, keepdims=True)).astype(np.float64)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def log_probabilities_after(
    context: "Context", prompts: Sequence[Sequence[int]], continuation: Sequence[int], deadline: Deadline
) -> list[list[float]]:
    """log P of each of the continuation's tokens, for each prompt; the caller has its turn, and no prompt is empty."""
    found: list[list[float]] = []
    for some in _held(prompts, len(continuation), context.cells):
        found += _together(context, some, continuation, deadline)
    return found


def _held(prompts: Sequence[Sequence[int]], behind: int, cells: int) -> Iterator[Sequence[Sequence[int]]]:
    """The prompts in order, as many at a time as the memory holds."""
    start, held = 0, 0
    for place, prompt in enumerate(prompts):
        held += len(prompt) + behind
        if place > start and (held > cells or place - start >= ROWS - 1):
            yield prompts[start:place]
            start, held = place, len(prompt) + behind
    yield prompts[start:]


def _together(
    context: "Context", prompts: Sequence[Sequence[int]], continuation: Sequence[int], deadline: Deadline
) -> list[list[float]]:
    """Row 0 is what all prompts begin with, and each of the others goes on from there in its own words."""
    shared = _shared(prompts)
    context.clear()
    list(
        context.read([Token(token, place, 0, asked=False) for place, token in enumerate(prompts[0][:shared])], deadline)
    )
    for row in range(1, len(prompts) + 1):
        context.share(row)
    rows = list(enumerate(prompts, start=1))
    before = [
        Token(token, place, row, asked=False)
        for row, prompt in rows
        for place, token in enumerate(prompt[shared:-1], start=shared)
    ]
    list(context.read(before, deadline))  # apart from what is asked about: the steps with logits are few and full
    asked = [
        Token(token, place, row)
        for row, prompt in rows
        for place, token in enumerate((prompt[-1], *continuation[:-1]), start=len(prompt) - 1)
    ]
    logs = list(context.log_probabilities(asked, [*continuation] * len(prompts), deadline))
    return [logs[start : start + len(continuation)] for start in range(0, len(logs), len(continuation))]


def _shared(prompts: Sequence[Sequence[int]]) -> int:
    """How many tokens all of them begin with; each keeps its last one to itself."""
    least = min(map(len, prompts)) - 1
    alike = (place for place in range(least) if len({prompt[place] for prompt in prompts}) > 1)
    return next(alike, least)
