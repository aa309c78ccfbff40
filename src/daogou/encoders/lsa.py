"""Latent semantic analysis of the catalogue itself: an encoder for any language, learned in seconds.

Deerwester et al. (1990), on words and on the character n-grams inside them, so that a typo, an unknown compound or a
cut of Chinese that differs still shares most of its features; the decomposition is Halko, Martinsson & Tropp (2011).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from daogou.ports import Vectors
from daogou.text.words import cut, stem

DIMENSIONS = 192
MOST_FEATURES = 40_000
LEAST_TEXTS = 2  # a feature that stands in a single text relates it to nothing
OVERSAMPLING = 16
POWER_ITERATIONS = 2

Matrix: TypeAlias = Any  # scipy.sparse.csr_matrix; scipy ships no types


class Lsa:
    """The encoder; `learn` makes one, `save` and `load` keep it."""

    name = "lsa"

    def __init__(
        self, features: Sequence[str], idf: npt.NDArray[np.float32], projection: npt.NDArray[np.float32]
    ) -> None:
        self._rows = {feature: row for row, feature in enumerate(features)}
        self._idf = idf  # (n_features,)
        self._projection = projection  # (n_features, dimensions)
        self.dimensions = int(projection.shape[1])

    @classmethod
    def learn(cls, texts: Iterable[str], *, dimensions: int = DIMENSIONS, seed: int = 0) -> "Lsa":
        """The encoder of these texts; the same texts and seed give the same encoder."""
        features, counts = _counted(texts)
        idf = np.log((1 + counts.shape[0]) / (1 + _text_counts(counts))).astype(np.float32) + 1
        projection = _right_singular_vectors(_weighted(counts, idf), dimensions, seed)
        return cls(features, idf, projection @ _rotation(dimensions, seed))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, dimensions) float32, rows of length 1; zeros for a text without a known feature."""
        counted = [Counter(_features(text)) for text in texts]
        known = [{self._rows[name]: n for name, n in counts.items() if name in self._rows} for counts in counted]
        projected = _weighted(_matrix(known, len(self._rows)), self._idf) @ self._projection
        return _unit(np.asarray(projected, dtype=np.float32))

    def save(self, path: Path) -> None:
        """Into one .npz file."""
        features = np.array(list(self._rows), dtype=np.str_)
        with path.open("wb") as file:
            np.savez(file, features=features, idf=self._idf, projection=self._projection)

    @classmethod
    def load(cls, path: Path) -> "Lsa":
        """From the file that `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls([str(name) for name in arrays["features"]], arrays["idf"], arrays["projection"])


def _features(text: str) -> list[str]:
    return [feature for word in cut(text) for feature in _word_features(stem(word))]


def _word_features(word: str) -> list[str]:
    """The word and its parts: runs of three and four letters, of one and two Chinese characters."""
    chinese = "\u3400" <= word[0] <= "\u9fff"
    marked = word if chinese else f"<{word}>"
    sizes = (1, 2) if chinese else (3, 4)
    grams = {marked[start : start + size] for size in sizes for start in range(len(marked) - size + 1)}
    return [f"={word}", *sorted(grams)]


def _counted(texts: Iterable[str]) -> tuple[list[str], Matrix]:
    """The features worth keeping, and how often each stands in each text: (n_texts, n_features).

    Words are counted first and taken apart once each: a catalogue repeats its words.
    """
    words: dict[str, int] = {}
    per_text = [Counter(words.setdefault(stem(word), len(words)) for word in cut(text)) for text in texts]
    parts: dict[str, int] = {}
    per_word = [{parts.setdefault(part, len(parts)): 1 for part in _word_features(word)} for word in words]
    counts = _matrix(per_text, len(words)) @ _matrix(per_word, len(parts))
    kept = _kept(_text_counts(counts))
    names = list(parts)
    return [names[column] for column in kept], counts[:, kept]


def _kept(text_counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The columns that stand in most texts, as many as are kept."""
    frequent = np.argsort(-text_counts, kind="stable")[:MOST_FEATURES]
    return np.sort(frequent[text_counts[frequent] >= LEAST_TEXTS])


def _matrix(rows: Sequence[Mapping[int, int]], columns: int) -> Matrix:
    starts = np.cumsum([0, *(len(row) for row in rows)])
    indices = np.fromiter((column for row in rows for column in row), dtype=np.int64, count=int(starts[-1]))
    values = np.fromiter((value for row in rows for value in row.values()), dtype=np.float32, count=int(starts[-1]))
    return sparse.csr_matrix((values, indices, starts), shape=(len(rows), columns))


def _text_counts(counts: Matrix) -> npt.NDArray[np.int64]:
    return np.bincount(counts.indices, minlength=counts.shape[1])


def _weighted(counts: Matrix, idf: npt.NDArray[np.float32]) -> Matrix:
    """Sublinear tf times idf, rows of length 1."""
    weighted = counts.astype(np.float32)
    weighted.data = (1 + np.log(weighted.data)) * idf[weighted.indices]
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1))).ravel()
    weighted.data /= np.repeat(np.maximum(lengths, 1e-12), np.diff(weighted.indptr)).astype(np.float32)
    return weighted


def _right_singular_vectors(matrix: Matrix, dimensions: int, seed: int) -> npt.NDArray[np.float32]:
    """(n_features, dimensions); columns beyond the rank are zero."""
    width = min(dimensions + OVERSAMPLING, *matrix.shape)
    random = np.random.default_rng(seed).standard_normal((matrix.shape[1], width), dtype=np.float32)
    basis, _ = np.linalg.qr(matrix @ random)
    for _ in range(POWER_ITERATIONS):
        basis, _ = np.linalg.qr(matrix @ (matrix.T @ basis))
    _, _, right = np.linalg.svd((matrix.T @ basis).T, full_matrices=False)
    projection = np.zeros((matrix.shape[1], dimensions), dtype=np.float32)
    projection[:, : min(dimensions, width)] = right[:dimensions].T
    return projection


def _rotation(dimensions: int, seed: int) -> npt.NDArray[np.float32]:
    """Turns what all titles share out of the first number into all of them, so that bytes can keep it; no cosine moves."""
    random = np.random.default_rng(seed).standard_normal((dimensions, dimensions))
    return np.asarray(np.linalg.qr(random)[0], dtype=np.float32)


def _unit(vectors: npt.NDArray[np.float32]) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(lengths > 1e-6, vectors / np.maximum(lengths, 1e-6), 0).astype(np.float32)
