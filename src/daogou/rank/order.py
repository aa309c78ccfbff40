"""Step 3: which of the candidates are best for this shopper? What was found, what is wished, what buyers said."""

from collections.abc import Mapping
from dataclasses import replace
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
    scored = [
        _scored(
            candidate,
            signals(products[candidate.product_id], need, retrieval, products=products, at=at)
            | _popular(popularity.get(candidate.product_id, 0.0), most),
        )
        for candidate in there
    ]
    best_first = _ranked(sorted(scored, key=lambda candidate: (-_total(candidate), candidate.product_id)))
    if need.sort is not None:
        return sorted_as_asked(best_first, need.sort, products=products, popularity=popularity, at=at)
    return spread(best_first, products)


def _popular(bought: float, most: float) -> dict[str, float]:
    """At most 1, for the candidate that was bought most."""
    return {"popularity": bought / most} if bought > 0 else {}


def _scored(candidate: Candidate, given: Mapping[str, float]) -> Candidate:
    """The candidate with its signals and their sum, on the scale of what found it."""
    scores = tuple(Score(source=source, value=value) for source, value in given.items())
    total = (candidate.score(FOUND) or 0.0) + sum(given.values())
    return replace(candidate, scores=(*candidate.scores, *scores, Score(source=TOTAL, value=total)))


def _total(candidate: Candidate) -> float:
    return candidate.score(TOTAL) or 0.0


def _ranked(candidates: list[Candidate]) -> list[Candidate]:
    """The total's rank beside its value."""
    return [
        replace(candidate, scores=(*candidate.scores[:-1], replace(candidate.scores[-1], rank=rank)))
        for rank, candidate in enumerate(candidates, start=1)
    ]
