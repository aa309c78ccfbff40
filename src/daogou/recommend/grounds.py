"""What may truly be said for a product: counts of what shoppers did, never a guess at why."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

import numpy as np

from daogou.recommend.history import History
from daogou.recommend.knowledge import Knowledge
from daogou.recommend.places import PAIR
from daogou.shop.rail import Ground, GroundKind, Place

MOST = 2  # said of one product
SAME_SHOPPERS = 3  # who chose both, from which on it is worth saying
BRAND_VISITS = 2  # in which a brand was chosen
BUYERS = 3  # who bought it
NEAR = 0.02  # share of what reads alike from which on a product does


class Grounds:
    """For the products of one rail."""

    def __init__(
        self, place: Place, knowledge: Knowledge, history: History, about: Sequence[int], at: datetime
    ) -> None:
        self._place = place
        self._knowledge = knowledge
        self._history = history
        self._at = at
        self._about = list(about)
        self._own = [] if about else list(dict.fromkeys(reversed(history.sequence.tolist())))[:20]
        context = self._about or self._own
        self._together = {row: knowledge.together(row) for row in context}
        self._both = {row: knowledge.both(row) for row in context}

    def of(self, row: int) -> tuple[Ground, ...]:
        """At most two, the most telling first."""
        return tuple(islice(self._found(row), MOST))

    def _found(self, row: int) -> Iterator[Ground]:
        if self._place is Place.SIMILAR:
            yield from self._alike(row)
            yield from self._same_shoppers(row)
        elif self._about:
            yield from self._bought_together(row)
            yield from self._same_shoppers(row)
        yield from self._bought_before(row)
        yield from self._own_brand(row)
        if not self._about:
            yield from self._bought_together(row) if row not in self._own else ()
            yield from self._same_shoppers(row) if row not in self._own else ()
        if self._knowledge.buyers[row] >= BUYERS:
            yield self._counted(GroundKind.BOUGHT_BY, int(self._knowledge.buyers[row]))

    def _bought_together(self, row: int) -> Iterator[Ground]:
        other = max(self._together, key=lambda one: self._together[one][row], default=None)
        if other is not None and self._together[other][row] >= PAIR:
            yield self._counted(GroundKind.BOUGHT_TOGETHER, int(self._together[other][row]), other)

    def _same_shoppers(self, row: int) -> Iterator[Ground]:
        other = max(self._both, key=lambda one: self._both[one][row], default=None)
        if other is not None and self._both[other][row] >= SAME_SHOPPERS:
            yield self._counted(GroundKind.SAME_SHOPPERS, int(self._both[other][row]), other)

    def _bought_before(self, row: int) -> Iterator[Ground]:
        visits = sum(1 for visit in self._history.visits if row in visit.bought)
        if visits:
            yield Ground(kind=GroundKind.BOUGHT_BEFORE, as_of=self._at, count=visits)

    def _own_brand(self, row: int) -> Iterator[Ground]:
        brand = self._knowledge.brands[row]
        same = (np.any(self._knowledge.brands[list(visit.items)] == brand) for visit in self._history.visits)
        visits = sum(map(int, same)) if brand >= 0 else 0
        if visits >= BRAND_VISITS:
            yield Ground(kind=GroundKind.OWN_BRAND, as_of=self._at, count=visits)

    def _alike(self, row: int) -> Iterator[Ground]:
        known = self._knowledge
        for other in self._about:
            if known.kinds[row] == known.kinds[other] >= 0 and known.alike([other])[row] >= NEAR:
                yield Ground(kind=GroundKind.ALIKE, as_of=self._at, product_id=known.table.ids[other])

    def _counted(self, kind: GroundKind, count: int, other: int | None = None) -> Ground:
        assert self._knowledge.counts is not None
        product_id = "" if other is None else self._knowledge.table.ids[other]
        return Ground(kind=kind, as_of=self._knowledge.counts.as_of, count=count, product_id=product_id)
