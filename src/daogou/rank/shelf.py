"""What of the order is shown, what it claims, and what had to be given up: the end of step 3."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from daogou.catalog.matching.matching import Outcome
from daogou.catalog.products.candidate import Candidate, Retrieval
from daogou.catalog.products.need import (
    FITS,
    MODEL,
    TEXT,
    Constraint,
    Operator,
    ShopperNeed,
    Sold,
    Strength,
    indexed,
    kind_of,
)
from daogou.catalog.products.product import Product
from daogou.ports import SearchIndex
from daogou.rank.fit import FAR, Fit
from daogou.rank.kinds import CALLED, KindBelief
from daogou.rank.order import one_of_each, sorted_as_asked
from daogou.rank.sold import NEAR, NOT_SOLD, SURE, evidence
from daogou.text.heads import head_match

NEAREST = 3  # shown beside the news that a thing is not sold
ENOUGH = 3  # products on a shelf; with fewer, those follow that only lack words
NEARLY = 0.8  # of the first one's fit: a product that lacks one of the words, but comes so near, is shown all the same


def shelve(
    ranked: Sequence[Candidate],
    need: ShopperNeed,
    *,
    judged: Mapping[str, Fit],
    kinds: KindBelief,
    products: Mapping[str, Product],
    popularity: Mapping[str, float],
    index: SearchIndex,
    at: datetime,
) -> Retrieval:
    """The candidates that may be shown, best first; `given_up` are the musts that the first of them does not meet.

    Where products meet every must, they alone are shown; nothing that breaks a firm wish stands beside one that does not.
    """
    if any(code.product_ids for code in need.codes):
        named = [one for one in ranked if one.score("code") is not None]
        once = tuple(one_of_each(ranked, products))
        return Retrieval(candidates=once, ranked=tuple(ranked), total=max(len(one_of_each(named, products)), 1))
    sold, near = _sold(ranked, need, judged, kinds, products, index)
    if not ranked or sold is Sold.NOT_SOLD:
        nearest = _nearest(ranked, judged, need) if near else []
        lacks = _broken(judged[nearest[0].product_id], need) if nearest else ()
        return Retrieval(
            candidates=tuple(one_of_each(nearest, products)),
            ranked=tuple(ranked),
            sold=Sold.NOT_SOLD,
            of_kind=not need.category,
            given_up=lacks,
        )
    pool = _of_kind(ranked, need, judged, kinds)
    lead = _lead(pool or ranked, judged, need)
    if pool and not _meets_all(judged[lead.product_id], need):
        things = (
            one for one in ranked if one in pool or head_match(judged[one.product_id].product, need.names) >= CALLED
        )
        lead = _better(lead, ranked, judged, need) or _nearer(lead, things, judged)
        pool = pool if lead in pool else []
    kind = kind_of(need) if pool else ()
    given_up = tuple(must for must, said in _musts(need, judged[lead.product_id]) if not _stands(must, said))
    kept = [must for must in need.musts if must not in given_up]
    least = NEARLY * judged[lead.product_id].asked
    missing = {one.product_id: _missing(judged[one.product_id], need, kept) for one in pool or ranked}
    shown = [one for one in pool or ranked if not missing[one.product_id]]
    if len(shown) < ENOUGH:
        lacking = [one for one in pool or ranked if one not in shown and _only_words(missing[one.product_id])]
        close = [one for one in lacking if judged[one.product_id].asked >= least]
        shown += close or ([] if kind else lacking[: ENOUGH - len(shown)])
    if given_up:
        off = judged[lead.product_id].off
        behind = ((one, judged[one.product_id]) for one in ranked if one not in shown)
        shown += [one for one, fit in behind if fit.off is off and fit.asked >= least]
    shown = _without_silence(shown, need, judged)
    if need.sort is not None:
        shown = sorted_as_asked(shown, need.sort, products=products, popularity=popularity, at=at)
    shown = one_of_each(shown, products)
    kept = [*kind, *kept]
    total = index.count(kept) if kept and all(map(indexed, kept)) else 0
    return Retrieval(
        candidates=tuple(shown),
        ranked=tuple(ranked),
        total=max(total, len(shown)),
        counted=total >= len(shown)
        and (bool(kind) or not need.names),  # without the kind, others are among those counted
        given_up=given_up,
        of_kind=bool(kind) or not need.category,
        sold=Sold.CLOSEST if given_up else sold,
    )


def _sold(
    ranked: Sequence[Candidate],
    need: ShopperNeed,
    judged: Mapping[str, Fit],
    kinds: KindBelief,
    products: Mapping[str, Product],
    index: SearchIndex,
) -> tuple[Sold, bool]:
    """Whether the shop has such a thing at all, whatever else was wished of it; and whether anything comes near."""
    if any(
        wish.attribute in (MODEL, FITS) and _absent(wish, place, need, judged)
        for place, wish in enumerate(need.constraints)
    ):
        return Sold.NOT_SOLD, True
    if need.codes and not need.names:
        return Sold.NOT_SOLD, False
    if not need.query.strip():
        return Sold.FOUND, True
    probability = evidence(need, ranked, products, kinds, index.vocabulary.product_count).probability
    if not need.names:
        return Sold.FOUND if probability > SURE else Sold.CLOSEST, True
    sold = Sold.NOT_SOLD if probability < NOT_SOLD else Sold.FOUND if probability > SURE else Sold.CLOSEST
    return sold, probability > NEAR


def _absent(wish: Constraint, place: int, need: ShopperNeed, judged: Mapping[str, Fit]) -> bool:
    """Whether a model that was named is nobody's, though things of that name are here in other models."""
    if wish.strength is not Strength.MUST:
        return False
    said = [
        fit.outcomes[place] for fit in judged.values() if head_match(fit.product, need.names or (need.query,)) >= CALLED
    ]
    return (
        Outcome.BROKEN in said
        and not {Outcome.MET, Outcome.NEAR} & set(said)
        and (wish.attribute == MODEL or set(said) == {Outcome.BROKEN})
    )


