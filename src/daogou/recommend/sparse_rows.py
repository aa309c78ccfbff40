"""Item-to-item weights: for each product those that it speaks for, and how a history adds them up."""

import numpy as np
from scipy import sparse

from daogou.recommend.contract import Scores
from daogou.recommend.history import Rows, Weights


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
