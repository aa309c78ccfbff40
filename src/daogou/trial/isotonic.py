"""A curve that never falls, fitted to right and wrong (pool adjacent violators: Ayer et al., 1955), as few knots; and how far off it is."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SPLITS = (0.02, 0.08, 0.2, 0.4, 0.6, 0.8)  # of the mass: closer where few products stand and the curve is steep


def isotonic(scores: Sequence[float], right: Sequence[float]) -> tuple[Floats, Floats]:
    """The scores in order and the share right at each, never falling; least squares."""
    order = np.argsort(np.asarray(scores, dtype=np.float64), kind="stable")
    ordered = np.asarray(scores, dtype=np.float64)[order]
    blocks: list[tuple[float, int]] = []  # (sum of right, how many)
    for value in np.asarray(right, dtype=np.float64)[order]:
        blocks.append((float(value), 1))
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            (one, some), (other, more) = blocks[-2], blocks[-1]
            blocks[-2:] = [(one + other, some + more)]
    fitted = np.concatenate([np.full(count, total / count) for total, count in blocks]) if blocks else np.zeros(0)
    return ordered, fitted


def knots(
    scores: Sequence[float], right: Sequence[float], *, splits: Sequence[float] = SPLITS
) -> tuple[tuple[float, float], ...]:
    """The isotonic curve as points to draw straight lines between: the means of the parts between these shares of the mass."""
    ordered, fitted = isotonic(scores, right)
    bounds = [round(share * len(ordered)) for share in (0.0, *splits, 1.0)]
    parts = [slice(low, high) for low, high in pairwise(bounds) if low < high]
    points = [(round(float(ordered[part].mean()), 3), round(float(fitted[part].mean()), 3)) for part in parts]
    return tuple(dict(points).items())


def calibration_error(said: Sequence[float], right: Sequence[float], *, bins: int = 10) -> float:
    """Expected calibration error over bins of equal mass: mean |what was said - the share right|, by how many stand in a bin."""
    return sum(len_ * abs(mean - share) for len_, mean, share in reliability(said, right, bins=bins)) / max(
        len(said), 1
    )


def reliability(said: Sequence[float], right: Sequence[float], *, bins: int = 10) -> list[tuple[int, float, float]]:
    """(how many, what was said, the share right) of each bin of equal mass, the lowest first."""
    order = np.argsort(np.asarray(said, dtype=np.float64), kind="stable")
    told, truth = np.asarray(said, dtype=np.float64)[order], np.asarray(right, dtype=np.float64)[order]
    parts = [part for part in np.array_split(np.arange(len(told)), bins) if len(part)]
    return [(len(part), float(told[part].mean()), float(truth[part].mean())) for part in parts]
