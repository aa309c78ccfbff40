"""Products that read alike: what is new to the shop has neighbours from its first day."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

from daogou.recommend.history import History, Rows
from daogou.recommend.models.contract import Scores

NEAREST = 50
TEMPERATURE = 0.08  # of cosines: half as much again for 0.03 more
NEWEST = 20  # products of a history whose neighbours are looked up where nothing was learnt yet
_CHUNK = 1_000

Vectors = npt.NDArray[np.float32]  # (n_items, dimensions), rows of length 1; zeros: nothing is known


def alike(vectors: Vectors) -> sparse.csr_matrix:
    """(n_items, n_items) softmax of the cosine / TEMPERATURE over each row's nearest, without itself."""
    return _stacked(vectors, np.arange(len(vectors), dtype=np.int32))


def extended(weights: sparse.csr_matrix, vectors: Vectors) -> sparse.csr_matrix:
    """The weights of the first products and of those that came after them; `vectors` are of all.

    A new product speaks for its neighbours, and they as much for it: theirs need not be counted anew.
    """
    n_old, n_items = weights.shape[0], len(vectors)
    if n_old == n_items:
        return weights
    rows = _stacked(vectors, np.arange(n_old, n_items, dtype=np.int32))  # (n_new, n_items)
    right = sparse.hstack([weights, rows[:, :n_old].T])  # (n_old, n_items)
    return sparse.vstack([right, rows]).tocsr().astype(np.float32)


@dataclass(frozen=True, eq=False)
class Alike:
    """The same without a matrix: neighbours are looked up when they are asked for, and kept."""

    vectors: Vectors
    decay: float
    name: str = "alike"
    _known: dict[int, tuple[Rows, Scores]] = field(default_factory=dict)

    def scores(self, history: History) -> Scores:
        """(n_items,) what is near the newest products of the history."""
        rows, shares = history.weights(self.decay)
        total = np.zeros(len(self.vectors), dtype=np.float32)
        for row, share in zip(rows[-NEWEST:].tolist(), shares[-NEWEST:].tolist(), strict=True):
            columns, weights = self._neighbours(row)
            total[columns] += share * weights
        return total

    def _neighbours(self, row: int) -> tuple[Rows, Scores]:
        if row not in self._known:
            columns, shares = _nearest(self.vectors, np.array([row], dtype=np.int32))
            self._known[row] = (columns[0], shares[0])
        return self._known[row]


def _stacked(vectors: Vectors, rows: Rows) -> sparse.csr_matrix:
    """(len(rows), n_items)."""
    parts = [_nearest(vectors, rows[start : start + _CHUNK]) for start in range(0, len(rows), _CHUNK)]
    if not parts or parts[0][0].shape[1] == 0:
        return sparse.csr_matrix((len(rows), len(vectors)), dtype=np.float32)
    columns, shares = (np.concatenate(part) for part in zip(*parts, strict=True))
    places = np.repeat(np.arange(len(rows)), columns.shape[1])
    found = sparse.csr_matrix((shares.ravel(), (places, columns.ravel())), shape=(len(rows), len(vectors)))
    found.eliminate_zeros()
    return found


def _nearest(vectors: Vectors, rows: Rows) -> tuple[Rows, Scores]:
    """((n, NEAREST), (n, NEAREST)) columns and shares; a row of which nothing is known has none."""
    nearest = min(NEAREST, len(vectors) - 1)
    cosines = vectors[rows] @ vectors.T
    cosines[np.arange(len(rows)), rows] = -np.inf
    columns = np.argpartition(cosines, -nearest, axis=1)[:, len(vectors) - nearest :]
    shares = _softmax(np.take_along_axis(cosines, columns, axis=1))
    shares[~vectors[rows].any(axis=1)] = 0.0
    return columns.astype(np.int32), shares


def _softmax(cosines: Vectors) -> Vectors:
    if not cosines.shape[1]:
        return cosines
    raised = np.exp((cosines - cosines.max(axis=1, keepdims=True)) / TEMPERATURE)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)