def _nearest(ranked: Sequence[Candidate], judged: Mapping[str, Fit], need: ShopperNeed) -> list[Candidate]:
    """What comes nearest to a thing that is not sold: the same thing in another model before another thing.

    What is made for something else is of no use, and is left out.
    """
    fitting = [(one, judged[one.product_id]) for one in ranked]
    least = FAR * max((fit.asked for _, fit in fitting), default=0.0)
    near = [
        (one, fit.off)
        for one, fit in fitting
        if fit.asked >= least and (not fit.off or all(wish.attribute == MODEL for wish in _broken(fit, need)))
    ]
    return [one for one, off in near if off is near[0][1]][:NEAREST]


def _of_kind(
    ranked: Sequence[Candidate], need: ShopperNeed, judged: Mapping[str, Fit], kinds: KindBelief
) -> list[Candidate]:
    """Those of the believed kind; none where all of them are refused, or the best is far worse than the best of all."""
    if not kinds.sure:
        return []
    pool = [one for one in ranked if judged[one.product_id].product.product_type in need.category]
    best = FAR * max(fit.asked for fit in judged.values())
    if all(_refused(judged[one.product_id], need) for one in pool):
        return []
    return pool if any(judged[one.product_id].asked >= best for one in pool) else []


def _refused(fit: Fit, need: ShopperNeed) -> bool:
    """Whether it is, or is for, something that was refused; what only costs too much is still the thing."""
    return fit.off and any(
        wish.operator is Operator.IS_NOT or wish.attribute in (MODEL, FITS) for wish in _broken(fit, need)
    )


