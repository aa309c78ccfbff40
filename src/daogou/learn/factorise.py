"""Alternating least squares over who wanted what (implicit, MIT)."""

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
