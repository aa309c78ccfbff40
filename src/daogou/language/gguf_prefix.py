"""A prompt in a GGUF model's memory: read once, continued many times."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from daogou.language.gguf_context import ROWS, Context, Token
from daogou.language.sampling import Logits, Step
from daogou.ports import Deadline


class Prefix:
    """The prompt is row 0 of the memory; its continuations are the rows from 1."""

    def __init__(self, context: Context, ids: Sequence[int], deadline: Deadline) -> None:
        self.length = len(ids)
        self._ids = ids
        self._context = context
        self._deadline = deadline
        self.logits = self._read()  # (vocabulary,) what may follow the prompt

    def rows_at_once(self, tokens: int) -> int:
        """How many continuations of so many tokens the memory holds side by side."""
        return max(1, min(ROWS - 1, (self._context.cells - self.length) // max(1, tokens)))

    def log_probabilities(self, continuations: Sequence[Sequence[int]]) -> list[list[float]]:
        """log P of each continuation's tokens, in their order."""
        first = _log_softmax(self.logits[None])[0]
        scored = [[float(first[ids[0]])] if ids else [] for ids in continuations]
        longer = sorted(
            (row for row, ids in enumerate(continuations) if len(ids) > 1), key=lambda row: len(continuations[row])
        )
        while longer:
            n = self.rows_at_once(len(continuations[longer[-1]]))
            rows, longer = longer[-n:], longer[:-n]
            for row, rest in zip(rows, self._rest([continuations[row] for row in rows]), strict=True):
                scored[row] += rest
        return scored

    def step(self) -> Step:
        """Rows that grow by a token at a call. Another's text in the memory meanwhile: ours are read in again."""
        written: dict[int, list[int]] = {}
        held: set[int] = set()

        def step(rows: Sequence[int], tokens: Sequence[int]) -> Logits:
            with self._context.turn(self._deadline):
                if self._context.owner is not self:
                    self._read()
                    held.clear()
                for gone in held - set(rows):
                    self._context.forget(gone + 1)
                before: list[Token] = []
                for row in rows:
                    if row not in held:
                        self._context.share(row + 1)
                        before += self._tokens(row + 1, written.get(row, ()), asked=False)
                held.clear()
                held.update(rows)
                for _ in self._context.read(before, self._deadline):
                    pass
                places = [self.length + len(written.setdefault(row, [])) for row in rows]
                new = [Token(token, place, row + 1) for token, place, row in zip(tokens, places, rows, strict=True)]
                logits = np.concatenate(list(self._context.read(new, self._deadline)))
                for row, token in zip(rows, tokens, strict=True):
                    written[row].append(token)
                return logits

        return step

    def _read(self) -> Logits:
        self._context.clear(self)
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

    def _tokens(self, row: int, ids: Sequence[int], *, asked: bool = True) -> list[Token]:
        return [Token(token, self.length + place, row, asked) for place, token in enumerate(ids)]


def _log_softmax(logits: Logits) -> npt.NDArray[np.float64]:
    shifted = (logits - logits.max(axis=-1, keepdims=True)).astype(np.float64)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))
