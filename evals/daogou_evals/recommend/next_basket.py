"""`daogou evaluate next-basket`: a shop's next visits foretold by what came before, beside implicit's own models."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from scipy import sparse
from threadpoolctl import threadpool_limits

from daogou.app.learning import goods_of, sequence_expert
from daogou.app.opening import open_shop
from daogou.cli.terminal import progress
from daogou.progress import Progress, silent
from daogou.recommend.history import History
from daogou.recommend.learn.fitting import shoppers
from daogou.recommend.learn.interactions import Interactions, interactions_from
from daogou.recommend.learn.recommender import PARTS, STEP, Recipe, measure_recommender
from daogou.recommend.learn.weighing import K
from daogou.recommend.models.items import Scores
from daogou_evals.options import SHOP, ShopFolder
from daogou_evals.recommend.next_item import Report, Sequences, print_figures, write_report

MOST_VISITS = 100_000  # that are foretold: all of them
SEED = 0


def command(
    shop: ShopFolder = SHOP,
    test_from: Annotated[
        datetime | None, typer.Option(help="First day of the visits that are foretold; default: the newest tenth.")
    ] = None,
    sequences: Sequences = None,
    report: Report = None,
) -> None:
    """Foretell a shop's next visits by what came before them, beside implicit's own models in the same run.

    Example: daogou evaluate next-basket --shop shops/retail --test-from 2011-11-09
    """
    start = test_from.replace(tzinfo=UTC) if test_from is not None else None
    with progress() as step:
        found = evaluate_baskets(shop, test_from=start, sequences=sequences, on_progress=step)
    told = {"mixture": found["mixture"], **found["experts"], "new products": found["new_products"]}
    print_figures(f"next visits from {found['test_from']}", told)
    write_report(report, found)


def evaluate_baskets(
    folder: Path, *, test_from: datetime | None, sequences: Path | None = None, on_progress: Progress = silent
) -> Mapping[str, Any]:
    """A shop's next visits from that day on, foretold by what came before; implicit's own models in the same run."""
    with open_shop(folder) as shop:
        item_data = goods_of(shop)
        interactions = interactions_from(shop.events.events(), item_data.table)
    recipe = Recipe(test_from=test_from, visits=MOST_VISITS)
    further = [sequence_expert(item_data, sequences)] if sequences is not None else []
    _, report = measure_recommender(
        interactions, item_data, recipe, further=further, peers=(item_item, als), on_progress=on_progress
    )
    on_progress(STEP, PARTS, PARTS)
    return report


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


def item_item(interactions: Interactions) -> Implicit:
    """implicit.nearest_neighbours.CosineRecommender with its defaults."""
    from implicit.nearest_neighbours import CosineRecommender

    return _fitted("implicit item-item", CosineRecommender(), interactions)


def als(interactions: Interactions) -> Implicit:
    """implicit.als.AlternatingLeastSquares with 64 factors and its other defaults."""
    from implicit.als import AlternatingLeastSquares

    with threadpool_limits(1, "blas"):
        return _fitted("implicit ALS", AlternatingLeastSquares(factors=64, random_state=SEED), interactions)


def _fitted(name: str, model: Any, interactions: Interactions) -> Implicit:
    with threadpool_limits(1, "blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it converts a matrix of its own
        model.fit(shoppers(interactions, 1.0), show_progress=False)
    return Implicit(name, model, interactions.n_items)
