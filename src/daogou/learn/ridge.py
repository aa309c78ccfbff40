"""What comes next as a linear function of what came before, solved exactly."""

import numpy as np
from scipy import linalg, sparse

from daogou.learn.cooccurrence import histories, wanted
from daogou.learn.traces import Traces
from daogou.recommend.sparse_rows import strongest

MOST_ITEMS = 6_000  # a dense solve of that many rows takes some seconds; beyond that transitions speak alone
REGULARIZATION = 10.0


def ridge(traces: Traces, *, decay: float, most: int) -> sparse.csr_matrix:
    """(n_items, n_items) B of argmin |Y - X B|^2 + lambda |B|^2, X the histories, Y the visits after them.

    The item-to-item regression of session-based recommendation (SLIST: Choi et al. 2021), with recency in X.
    """
    before, after = histories(traces, decay), wanted(traces)
    gram = (before.T @ before).toarray() + np.float32(REGULARIZATION) * np.eye(traces.n_items, dtype=np.float32)
    solved = linalg.solve(gram, (before.T @ after).toarray(), assume_a="pos", overwrite_a=True, overwrite_b=True)
    return strongest(sparse.csr_matrix(np.where(solved > solved.max() * 1e-4, solved, 0.0)), most)
