"""implicit's own recommenders, asked as its documentation asks them: what our experts are set beside."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from daogou.learn.cooccurrence import shoppers
from daogou.learn.full_ranking import K
from daogou.learn.traces import Traces
from daogou.recommend.contract import Scores
from daogou.recommend.history import History

SEED = 0


@dataclass(frozen=True, eq=False)
class Implicit:
    """One of its models; what was bought before is not filtered out."""

    name: str
    model: Any
    n_items: int

    def scores(self, history: History) -> Scores:
        """(n_items,) its best ten, 1, 1/2 ... 1/10."""
        rows, shares = history.weights(1.0)
        row = sparse.csr_matrix((shares, (np.zeros(len(rows), dtype=np.int32), rows)), shape=(1, self.n_items))
        kept = {"recalculate_user": True} if hasattr(self.model, "user_factors") else {}
        found, scores = self.model.recommend(0, row, N=K, filter_already_liked_items=False, **kept)
        place = np.zeros(self.n_items, dtype=np.float32)
        there = (found >= 0) & np.isfinite(scores)
        place[found[there]] = 1 / np.arange(1, there.sum() + 1)
        return place


def item_item(traces: Traces) -> Implicit:
    """implicit.nearest_neighbours.CosineRecommender with its defaults."""
    from implicit.nearest_neighbours import CosineRecommender

    return _fitted("implicit item-item", CosineRecommender(), traces)


def als(traces: Traces) -> Implicit:
    """implicit.als.AlternatingLeastSquares with 64 factors and its other defaults."""
    from implicit.als import AlternatingLeastSquares

    with threadpool_limits(1, "blas"):
        return _fitted("implicit ALS", AlternatingLeastSquares(factors=64, random_state=SEED), traces)


def _fitted(name: str, model: Any, traces: Traces) -> Implicit:
    with threadpool_limits(1, "blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it converts a matrix of its own
        model.fit(shoppers(traces, 1.0), show_progress=False)
    return Implicit(name, model, traces.n_items)
