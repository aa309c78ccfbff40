"""What of the order is shown, what it claims, and what had to be given up: the end of step 3."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from daogou.find.retrieve import kind_of
from daogou.ports import SearchIndex
from daogou.rank.fit import Fit
from daogou.rank.kinds import KindBelief
from daogou.rank.sorting import sorted_as_asked
from daogou.shop.candidate import Candidate, Retrieval
from daogou.shop.matching import Outcome
from daogou.shop.need import Constraint, Operator, ShopperNeed, Strength
from daogou.shop.product import Product

ENOUGH = 3  # products that meet every wish: with so many, none that doesn't is shown beside them


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
    if not ranked:
        return Retrieval()
    lead = ranked[0]
    given_up = tuple(must for must, said in _musts(need, judged[lead.product_id]) if not _stands(must, said))
    kept = [must for must in need.musts if must not in given_up]
    kind = kind_of(need) if products[lead.product_id].product_type in need.category and kinds.sure else ()
    shown = [one for one in ranked if _fitting(one, need, kept, bool(kind), judged, products)]
    if need.sort is not None:
        shown = sorted_as_asked(shown, need.sort, products=products, popularity=popularity, at=at)
    total = index.count((*kind, *kept))
    on_it = {one.product_id for one in shown}
    rest = (one for one in ranked if one.product_id not in on_it)
    return Retrieval(
        candidates=tuple(shown),
        ranked=(*shown, *rest),
        total=max(total, len(shown)),
        given_up=given_up,
        of_kind=bool(kind) or not need.category,
    )


def _musts(need: ShopperNeed, fit: Fit) -> list[tuple[Constraint, Outcome]]:
    told = zip(need.constraints, fit.outcomes, strict=True)
    return [(wish, said) for wish, said in told if wish.strength is Strength.MUST]


def _stands(must: Constraint, said: Outcome) -> bool:
    """Whether the row leaves the must standing: silence refuses no refusal."""
    return said is Outcome.MET or (said is Outcome.UNKNOWN and must.operator is Operator.IS_NOT)


def _fitting(
    one: Candidate,
    need: ShopperNeed,
    kept: Sequence[Constraint],
    kind: bool,
    judged: Mapping[str, Fit],
    products: Mapping[str, Product],
) -> bool:
    if kind and products[one.product_id].product_type not in need.category:
        return False
    return all(_stands(must, said) for must, said in _musts(need, judged[one.product_id]) if must in kept)
