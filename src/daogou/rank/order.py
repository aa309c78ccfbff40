"""Step 3: how well does each candidate fit, for this shopper? The order, and what of it answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from daogou.catalog.products.candidate import Candidate, Found, Score
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Product
from daogou.rank.curve import probability
from daogou.rank.fit import FAR, LIKELIHOOD, Fit, fits, relevance
from daogou.rank.kinds import KindBelief, kind_belief
from daogou.rank.likelihood import SILENT, Silent
from daogou.rank.signals import signals
from daogou.rank.spread import spread
from daogou.rank.weights import STANDARD, Weights

BEHAVIOUR = "behaviour"  # the recommender's
TOTAL = "total"
FIT = "fit"  # the total as a probability

BEHAVED = 0.06  # for a nat of the recommender's
POPULAR = 0.04  # for the candidate that was bought most


def order(
    found: Found,
    need: ShopperNeed,
    *,
    products: Mapping[str, Product],
    popularity: Mapping[str, float],
    at: datetime,
    likelihood: Silent = SILENT,
    behaviour: Mapping[str, float] = MappingProxyType({}),
    weights: Weights = STANDARD,
) -> tuple[list[Candidate], Mapping[str, Fit], KindBelief]:
    """The candidates that still exist and were not turned down, the best fitting first, each with every part of its fit.

    A product that breaks a firm wish comes after all others.
    `behaviour` is log P(item | shopper) - log P(item | anybody) by product, in nats: the recommender's factor of
    P(item | q, shopper), proportional to fit * P(item | shopper) / P(item).
    """
    there = [c for c in found.candidates if c.product_id in products and c.product_id not in need.unlike]
    most = max((popularity.get(candidate.product_id, 0.0) for candidate in there), default=0.0)
    more = {
        one.product_id: signals(products[one.product_id], need, products=products, at=at)
        | _popular(popularity.get(one.product_id, 0.0), most)
        | _behaved(one.product_id, behaviour)
        for one in there
    }
    relevant = {one.product_id: relevance(one, weights) for one in there}
    kinds = kind_belief(need.category, need.names, found, products, relevant)
    judged = fits(
        there, need, products=products, kinds=kinds, at=at, information=found.information, more=more, weights=weights
    )
    ranked, spoken = voiced(there, judged, need, kinds, likelihood)
    return spread(ranked, products), spoken, kinds


def voiced(
    candidates: Iterable[Candidate], judged: Mapping[str, Fit], need: ShopperNeed, kinds: KindBelief, likelihood: Silent
) -> tuple[list[Candidate], Mapping[str, Fit]]:
    """The candidates by their fit, with the language model's voice where there is one and the order is not asked for."""
    ranked = _ranked(candidates, judged, kinds)
    if need.sort is not None:
        return ranked, judged
    leading = [judged[one.product_id] for one in ranked if not judged[one.product_id].off]
    told = likelihood.points(leading, need)
    if not told:
        return ranked, judged
    spoken = dict(judged)
    for product_id, points in told.items():
        spoken[product_id] = replace(judged[product_id], parts={**judged[product_id].parts, LIKELIHOOD: points})
    return _ranked(ranked, spoken, kinds), spoken


def ranked_by(
    shortlist: Sequence[Candidate],
    need: ShopperNeed,
    likelihood: Silent = SILENT,
    weights: Weights = STANDARD,
) -> str:
    """Who gave the order: the attribute that was asked for, or the weights of fit, with every other voice that spoke."""
    if need.sort is not None:
        return need.sort.attribute
    voices = [weights.name, *([BEHAVIOUR] if _spoke(BEHAVIOUR, shortlist) else [])]
    if _spoke(LIKELIHOOD, shortlist):
        voices.append(likelihood.name)
    return ", ".join(voices)


def _spoke(source: str, shortlist: Sequence[Candidate]) -> bool:
    return any(candidate.score(source) is not None for candidate in shortlist)


def _ranked(candidates: Iterable[Candidate], judged: Mapping[str, Fit], kinds: KindBelief) -> list[Candidate]:
    """Best first; a thing that breaks a firm wish comes after the same things that do not, and before other things."""
    fitting = {one.product_id: (one, judged[one.product_id]) for one in candidates}
    broken = any(fit.off for _, fit in fitting.values())  # else the sums alone decide
    least = FAR * max((fit.asked for _, fit in fitting.values()), default=0.0)

    def key(product_id: str) -> tuple[bool, bool, float, str]:
        fit = fitting[product_id][1]
        another = broken and fit.asked < least and not (kinds.sure and fit.product.product_type in kinds.kinds)
        return another, fit.off, -fit.total, product_id

    return [_explained(*fitting[one], rank) for rank, one in enumerate(sorted(fitting, key=key), 1)]


def _popular(bought: float, most: float) -> dict[str, float]:
    return {"popularity": POPULAR * bought / most} if bought > 0 else {}


def _behaved(product_id: str, behaviour: Mapping[str, float]) -> dict[str, float]:
    lift = behaviour.get(product_id, 0.0)
    return {BEHAVIOUR: BEHAVED * lift} if lift else {}


def _explained(candidate: Candidate, fit: Fit, rank: int) -> Candidate:
    """The candidate with every part of its fit and their sum."""
    found = {score.source for score in candidate.scores}
    parts = [Score(source=source, value=value) for source, value in fit.parts.items() if source not in found]
    kept = [score for score in candidate.scores if score.source in fit.parts]
    ends = (Score(source=TOTAL, value=fit.total, rank=rank), Score(source=FIT, value=probability(fit.told)))
    return Candidate(product_id=candidate.product_id, scores=(*kept, *parts, *ends))
