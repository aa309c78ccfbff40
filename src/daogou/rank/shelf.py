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
        lead = _better(lead, ranked, judged, need) or _nearer(
            lead, (one for one in ranked if one in pool or _called_so(one, need, judged)), judged
        )
        pool = pool if lead in pool else []
    kind = kind_of(need) if pool else ()
    given_up = tuple(must for must, said in _musts(need, judged[lead.product_id]) if not _stands(must, said))
    kept = [must for must in need.musts if must not in given_up]
    least = NEARLY * judged[lead.product_id].asked
    shown = [one for one in pool or ranked if _fitting(one, need, kept, judged)]
    if len(shown) < ENOUGH:
        lacking = [one for one in pool or ranked if one not in shown and _lacks_words(one, need, kept, judged)]
        close = [one for one in lacking if judged[one.product_id].asked >= least]
        shown += close or ([] if kind else lacking[: ENOUGH - len(shown)])
    if given_up:
        off = judged[lead.product_id].off
        shown += [one for one in ranked if one not in shown and _as_near(judged[one.product_id], off=off, least=least)]
    shown = _without_silence(shown, need, judged)
    if need.sort is not None:
        shown = sorted_as_asked(shown, need.sort, products=products, popularity=popularity, at=at)
    shown = one_of_each(shown, products)
    total, counted = _total((*kind, *kept), len(shown), index)
    return Retrieval(
        candidates=tuple(shown),
        ranked=tuple(ranked),
        total=total,
        counted=counted and (bool(kind) or not need.names),  # without the kind, others are among those counted
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
    useful = [one for one in ranked if _useful(judged[one.product_id], need)]
    least = FAR * max((judged[one.product_id].asked for one in ranked), default=0.0)
    near = [one for one in useful if judged[one.product_id].asked >= least]
    off = bool(near) and judged[near[0].product_id].off
    return [one for one in near if judged[one.product_id].off is off][:NEAREST]


def _useful(fit: Fit, need: ShopperNeed) -> bool:
    return not fit.off or all(wish.attribute == MODEL for wish in _broken(fit, need))


def _total(kept: Sequence[Constraint], shown: int, index: SearchIndex) -> tuple[int, bool]:
    """How many products of the shop meet what was kept, and whether the index could count them; else those that were found."""
    total = index.count(kept) if kept and all(map(indexed, kept)) else 0
    return (total, True) if total >= shown else (shown, False)


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
    worded = _lacks_words(first, need, need.musts, judged)
    least = NEARLY * judged[first.product_id].asked if worded else FAR * best
    full = (one for one in near if _meets_all(judged[one.product_id], need))
    return next((one for one in full if judged[one.product_id].asked >= least), first if worded else near[0])


def _better(
    lead: Candidate, ranked: Iterable[Candidate], judged: Mapping[str, Fit], need: ShopperNeed
) -> Candidate | None:
    """The first that fits as well as the one of the kind, and meets all that it meets and more; a TV mount is no TV."""
    met, least = _met(judged[lead.product_id], need), judged[lead.product_id].asked
    fitting = (one for one in ranked if judged[one.product_id].asked >= least and not judged[one.product_id].off)
    return next(
        (one for one in fitting if met < _met(judged[one.product_id], need) and not _for_it(one, need, judged)), None
    )


def _for_it(one: Candidate, need: ShopperNeed, judged: Mapping[str, Fit]) -> bool:
    """Whether its kind is called after what was asked for: whatever follows in such a name is the thing."""
    return any(judged[one.product_id].product.product_type.startswith(f"{name} ") for name in need.names)


def _met(fit: Fit, need: ShopperNeed) -> set[int]:
    """The places of the musts that it leaves standing."""
    return {place for place, (must, said) in enumerate(_musts(need, fit)) if _stands(must, said)}


def _called_so(one: Candidate, need: ShopperNeed, judged: Mapping[str, Fit]) -> bool:
    """Whether its title says that it is the thing, whatever kind it was taken for."""
    return head_match(judged[one.product_id].product, need.names) >= CALLED


def _nearer(lead: Candidate, things: Iterable[Candidate], judged: Mapping[str, Fit]) -> Candidate:
    """The first of these that breaks nothing, where nothing of the kind meets every must: a wrong guess of the kind costs rank alone.

    Where all of the kind break something, another kind is nearer only if it fits nearly as well.
    """
    first = next((one for one in things if not judged[one.product_id].off), lead)
    least = NEARLY * judged[lead.product_id].asked if judged[lead.product_id].off else 0.0
    return first if judged[first.product_id].asked >= least else lead


def _as_near(fit: Fit, *, off: bool, least: float) -> bool:
    """Whether it may stand behind the closest one: no less broken, and nearly as well fitting."""
    return fit.off is off and fit.asked >= least


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


def _fitting(one: Candidate, need: ShopperNeed, kept: Sequence[Constraint], judged: Mapping[str, Fit]) -> bool:
    """Whether it may stand on the shelf of the first: there is nothing kept that it does not meet."""
    return all(_stands(must, said) for must, said in _musts(need, judged[one.product_id]) if must in kept)


def _lacks_words(one: Candidate, need: ShopperNeed, kept: Sequence[Constraint], judged: Mapping[str, Fit]) -> bool:
    """Whether nothing is amiss but words that the row does not have."""
    told = [
        (must, said) for must, said in _musts(need, judged[one.product_id]) if must in kept and not _stands(must, said)
    ]
    return all(must.attribute == TEXT and said is Outcome.UNKNOWN for must, said in told)


def _without_silence(shown: list[Candidate], need: ShopperNeed, judged: Mapping[str, Fit]) -> list[Candidate]:
    """What says that it is free of what was refused comes first; where most rows speak of it, the silent are left out."""
    for place, wish in enumerate(need.constraints):
        if wish.attribute != TEXT or wish.operator is not Operator.IS_NOT:
            continue
        free = [one for one in shown if judged[one.product_id].outcomes[place] is Outcome.MET]
        others = [one for one in shown if one not in free]
        shown = free if free and 2 * len(others) < len(shown) else [*free, *others]
    return shown
