"""The best of many scores."""

import numpy as np

from daogou.index.arrays.arrays import Rows
from daogou.ports import Vectors


def best_rows(scores: Vectors, rows: Rows, limit: int) -> Rows:
    """The `limit` rows with the largest scores[row], best first; of equals the earlier row."""
    if limit <= 0:
        return rows[:0]
    own = scores[rows]
    if len(rows) > limit:
        least = np.partition(own, len(own) - limit)[len(own) - limit]
        rows, own = rows[own >= least], own[own >= least]
    return rows[np.lexsort((rows, -own))][:limit]
