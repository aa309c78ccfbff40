"""Step 3: how well does each candidate fit, for this shopper? The order, and what of it answers."""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import chain, zip_longest
from types import MappingProxyType

from daogou.catalog.products.candidate import Candidate, Found, Retrieval, Score
from daogou.catalog.products.need import PRICE, RATING, ShopperNeed, Sort
from daogou.catalog.products.product import Availability, Product
from daogou.rank.fit import FAR, LIKELIHOOD, Fit, fits, probability, relevance, signals
from daogou.rank.kinds import STANDARD, KindBelief, Weights, kind_belief
from daogou.rank.likelihood import SILENT, Silent
from daogou.text.stated import UNITS
from daogou.text.thesaurus import thesaurus

HEAD = 40  # candidates from the top that are spread: farther down nobody looks
WINDOW = 10  # how far down a different product is looked for

_WORDS = re.compile(r"[^\s,;|()\[\]]+")
_AMOUNT = re.compile(r"[0-9][0-9.,x×/]*[-\s]?(?P<unit>[^0-9\s]*)")


def spread(candidates: Sequence[Candidate], products: Mapping[str, Product]) -> list[Candidate]:
    """The same candidates; one that repeats its predecessor waits until another thing, not far below, has come."""
    groups = {candidate.product_id: group_of(products[candidate.product_id]) for candidate in candidates[:HEAD]}
    waiting, placed = list(candidates[:HEAD]), list[Candidate]()
    while waiting:
        last = groups[placed[-1].product_id] if placed else None
        others = (i for i, candidate in enumerate(waiting[:WINDOW]) if groups[candidate.product_id] != last)
        placed.append(waiting.pop(next(others, 0)))
    return [*placed, *candidates[HEAD:]]


def one_of_each(candidates: Sequence[Candidate], products: Mapping[str, Product]) -> list[Candidate]:
    """The first of every item group, in its place: what is in stock before what is not; products of no group all stay."""
    kept: dict[str, Candidate] = {}
    for one in candidates:
        key = products[one.product_id].item_group_id or one.product_id
        if key not in kept or (_gone(kept[key], products) and not _gone(one, products)):
            kept[key] = one
    return list(kept.values())


def _gone(candidate: Candidate, products: Mapping[str, Product]) -> bool:
    return products[candidate.product_id].availability is Availability.OUT_OF_STOCK


def group_of(product: Product) -> tuple[str, ...]:
    """What variants of one thing share: the group id, else the title without colours and amounts."""
    if product.item_group_id:
        return ("group", product.item_group_id)
    words = (word.casefold().strip(".:-\"'") for word in _WORDS.findall(product.title))
    return ("title", product.brand.casefold(), *(word for word in words if word and not _varies(word)))


def _varies(word: str) -> bool:
    """Whether variants differ in such a word: a colour, an amount, a size."""
    if word in _variants():
        return True
    amount = _AMOUNT.fullmatch(word)
    return amount is not None and (not amount["unit"] or amount["unit"].strip("().") in _units())


@functools.cache
def _variants() -> frozenset[str]:
    colours = [
        phrase
        for (attribute, _), concept in thesaurus().values.items()
        if attribute == "colour"
        for phrases in concept.phrases.values()
        for phrase in phrases
    ]
    sizes = ["xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl", "small", "medium", "large"]
    return frozenset([*(colour.casefold() for colour in colours), *sizes, *_units()])


@functools.cache
def _units() -> frozenset[str]:
    return frozenset(name.casefold() for unit in UNITS for name in unit.names)


POPULARITY = "popularity"


def sorted_as_asked(
    candidates: Sequence[Candidate],
    sort: Sort,
    *,
    products: Mapping[str, Product],
    popularity: Mapping[str, float],
    at: datetime,
) -> list[Candidate]:
    """By the sorted attribute; equals as they stood; products whose row does not say come last."""
    values = {c.product_id: _value(products[c.product_id], sort, popularity, at) for c in candidates}
    known = [candidate for candidate in candidates if values[candidate.product_id] is not None]
    unknown = [candidate for candidate in candidates if values[candidate.product_id] is None]
    known.sort(key=lambda candidate: values[candidate.product_id] or Decimal(0), reverse=sort.descending)
    return known + unknown


def interleaved(found: Sequence[Retrieval], need: ShopperNeed, products: Mapping[str, Product]) -> list[Candidate]:
    """Everything that was found for each of several needs, the best of each first, no thing twice.

    By fit; where an order was asked for, first what meets the need, in that order.
    """
    lists = [(*one.candidates, *one.ranked) if need.sort else one.ranked for one in found]
    places = chain.from_iterable(zip_longest(*lists))
    once = {one.product_id: one for one in places if one is not None}
    return one_of_each(list(once.values()), products)


def _value(product: Product, sort: Sort, popularity: Mapping[str, float], at: datetime) -> Decimal | None:
    """What it is sorted by; of several values of an attribute, the one that counts for the order."""
    if sort.attribute == PRICE:
        price = product.price_at(at)
        return price.amount if price else None
    if sort.attribute == RATING:
        return product.rating.value if product.rating else None
    values = [fact.value for fact in product.values(sort.attribute)]
    numbers = [value for value in values if isinstance(value, Decimal)]
    if sort.attribute == POPULARITY and not numbers:
        return Decimal(popularity.get(product.id, 0.0))
    return (max if sort.descending else min)(numbers, default=None)


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
        | (
            {"popularity": POPULAR * popularity[one.product_id] / most}
            if popularity.get(one.product_id, 0.0) > 0
            else {}
        )
        | ({BEHAVIOUR: BEHAVED * behaviour[one.product_id]} if behaviour.get(one.product_id) else {})
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
    spoke = {score.source for candidate in shortlist for score in candidate.scores}
    others = ((BEHAVIOUR, BEHAVIOUR), (LIKELIHOOD, likelihood.name))
    return ", ".join([weights.name, *(name for source, name in others if source in spoke)])


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


def _explained(candidate: Candidate, fit: Fit, rank: int) -> Candidate:
    """The candidate with every part of its fit and their sum."""
    found = {score.source for score in candidate.scores}
    parts = [Score(source=source, value=value) for source, value in fit.parts.items() if source not in found]
    kept = [score for score in candidate.scores if score.source in fit.parts]
    ends = (Score(source=TOTAL, value=fit.total, rank=rank), Score(source=FIT, value=probability(fit.told)))
    return Candidate(product_id=candidate.product_id, scores=(*kept, *parts, *ends))
