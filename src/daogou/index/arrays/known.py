"""An encoder that remembers: texts that the last index has vectors for are not encoded again."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from daogou.index.arrays.arrays import key_of
from daogou.ports import Encoder, Vectors

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
