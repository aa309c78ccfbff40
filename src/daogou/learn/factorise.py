"""Alternating least squares over who wanted what (implicit, MIT)."""

import os
import warnings

from daogou.learn.cooccurrence import shoppers
from daogou.learn.traces import Traces
from daogou.recommend.factors import Factors

N_FACTORS = 64
ITERATIONS = 15
ALPHA = 10.0
REGULARIZATION = 1.0
DECAY = 0.8


def factorise(traces: Traces, *, seed: int = 0, n_factors: int = N_FACTORS) -> Factors:
    """Item factors of the shoppers' histories."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # else its threads fight with implicit's own
    from implicit.als import AlternatingLeastSquares

    hands = shoppers(traces, DECAY)
    model = AlternatingLeastSquares(
        factors=min(n_factors, max(1, min(hands.shape) - 1)),
        alpha=ALPHA,
        regularization=REGULARIZATION,
        iterations=ITERATIONS,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of BLAS threads, which are limited below
        model.fit(hands, show_progress=False)
    return Factors(model.item_factors, ALPHA, REGULARIZATION, DECAY)
