"""When nothing meets every must: which to give up, so that the least is lost."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from daogou.ports import SearchIndex
from daogou.shop.need import BRAND, CATEGORY, PRICE, Constraint, Operator

MOST_SUBSETS = 64  # tried before everything is given up but the weightiest


def meetable(musts: Sequence[Constraint], index: SearchIndex) -> tuple[tuple[Constraint, ...], tuple[Constraint, ...]]:
    """The musts that some product meets together, and those given up for it: the fewest, then the least weighty.

    A number weighs least, since the nearest can be shown; a brand weighs most. Of two that weigh the same the one said
    earlier goes. The kind is never given up where the shop has any: who asks for a red kettle wants no red mug.
    """
    kind = [must for must in musts if must.attribute == CATEGORY and must.operator is Operator.IS]
    lasting = kind if kind and index.count(kind) else []
    for given_up in _sacrifices([must for must in musts if must not in lasting]):
        kept = tuple(must for must in musts if must not in given_up)
        if index.count(kept):
            return kept, given_up
    return tuple(lasting), tuple(must for must in musts if must not in lasting)


def _sacrifices(musts: Sequence[Constraint]) -> Iterator[tuple[Constraint, ...]]:
    """What to give up first, second ...: nothing, one must, two musts."""
    lightest_first = sorted(musts, key=_weight)
    tried = 0
    for size in range(len(musts)):
        subsets = sorted(
            combinations(lightest_first, size), key=lambda subset: [w for must in subset for w in _weight(must)]
        )
        for subset in subsets:
            yield subset
            tried += 1
            if tried == MOST_SUBSETS:
                yield from (tuple(lightest_first[:end]) for end in range(1, len(musts)))
                return


def _weight(must: Constraint) -> tuple[int, int]:
    return _importance(must), must.said_in


def _importance(must: Constraint) -> int:
    ladder = {CATEGORY: 5, BRAND: 4, PRICE: 2}
    return ladder.get(must.attribute, 1 if isinstance(must.value, Decimal) else 3)
