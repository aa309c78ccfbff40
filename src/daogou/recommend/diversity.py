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
    of_kind, of_brand = kinds[rows], brands[rows]
    worth = (1 - dial) * relevance
    nearest = np.zeros(len(rows))
    taken: list[int] = []
    for _ in range(min(limit, len(rows))):
        place = int((worth - dial * nearest).argmax())
        worth[place] = -np.inf
        taken.append(int(rows[place]))
        same = SAME_KIND * _same(of_kind, of_kind[place]) + SAME_BRAND * _same(of_brand, of_brand[place])
        np.maximum(nearest, same, out=nearest)
    return taken


def _same(codes: Rows, code: int) -> npt.NDArray[np.bool_]:
    """(n,) nobody is like a row that does not say."""
    return np.asarray((codes == code) & (code >= 0), dtype=np.bool_)
