"""How much of what is touched in an answer is owed to its place: position bias, taken out of what shoppers did.

P(this one of the two is touched) = logistic(sharpness * difference of fits + b[its place] - b[the other's place]), over pairs of one answer, of
which one product was touched and the other not; exp(b) is how much likelier a place is looked at than the first (after Hu et al., 2019).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from daogou.learn.fitting import Floats, Judged

PLACES = 20  # later ones count as the last
RIDGE = 1.0  # of an answer or two: where few are looked at, places are taken for alike
LEAST = 0.1  # no touch counts more than ten times


def without_positions(turns: Sequence[Judged]) -> list[Judged]:
    """The same turns, what was touched at a place that is seldom looked at counting for more."""
    if not any(turn.positions is not None for turn in turns):
        return list(turns)
    looked_at = propensities(turns)
    return [
        replace(turn, gains=turn.gains / looked_at[_places(turn.positions)]) if turn.positions is not None else turn
        for turn in turns
    ]


def propensities(turns: Sequence[Judged]) -> Floats:
    """(PLACES,) how likely each place is looked at, beside the first; from 0.1 to 1."""
    from scipy.optimize import minimize

    differences, better, worse, weights = _pairs(turns)

    def loss(given: Floats) -> tuple[float, Floats]:
        sharpness, bias = given[0], given[1:]
        margins = sharpness * differences + bias[better] - bias[worse]
        pull = -weights / (1 + np.exp(margins))  # of each pair, by its margin
        slope = np.bincount(better, pull, PLACES) - np.bincount(worse, pull, PLACES)
        value = float(weights @ np.logaddexp(0, -margins) + RIDGE * (given @ given) / 2)
        return value, np.concatenate([[pull @ differences], slope]) + RIDGE * given

    found = minimize(loss, np.zeros(PLACES + 1), jac=True, method="L-BFGS-B").x[1:]
    return np.asarray(np.clip(np.exp(found - found[0]), LEAST, 1.0))


def _pairs(turns: Sequence[Judged]) -> tuple[Floats, npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
    """Of every pair: the difference of fits, both places, and its weight; a touched product counts once."""
    rows = []
    for turn in turns:
        if turn.positions is None:
            continue
        places, totals = _places(turn.positions), turn.totals
        touched, left = np.flatnonzero(turn.gains > 0), np.flatnonzero(turn.gains <= 0)
        pairs = [(one, other) for one in touched for other in left]
        rows += [(totals[one] - totals[other], places[one], places[other], 1 / len(left)) for one, other in pairs]
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return table[:, 0], table[:, 1].astype(np.int64), table[:, 2].astype(np.int64), table[:, 3]


def _places(positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.minimum(positions, PLACES - 1).astype(np.int64)
