"""Products that read alike: what is new to the shop has neighbours from its first day."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

NEAREST = 50
TEMPERATURE = 0.08  # of cosines: half as much again for 0.03 more
_CHUNK = 1_000

Vectors = npt.NDArray[np.float32]  # (n_items, dimensions), rows of length 1


def alike(vectors: Vectors, *, nearest: int = NEAREST) -> sparse.csr_matrix:
    """(n_items, n_items) softmax of the cosine / TEMPERATURE over each row's nearest, without itself."""
    n_items = len(vectors)
    nearest = min(nearest, n_items - 1)
    if nearest < 1:
        return sparse.csr_matrix((n_items, n_items), dtype=np.float32)
    columns = np.zeros((n_items, nearest), dtype=np.int32)
    shares = np.zeros((n_items, nearest), dtype=np.float32)
    for start in range(0, n_items, _CHUNK):
        some = slice(start, min(start + _CHUNK, n_items))
        cosines = vectors[some] @ vectors.T
        cosines[np.arange(len(cosines)), np.arange(start, some.stop)] = -np.inf
        columns[some] = np.argpartition(cosines, -nearest, axis=1)[:, -nearest:]
        shares[some] = _softmax(np.take_along_axis(cosines, columns[some], axis=1))
    empty = ~vectors.any(axis=1)
    shares[empty] = 0.0
    rows = np.repeat(np.arange(n_items), nearest)
    return sparse.csr_matrix((shares.ravel(), (rows, columns.ravel())), shape=(n_items, n_items))


def _softmax(cosines: Vectors) -> Vectors:
    raised = np.exp((cosines - cosines.max(axis=1, keepdims=True)) / TEMPERATURE)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)
