"""Step 3: which of the candidates are best for this shopper? What was found, what is wished, what buyers said."""

from collections.abc import Mapping
from datetime import datetime

from daogou.rank.signals import signals
from daogou.rank.sorting import sorted_as_asked
from daogou.rank.spread import spread
from daogou.shop.candidate import Candidate, Retrieval, Score
from daogou.shop.need import ShopperNeed
from daogou.shop.product import Product

FOUND = "fused"  # the score that find/ gave
TOTAL = "total"


def order(
    retrieval: Retrieval,
    need: ShopperNeed,
    *,
    products: Mapping[str, Product],
    popularity: Mapping[str, float],
    at: datetime,
) -> list[Candidate]:
    """The candidates that still exist and were not turned down, best first, each with every score that moved it.

    An order that was asked for (cheapest first) is kept exactly; else near-duplicates do not stand side by side.
    """
    there = [c for c in retrieval.candidates if c.product_id in products and c.product_id not in need.unlike]
    most = max((popularity.get(candidate.product_id, 0.0) for candidate in there), default=0.0)
    given = {
        candidate.product_id: signals(products[candidate.product_id], need, retrieval, products=products, at=at)
        | _popular(popularity.get(candidate.product_id, 0.0), most)
        for candidate in there
    }
    totals = {c.product_id: (c.score(FOUND) or 0.0) + sum(given[c.product_id].values()) for c in there}
    best_first = sorted(there, key=lambda candidate: (-totals[candidate.product_id], candidate.product_id))
    ranked = [
        _explained(candidate, given[candidate.product_id], totals[candidate.product_id], rank)
        for rank, candidate in enumerate(best_first, start=1)
    ]
    if need.sort is not None:
        return sorted_as_asked(ranked, need.sort, products=products, popularity=popularity, at=at)
    return spread(ranked, products)


def _popular(bought: float, most: float) -> dict[str, float]:
    """At most 1, for the candidate that was bought most."""
    return {"popularity": bought / most} if bought > 0 else {}


def _explained(candidate: Candidate, given: Mapping[str, float], total: float, rank: int) -> Candidate:
    """The candidate with its signals and their sum, on the scale of what found it."""
    scores = [Score(source=source, value=value) for source, value in given.items()]
    total_score = Score(source=TOTAL, value=total, rank=rank)
    return Candidate(product_id=candidate.product_id, scores=(*candidate.scores, *scores, total_score))
