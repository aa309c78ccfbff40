"""What one training step looks at: drawn by seed and step number alone, so that a run that was killed goes on as if it had not been."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daogou.learn.examples import Encoded, Tokens

IGNORED = -100  # a target that counts for nothing


@dataclass(frozen=True, kw_only=True)
class TextBatch:
    """Texts one behind the other, cut into rows."""

    tokens: npt.NDArray[np.int64]  # (n_rows, length)


@dataclass(frozen=True, kw_only=True)
class ChoiceBatch:
    """Choices, each one row: the prompt, then every continuation, which sees the prompt and itself alone."""

    tokens: npt.NDArray[np.int64]  # (n_choices, length)
    positions: npt.NDArray[np.int64]  # (n_choices, length): every continuation begins where the prompt ends
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
    fitting = [encoded.choices[index] for index in drawn if _size(encoded.choices[index]) <= most_tokens]
    fitting.sort(key=_size)
    first = int(dice.integers(max(1, len(fitting) - choices + 1)))
    return lay_out(fitting[first : first + choices])


def lay_out(choices: Sequence[tuple[Tokens, list[Tokens]]]) -> ChoiceBatch:
    """The rows with what each place sees (a tree: one trunk, many branches)."""
    most = max(len(continuations) for _, continuations in choices)
    length = max(map(_size, choices))
    tokens = np.zeros((len(choices), length), dtype=np.int64)
    positions = np.zeros_like(tokens)
    sees = np.zeros((len(choices), length, length), dtype=np.bool_)
    sees |= np.eye(length, dtype=np.bool_)  # padding sees itself: a softmax over nothing is not a number
    lengths = np.zeros((len(choices), most), dtype=np.int64)
    sources, targets, owners = [], [], []
    for row, (prompt, continuations) in enumerate(choices):
        trunk = len(prompt)
        tokens[row, :trunk] = prompt
        positions[row, :trunk] = np.arange(trunk)
        sees[row, :trunk, :trunk] = np.tri(trunk, dtype=np.bool_)
        start = trunk
        for number, continuation in enumerate(continuations):
            end = start + len(continuation)
            tokens[row, start:end] = continuation
            positions[row, start:end] = trunk + np.arange(len(continuation))
            sees[row, start:end, :trunk] = True
            sees[row, start:end, start:end] = np.tri(len(continuation), dtype=np.bool_)
            sources += [(row, place) for place in (trunk - 1, *range(start, end - 1))]
            targets += continuation.tolist()
            owners += [row * most + number] * len(continuation)
            lengths[row, number] = len(continuation)
            start = end
    return ChoiceBatch(
        tokens=tokens,
        positions=positions,
        sees=sees,
        sources=np.array(sources, dtype=np.int64),
        targets=np.array(targets, dtype=np.int64),
        owners=np.array(owners, dtype=np.int64),
        lengths=lengths,
    )


def _size(choice: tuple[Tokens, list[Tokens]]) -> int:
    prompt, continuations = choice
    return len(prompt) + sum(map(len, continuations))
