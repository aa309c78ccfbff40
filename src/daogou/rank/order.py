"""Step 3: which of the candidates are best for this shopper? What was found, what is wished, what buyers said."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from daogou.rank.likelihood import Likelihood
from daogou.rank.ranker import Ranker, features
from daogou.rank.signals import signals
from daogou.rank.sorting import sorted_as_asked
from daogou.rank.spread import spread
from daogou.shop.candidate import Candidate, Retrieval, Score
from daogou.shop.matching import outcome
from daogou.shop.need import READ_OFF_ROWS, ShopperNeed
from daogou.shop.outcome import Outcome
from daogou.shop.product import Product

FOUND = "fused"  # the score that find/ gave
LIKELIHOOD = "likelihood"  # the language model's
BEHAVIOUR = "behaviour"  # the recommender's
RANKER = "ranker"  # what was learnt from judgements or turns
TOTAL = "total"
CLASSICAL = "classical"  # ranked_by: the scores of find/ and the signals

BEHAVED = 1.0  # for a nat of the recommender's, on the scale of a BM25 score


def order(
    retrieval: Retrieval,
    need: ShopperNeed,
    *,
    products: Mapping[str, Product],
    popularity: Mapping[str, float],
    at: datetime,
    likelihood: Likelihood | None = None,
    behaviour: Mapping[str, float] = MappingProxyType({}),
    ranker: Ranker | None = None,
) -> list[Candidate]:
    """The candidates that still exist and were not turned down, best first, each with every score that moved it.

    An order that was asked for (cheapest first) is kept exactly; else near-duplicates do not stand side by side. `likelihood`
    lets a language model speak too. `behaviour` is log P(item | shopper) - log P(item | anybody) by product, in nats: the
    recommender's factor of P(item | q, shopper), proportional to P(q | item) P(item | shopper). `ranker` adds what it has learnt.
    """
    there = [c for c in retrieval.candidates if c.product_id in products and c.product_id not in need.unlike]
    there = [c for c in there if not _misfits(products[c.product_id], need, at)]
    most = max((popularity.get(candidate.product_id, 0.0) for candidate in there), default=0.0)
    given = {
        candidate.product_id: signals(products[candidate.product_id], need, retrieval, products=products, at=at)
        | _popular(popularity.get(candidate.product_id, 0.0), most)
        | _behaved(candidate.product_id, behaviour)
        for candidate in there
    }
    totals = {c.product_id: (c.score(FOUND) or 0.0) + sum(given[c.product_id].values()) for c in there}
    best_first = _best_first(there, totals)
    if likelihood is not None and need.sort is None:
        for product_id, points in likelihood.points([products[c.product_id] for c in best_first], need).items():
            given[product_id][LIKELIHOOD] = points
            totals[product_id] += points
        best_first = _best_first(there, totals)
    if ranker is not None and need.sort is None:
        points = ranker.corrections(features(best_first, given, totals, products, at)).tolist()
        for candidate, correction in zip(best_first, points, strict=True):
            given[candidate.product_id][RANKER] = correction
            totals[candidate.product_id] += correction
        best_first = _best_first(there, totals)
    ranked = [
        _explained(candidate, given[candidate.product_id], totals[candidate.product_id], rank)
        for rank, candidate in enumerate(best_first, start=1)
    ]
    if need.sort is not None:
        return sorted_as_asked(ranked, need.sort, products=products, popularity=popularity, at=at)
    return spread(ranked, products)


def _misfits(product: Product, need: ShopperNeed, at: datetime) -> bool:
    """Whether its row says that it is another model, or made for another, than was asked for."""
    firm = (must for must in need.musts if must.attribute in READ_OFF_ROWS)
    return any(outcome(product, must, at) is Outcome.BROKEN for must in firm)


def ranked_by(
    shortlist: Sequence[Candidate],
    need: ShopperNeed,
    likelihood: Likelihood | None = None,
    ranker: Ranker | None = None,
) -> str:
    """Who gave the order: the attribute that was asked for, or "classical", with every other voice that spoke."""
    if need.sort is not None:
        return need.sort.attribute
    voices = [CLASSICAL, *([BEHAVIOUR] if _spoke(BEHAVIOUR, shortlist) else [])]
    if likelihood is not None and _spoke(LIKELIHOOD, shortlist):
        voices.append(likelihood.model.name)
    if ranker is not None and _spoke(RANKER, shortlist):
        voices.append(ranker.name)
    return ", ".join(voices)


def _spoke(source: str, shortlist: Sequence[Candidate]) -> bool:
    return any(candidate.score(source) is not None for candidate in shortlist)


def _best_first(candidates: Iterable[Candidate], totals: Mapping[str, float]) -> list[Candidate]:
    return sorted(candidates, key=lambda candidate: (-totals[candidate.product_id], candidate.product_id))


def _popular(bought: float, most: float) -> dict[str, float]:
    """At most 1, for the candidate that was bought most."""
    return {"popularity": bought / most} if bought > 0 else {}


def _behaved(product_id: str, behaviour: Mapping[str, float]) -> dict[str, float]:
    lift = behaviour.get(product_id, 0.0)
    return {BEHAVIOUR: BEHAVED * lift} if lift else {}


def _explained(candidate: Candidate, given: Mapping[str, float], total: float, rank: int) -> Candidate:
    """The candidate with its signals and their sum, on the scale of what found it."""
    scores = [Score(source=source, value=value) for source, value in given.items()]
    total_score = Score(source=TOTAL, value=total, rank=rank)
    return Candidate(product_id=candidate.product_id, scores=(*candidate.scores, *scores, total_score))
