"""The calibrated end of fit: its value as a probability, by one curve that never falls, the same in every shop."""

from collections.abc import Sequence
from itertools import pairwise

# (fit, share of such products that are right), between which the curve is straight; fitted by `daogou evaluate calibration`.
KNOTS = ((0.182, 0.558), (0.435, 0.863), (0.578, 0.91), (0.748, 0.921), (0.992, 0.932), (1.207, 0.982), (1.484, 0.984))


def probability(total: float) -> float:
    """How likely a product of this fit is right."""
    return between(KNOTS, total)


def between(knots: Sequence[tuple[float, float]], value: float) -> float:
    """On the straight line between the two knots around the value; level beyond the first and the last, 0 without any."""
    if not knots:
        return 0.0
    if value <= knots[0][0]:
        return knots[0][1]
    for (left, low), (right, high) in pairwise(knots):
        if value <= right:
            return low + (high - low) * (value - left) / (right - left)
    return knots[-1][1]
