"""Encoders in an index: one that works ahead, one that remembers the last index's texts, one whose package is missing."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from daogou.index.arrays.arrays import key_of
from daogou.ports import Encoder, Vectors


class Absent:
    """Says nothing of any text; what is put in meanwhile is found by words, until the feed is loaded again."""

    def __init__(self, name: str, dimensions: int) -> None:
        self.name, self.dimensions = name, dimensions

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, dimensions) zeros."""
        return np.zeros((len(texts), self.dimensions), dtype=np.float32)


TEXTS_AT_ONCE = 2048  # of about the same length side by side, since encoders sort them: less padding


class Ahead:
    """The same answers as the encoder's, sooner where a text was expected; use it in a `with`."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimensions = encoder.name, encoder.dimensions
        self._encoder = encoder
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"daogou-{encoder.name}")
        self._waiting: dict[str, None] = {}
        self._begun: dict[str, tuple[Future[Vectors], int]] = {}  # text -> the encoding it is part of, its row there

    def expect(self, texts: Iterable[str]) -> None:
        """These will be asked for."""
        self._waiting |= dict.fromkeys(text for text in texts if text not in self._begun)
        if len(self._waiting) >= TEXTS_AT_ONCE:
            self._begin()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, dimensions), as the encoder would; waits for what is still being encoded."""
        self._begin()
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        unexpected = []
        for row, text in enumerate(texts):
            if text in self._begun:
                encoding, place = self._begun[text]
                vectors[row] = encoding.result()[place]
            else:
                unexpected.append(row)
        if unexpected:
            vectors[unexpected] = self._encoder.encode([texts[row] for row in unexpected])
        return vectors

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _begin(self) -> None:
        if self._waiting:
            texts = list(self._waiting)
            encoding = self._pool.submit(self._encoder.encode, texts)
            self._begun |= {text: (encoding, row) for row, text in enumerate(texts)}
            self._waiting = {}


Keys = npt.NDArray[np.uint64]


def text_keys(texts: Sequence[str]) -> Keys:
    """A 64-bit key for each text."""
    return np.array([key_of(text) for text in texts], dtype=np.uint64)


class Stored(Protocol):
    """The vectors of the last index."""

    def rows(self, rows: npt.NDArray[np.int64]) -> Vectors:
        """(len(rows), dimensions) float32."""
        ...


class KnownVectors:
    """Asks the encoder only for what is new; the same answers, sooner, rounded as the last index keeps them."""

    def __init__(self, encoder: Encoder, keys: Keys, vectors: Stored) -> None:
        self.name, self.dimensions = encoder.name, encoder.dimensions
        self._encoder = encoder
        self._order = np.argsort(keys, kind="stable")
        self._keys, self._vectors = keys[self._order], vectors

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, dimensions), as the encoder would."""
        keys = text_keys(texts)
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        known = self._keys[places] == keys if len(self._keys) else np.zeros(len(texts), dtype=np.bool_)
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        vectors[known] = self._vectors.rows(self._order[places[known]])
        new = [row for row, seen in enumerate(known) if not seen]
        if new:
            vectors[new] = self._encoder.encode([texts[row] for row in new])
        return vectors
