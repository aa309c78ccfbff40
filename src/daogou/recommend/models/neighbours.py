"""Products that call for products: seen by the same shoppers, bought next, bought together, alike."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from daogou.recommend.history import History, Rows, Weights
from daogou.recommend.models.contract import Scores

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

    def because(self, history: History, row: int) -> int | None:
        """Which product of the history speaks most for that one; None: none does."""
        rows, shares = history.weights(self.decay)
        if not len(rows):
            return None
        told = shares * np.asarray(self.weights[rows, row].todense()).ravel()
        return int(rows[told.argmax()]) if told.max() > 0 else None

    def widened(self, more: int) -> "Neighbours":
        """With so many further products at the table's end, of which it knows nothing."""
        n_items = self.weights.shape[0] + more
        grown = self.weights.copy()
        grown.resize((n_items, n_items))
        return Neighbours(self.name, grown, self.decay)


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