def _lead(pool: Sequence[Candidate], judged: Mapping[str, Fit], need: ShopperNeed) -> Candidate:
    """The first that meets every must and is not far from the thing that was asked for; else the first that is the thing.

    Words alone lead nothing else past the thing: a brown eyeliner is no answer where the wigs do not say their colour.
    """
    pool = [one for one in pool if not _refused(judged[one.product_id], need)] or pool
    fitting = [judged[one.product_id] for one in pool]
    best = max(fit.asked for fit in fitting)
    near = [one for one, fit in zip(pool, fitting, strict=True) if fit.asked >= FAR * best] or list(pool)
    first = next((one for one in near if not judged[one.product_id].off), near[0])
    worded = _only_words(_missing(judged[first.product_id], need, need.musts))
    least = NEARLY * judged[first.product_id].asked if worded else FAR * best
    full = (one for one in near if _meets_all(judged[one.product_id], need))
    return next((one for one in full if judged[one.product_id].asked >= least), first if worded else near[0])


def _better(
    lead: Candidate, ranked: Iterable[Candidate], judged: Mapping[str, Fit], need: ShopperNeed
) -> Candidate | None:
    """The first that fits as well as the one of the kind, and meets all that it meets and more; a TV mount is no TV."""
    met, least = _met(judged[lead.product_id], need), judged[lead.product_id].asked
    called_after = tuple(f"{name} " for name in need.names)  # whatever follows in such a kind's name is the thing
    fitting = ((one, judged[one.product_id]) for one in ranked)
    better = ((one, fit) for one, fit in fitting if fit.asked >= least and not fit.off and met < _met(fit, need))
    return next((one for one, fit in better if not fit.product.product_type.startswith(called_after)), None)


def _met(fit: Fit, need: ShopperNeed) -> set[int]:
    """The places of the musts that it leaves standing."""
    return {place for place, (must, said) in enumerate(_musts(need, fit)) if _stands(must, said)}


def _nearer(lead: Candidate, things: Iterable[Candidate], judged: Mapping[str, Fit]) -> Candidate:
    """The first of these that breaks nothing, where nothing of the kind meets every must: a wrong guess of the kind costs rank alone.

    Where all of the kind break something, another kind is nearer only if it fits nearly as well.
    """
    first = next((one for one in things if not judged[one.product_id].off), lead)
    least = NEARLY * judged[lead.product_id].asked if judged[lead.product_id].off else 0.0
    return first if judged[first.product_id].asked >= least else lead


def _meets_all(fit: Fit, need: ShopperNeed) -> bool:
    return not fit.off and all(_stands(must, said) for must, said in _musts(need, fit))


def _musts(need: ShopperNeed, fit: Fit) -> list[tuple[Constraint, Outcome]]:
    told = zip(need.constraints, fit.outcomes, strict=True)
    return [(wish, said) for wish, said in told if wish.strength is Strength.MUST]


def _broken(fit: Fit, need: ShopperNeed) -> tuple[Constraint, ...]:
    return tuple(must for must, said in _musts(need, fit) if said is Outcome.BROKEN)


def _stands(must: Constraint, said: Outcome) -> bool:
    """Whether the row leaves the must standing: silence refuses no refusal."""
    return said is Outcome.MET or (said is Outcome.UNKNOWN and must.operator is Operator.IS_NOT)


def _missing(fit: Fit, need: ShopperNeed, kept: Sequence[Constraint]) -> list[tuple[Constraint, Outcome]]:
    """The kept musts that it does not meet."""
    return [(must, said) for must, said in _musts(need, fit) if must in kept and not _stands(must, said)]


def _only_words(missing: Sequence[tuple[Constraint, Outcome]]) -> bool:
    """Whether nothing is amiss but words that the row does not have."""
    return all(must.attribute == TEXT and said is Outcome.UNKNOWN for must, said in missing)


def _without_silence(shown: list[Candidate], need: ShopperNeed, judged: Mapping[str, Fit]) -> list[Candidate]:
    """What says that it is free of what was refused comes first; where most rows speak of it, the silent are left out."""
    for place, wish in enumerate(need.constraints):
        if wish.attribute != TEXT or wish.operator is not Operator.IS_NOT:
            continue
        free = [one for one in shown if judged[one.product_id].outcomes[place] is Outcome.MET]
        others = [one for one in shown if one not in free]
        shown = free if free and 2 * len(others) < len(shown) else [*free, *others]
    return shown
