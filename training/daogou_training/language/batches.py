"""What one training step looks at: drawn by seed and step number alone, so that a run that was killed goes on as if it had not been."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daogou_training.language.examples import Encoded, EncodedChoice, Tokens


@dataclass(frozen=True, kw_only=True)
class TextBatch:
    """Texts one behind the other, cut into rows."""

    tokens: npt.NDArray[np.int64]  # (n_rows, length)


@dataclass(frozen=True, kw_only=True)
class ChoiceBatch:
    """Choices, each one row: the prompt, then every continuation, which sees the prompt and itself alone.

    Where every continuation has a prompt of its own, the pairs stand one behind the other, and none sees another.
    """

    tokens: npt.NDArray[np.int64]  # (n_choices, length)
    positions: npt.NDArray[np.int64]  # (n_choices, length): every continuation begins where its prompt ends
    sees: npt.NDArray[np.bool_]  # (n_choices, length, length): row token i sees j
    sources: npt.NDArray[np.int64]  # (n_targets, 2): choice, place whose output foretells the target
    targets: npt.NDArray[np.int64]  # (n_targets,)
    owners: npt.NDArray[np.int64]  # (n_targets,): choice * n_continuations + continuation
    lengths: npt.NDArray[np.int64]  # (n_choices, n_continuations): tokens; 0: there is no such continuation


def text_batch(encoded: Encoded, dice: np.random.Generator, *, rows: int, length: int) -> TextBatch:
    """Texts drawn at random until the rows are full."""
    pieces: list[Tokens] = []
    missing = rows * length
    while missing > 0:
        piece = encoded.texts[int(dice.integers(len(encoded.texts)))][:length]
        pieces.append(piece)
        missing -= len(piece)
    return TextBatch(tokens=np.concatenate(pieces)[: rows * length].reshape(rows, length).astype(np.int64))


def choice_batch(encoded: Encoded, dice: np.random.Generator, *, choices: int, most_tokens: int) -> ChoiceBatch:
    """Choices drawn at random, those of about the same length together, so that little is padding."""
    drawn = dice.integers(len(encoded.choices), size=choices * 4)
    fitting = [encoded.choices[index] for index in drawn if encoded.choices[index].tokens <= most_tokens]
    fitting.sort(key=lambda it: it.tokens)
    first = int(dice.integers(max(1, len(fitting) - choices + 1)))
    return lay_out(fitting[first : first + choices])


def lay_out(choices: Sequence[EncodedChoice]) -> ChoiceBatch:
    """The rows with what each place sees (a tree: one trunk, many branches; or several trees)."""
    most = max(choice.pairs for choice in choices)
    rows = [_Row(choice) for choice in choices]
    length = max(len(row.tokens) for row in rows)
    sees = np.zeros((len(rows), length, length), dtype=np.bool_)
    sees |= np.eye(length, dtype=np.bool_)  # padding sees itself: a softmax over nothing is not a number
    for number, row in enumerate(rows):
        for start, end, trunk_start, trunk_end in row.spans:
            sees[number, start:end, start:end] = np.tri(end - start, dtype=np.bool_)
            sees[number, start:end, trunk_start:trunk_end] = True
    return ChoiceBatch(
        tokens=np.stack([_padded(row.tokens, length) for row in rows]),
        positions=np.stack([_padded(row.positions, length) for row in rows]),
        sees=sees,
        sources=np.array([(number, place) for number, row in enumerate(rows) for place in row.sources], dtype=np.int64),
        targets=np.array([token for row in rows for token in row.targets], dtype=np.int64),
        owners=np.array([number * most + it for number, row in enumerate(rows) for it in row.owners], dtype=np.int64),
        lengths=np.stack([_padded(row.lengths, most) for row in rows]),
    )


class _Row:
    """One choice laid out; spans are (start, end, start of the trunk it sees, its end)."""

    def __init__(self, choice: EncodedChoice) -> None:
        self.tokens: list[int] = []
        self.positions: list[int] = []
        self.spans: list[tuple[int, int, int, int]] = []
        self.sources: list[int] = []
        self.targets: list[int] = []
        self.owners: list[int] = []
        self.lengths: list[int] = []
        trunk = (0, 0)
        for number in range(choice.pairs):
            if number < len(choice.prompts):
                trunk = self._put(choice.prompts[number], (len(self.tokens), len(self.tokens)))
            self._branch(choice.continuations[min(number, len(choice.continuations) - 1)], trunk, number)

    def _put(self, tokens: Tokens, trunk: tuple[int, int]) -> tuple[int, int]:
        start = len(self.tokens)
        self.tokens += tokens.tolist()
        self.positions += range(trunk[1] - trunk[0], trunk[1] - trunk[0] + len(tokens))
        self.spans.append((start, len(self.tokens), *trunk))
        return start, len(self.tokens)

    def _branch(self, tokens: Tokens, trunk: tuple[int, int], number: int) -> None:
        start, end = self._put(tokens, trunk)
        self.sources += [trunk[1] - 1, *range(start, end - 1)]
        self.targets += tokens.tolist()
        self.owners += [number] * len(tokens)
        self.lengths.append(len(tokens))


def _padded(values: Sequence[int], length: int) -> npt.NDArray[np.int64]:
    return np.array([*values, *[0] * (length - len(values))], dtype=np.int64)
