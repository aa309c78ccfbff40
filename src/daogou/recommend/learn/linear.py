"""Linear models of who wanted what: a regression from what came before to what comes next, and factors of both."""

import numpy as np
from scipy import linalg, sparse

from daogou.recommend.learn.cooccurrence import histories, shoppers, wanted
from daogou.recommend.learn.traces import Traces
from daogou.recommend.models.factors import Factors
from daogou.recommend.models.neighbours import strongest

MOST_ITEMS = 6_000  # a dense solve of that many rows takes some seconds; beyond that transitions speak alone
RIDGE = 10.0
N_FACTORS = 64
ITERATIONS = 15
ALPHA = 10.0
REGULARIZATION = 1.0  # of the factors; alternating least squares is implicit's (MIT)
DECAY = 0.8


def ridge(traces: Traces, *, decay: float, most: int) -> sparse.csr_matrix:
    """(n_items, n_items) B of argmin |Y - X B|^2 + lambda |B|^2, X the histories, Y the visits after them.

    The item-to-item regression of session-based recommendation (SLIST: Choi et al. 2021), with recency in X.
    """
    before, after = histories(traces, decay), wanted(traces)
    gram = (before.T @ before).toarray() + np.float32(RIDGE) * np.eye(traces.n_items, dtype=np.float32)
    solved = linalg.solve(gram, (before.T @ after).toarray(), assume_a="pos", overwrite_a=True, overwrite_b=True)
    return strongest(sparse.csr_matrix(np.where(solved > solved.max() * 1e-4, solved, 0.0)), most)


def factorise(traces: Traces, *, seed: int = 0, n_factors: int = N_FACTORS) -> Factors:
    """Item factors of the shoppers' histories."""
    from implicit.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    hands = shoppers(traces, DECAY)
    with threadpool_limits(1, "blas"):  # its own threads fight with those of BLAS
        model = AlternatingLeastSquares(
            factors=min(n_factors, max(1, min(hands.shape) - 1)),
            alpha=ALPHA,
            regularization=REGULARIZATION,
            iterations=ITERATIONS,
            random_state=seed,
        )
        model.fit(hands, show_progress=False)
    return Factors(model.item_factors, ALPHA, REGULARIZATION, DECAY)
