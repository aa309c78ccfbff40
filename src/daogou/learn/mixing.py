"""How much to believe each expert: expectation maximisation on visits that none of them has seen."""

import numpy as np
import numpy.typing as npt

ROUNDS = 200
PRIOR = 60.0  # targets' worth of the common weights that every level starts with

Chances = npt.NDArray[np.float64]  # (n_targets, n_experts) what each expert gave the product that was wanted next


def mixing_weights(
    chances: Chances, shares: npt.NDArray[np.float64], levels: npt.NDArray[np.int64], n_levels: int
) -> npt.NDArray[np.float32]:
    """(n_levels, n_experts), rows sum to 1: argmax of sum share log sum w P (Jelinek & Mercer, 1980).

    `shares` (n_targets,): a basket of ten counts as one visit. `levels` (n_targets,) is how much was known of the shopper;
    a level with few targets stays near what holds for all of them.
    """
    n_experts = chances.shape[1]
    even = np.full(n_experts, 1 / n_experts)
    common = _maximise(chances, shares, even, prior=even)
    rows = [
        _maximise(chances[levels == level], shares[levels == level], common, prior=PRIOR * common)
        for level in range(n_levels)
    ]
    return np.array(rows, dtype=np.float32)


def _maximise(
    chances: Chances, shares: npt.NDArray[np.float64], start: npt.NDArray[np.float64], *, prior: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """EM from `start`; `prior` are pseudo-counts."""
    weights = start
    for _ in range(ROUNDS):
        parts = weights * chances
        responsible = parts / np.maximum(parts.sum(axis=1, keepdims=True), 1e-300)
        counts = shares @ responsible + prior
        weights = counts / counts.sum()
    return weights
