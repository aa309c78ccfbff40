"""A dial from the likeliest products to different ones."""

import numpy as np
import numpy.typing as npt

from daogou.recommend.contract import Scores
from daogou.recommend.history import Rows

SAME_KIND, SAME_BRAND = 0.7, 0.3  # what two products have in common


def diverse(rows: Rows, scores: Scores, kinds: Rows, brands: Rows, *, dial: float, limit: int) -> list[int]:
    """Maximal marginal relevance (Carbonell & Goldstein, 1998): `limit` of the rows, one after the other.

    `rows` (n,), best first, with their `scores` (n,); `kinds` and `brands` (n_items,), -1 where the row does not say. A dial of 0
    keeps the order, one of 1 looks at nothing but the difference from what stands before.
    """
    relevance = np.sqrt(scores / scores.max()) if len(scores) and scores.max() > 0 else np.ones(len(rows))
    nearest = np.zeros(len(rows))
    left = np.ones(len(rows), dtype=bool)
    taken: list[int] = []
    while left.any() and len(taken) < limit:
        worth = np.where(left, (1 - dial) * relevance - dial * nearest, -np.inf)
        place = int(worth.argmax())
        left[place] = False
        taken.append(int(rows[place]))
        nearest = np.maximum(nearest, _shared(rows, int(rows[place]), kinds, brands))
    return taken


def _shared(rows: Rows, other: int, kinds: Rows, brands: Rows) -> npt.NDArray[np.float64]:
    same = SAME_KIND * _same(kinds, rows, other) + SAME_BRAND * _same(brands, rows, other)
    return np.asarray(same, dtype=np.float64)


def _same(codes: Rows, rows: Rows, other: int) -> npt.NDArray[np.bool_]:
    return np.asarray((codes[rows] == codes[other]) & (codes[other] >= 0), dtype=np.bool_)
