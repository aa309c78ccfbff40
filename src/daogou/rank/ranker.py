"""A learnt voice in the order: corrections to the fixed blend, from judgements or from what shoppers did with answers."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import numpy as np
import numpy.typing as npt

from daogou.shop.candidate import Candidate
from daogou.shop.product import Product

# What a ranker sees of a candidate: the scores of what found it, every signal, and where its price and rating stand.
SCORES = (
    "lexical", "minilm", "lsa", "kind", "fused", "wishes", "given_up", "like", "number", "rating", "availability",
    "popularity", "behaviour", "likelihood",
)  # fmt: skip
FEATURES = (*SCORES, "price", "ratings", "blend")  # log of the price over the candidates' median; log of 1 + ratings

Features = npt.NDArray[np.float32]  # (n_candidates, len(FEATURES)); nan: nothing is known


class Ranker(Protocol):
    """Safe to call from several threads; 100 candidates take less than a millisecond."""

    @property
    def name(self) -> str:
        """What `ranked_by` calls it."""
        ...

    def corrections(self, features: Features) -> npt.NDArray[np.float64]:
        """(n_candidates,) points to add to the blend."""
        ...


def features(
    candidates: Sequence[Candidate],
    given: Mapping[str, Mapping[str, float]],
    totals: Mapping[str, float],
    products: Mapping[str, Product],
    at: datetime,
) -> Features:
    """Of each candidate, in their order; `given` are the signals and `totals` the blend, by product."""
    prices = np.array([_price(products[one.product_id], at) for one in candidates], dtype=np.float64)
    usual = float(np.nanmedian(prices)) if np.isfinite(prices).any() else math.nan
    rows = []
    for one, price in zip(candidates, prices, strict=True):
        scores = {score.source: score.value for score in one.scores} | dict(given[one.product_id])
        rating = products[one.product_id].rating
        told = [scores.get(name, math.nan) for name in SCORES]
        rows.append([*told, price - usual, math.log1p(rating.count) if rating else math.nan, totals[one.product_id]])
    return np.array(rows, dtype=np.float32).reshape(-1, len(FEATURES))


def _price(product: Product, at: datetime) -> float:
    """log of what it costs; nan where the row does not say."""
    price = product.price_at(at)
    return math.log(float(price.amount)) if price is not None and price.amount > 0 else math.nan
