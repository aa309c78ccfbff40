"""What a recommender model is, and those of products that call for products: alike, seen or bought together, factorised (Hu, Koren & Volinsky, 2008)."""

import functools
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy import sparse

from daogou.recommend.history import History, Rows, Weights

Scores = npt.NDArray[np.float32]  # (n_items,), at least 0; all zeros: it has nothing to say


class Model(Protocol):
    """One model. Safe to call from several threads; a call takes milliseconds."""

    @property
    def name(self) -> str:
        """What its figures and its scores are called."""
        ...

    def scores(self, history: History) -> Scores:
        """(n_items,) float32, at least 0, a share of belief rather than a rank: twice the score is twice as likely.

        All zeros where this history tells it nothing. Products that were bought before are not left out.
        """
        ...


def probabilities(scores: Scores) -> Scores:
    """The scores as a distribution: they sum to 1, or are all zero."""
    total = float(scores.sum())
    return scores / total if total > 0 else scores


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
            if row not in self._known:
                columns, weights = _nearest(self.vectors, np.array([row], dtype=np.int32))
                self._known[row] = (columns[0], weights[0])
            near, weight = self._known[row]
            total[near] += share * weight
        return total


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


@dataclass(frozen=True, eq=False)
class Factors:
    """Item factors of an alternating least squares fit; a new click counts without training ("fold-in")."""

    items: Vectors  # (n_items, n_factors)
    alpha: float  # confidence of a touch: 1 + alpha * strength
    regularization: float
    decay: float
    sharpness: int = 3  # a score's power: the preferences that are solved for are too even for a distribution
    name: str = "factors"

    def scores(self, history: History) -> Scores:
        """(n_items,) the preference, from 0 up, sharpened."""
        rows, shares = history.weights(self.decay)
        known = self.items[rows].any(axis=1)
        if not known.any():
            return np.zeros(len(self.items), dtype=np.float32)
        # The shopper is argmin of the weighted squares: (Y'Y + Y'(C - I)Y + lambda I)^-1 Y'C p.
        touched, more = self.items[rows[known]], self.alpha * shares[known]
        left = self._gram + (touched.T * more) @ touched
        preference = self.items @ np.linalg.solve(left, touched.T @ (1.0 + more)).astype(np.float32)
        np.maximum(preference, 0.0, out=preference)
        return functools.reduce(np.multiply, [preference] * self.sharpness)  # far faster than a power

    @cached_property
    def _gram(self) -> Vectors:
        return self.items.T @ self.items + self.regularization * np.eye(self.items.shape[1], dtype=np.float32)

    def widened(self, more: int) -> "Factors":
        """Further products at the table's end, of which it knows nothing."""
        return replace(self, items=np.pad(self.items, ((0, more), (0, 0))))


NEXT, ALIKE = "next", "alike: "  # names: what comes after, and what an encoder finds alike (its own name follows)


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Item-to-item weights, added up over what the shopper did; an older visit counts `decay` of the one after it.

    Item-based collaborative filtering (Sarwar et al. 2001) and first-order Markov chains differ in the weights alone.
    """

    name: str
    weights: sparse.csr_matrix  # (n_items, n_items) float32, at least 0: how much a row speaks for a column
    decay: float

    def scores(self, history: History) -> Scores:
        """(n_items,) the neighbours' weights."""
        return added_up(self.weights, *history.weights(self.decay))

    def widened(self, more: int) -> "Neighbours":
        """With so many further products at the table's end, of which it knows nothing."""
        grown = self.weights.copy()
        grown.resize((self.weights.shape[0] + more,) * 2)
        return replace(self, weights=grown)


def added_up(weights: sparse.csr_matrix, rows: Rows, shares: Weights) -> Scores:
    """(n_items,) the rows' weights, each times its share."""
    if not len(rows):
        return np.zeros(weights.shape[1], dtype=np.float32)
    spans = [slice(start, end) for start, end in zip(weights.indptr[rows], weights.indptr[rows + 1], strict=True)]
    columns = np.concatenate([weights.indices[span] for span in spans])
    told = np.concatenate([weights.data[span] * share for span, share in zip(spans, shares, strict=True)])
    return np.bincount(columns, told, minlength=weights.shape[1]).astype(np.float32)


def strongest(weights: sparse.csr_matrix, most: int) -> sparse.csr_matrix:
    """Each row's `most` largest weights; what is not above zero goes."""
    weights = weights.tocsr().astype(np.float32)
    weights.eliminate_zeros()
    kept = np.zeros(weights.nnz, dtype=bool)
    for row in range(weights.shape[0]):
        start, end = weights.indptr[row], weights.indptr[row + 1]
        part = weights.data[start:end]
        kept[start:end] = part > 0
        if end - start > most:
            kept[start:end] &= part >= np.partition(part, -most)[-most]
    weights.data[~kept] = 0.0
    weights.eliminate_zeros()
    weights.sort_indices()
    return weights
