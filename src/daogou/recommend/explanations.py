"""What may truly be said for a product: counts of what shoppers did, never a guess at why."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from daogou.catalog.products.carousel import Explanation, ExplanationKind, Place
from daogou.recommend.history import History
from daogou.recommend.knowledge import BOTH, TOGETHER, Knowledge
from daogou.recommend.places import PAIR

MOST = 2  # said of one product
CONTEXT = 12  # products of a history that others are said to go with, the newest
SAME_SHOPPERS = 3  # who chose both, from which on it is worth saying
BRAND_VISITS = 2  # in which a brand was chosen
BUYERS = 3  # who bought it
NEAR = 0.02  # share of what reads alike from which on a product does


class Explainer:
    """For the products of one rail."""

    def __init__(
        self,
        place: Place,
        knowledge: Knowledge,
        history: History,
        *,
        about: Sequence[int],
        rows: Sequence[int],
        at: datetime,
    ) -> None:
        self._place = place
        self._knowledge = knowledge
        self._history = history
        self._at = at
        self._about = list(about)
        self._own = set() if about else set(history.sequence.tolist())
        self._brand_visits = _brand_visits(knowledge, history)
        context = self._about or list(dict.fromkeys(reversed(history.sequence.tolist())))[:CONTEXT]
        self._together = _most(knowledge, TOGETHER, context, rows)
        self._both = _most(knowledge, BOTH, context, rows)
        self._near = {other: knowledge.alike([other]) for other in self._about} if place is Place.SIMILAR else {}

    def of(self, row: int) -> tuple[Explanation, ...]:
        """At most two, the most telling first."""
        return tuple(itertools.islice(self._found(row), MOST))

    def _found(self, row: int) -> Iterator[Explanation]:
        if self._place is Place.SIMILAR:
            yield from self._same_shoppers(row)
            yield from self._alike(row)
        elif self._about:
            yield from self._bought_together(row)
            yield from self._same_shoppers(row)
        yield from self._bought_before(row)
        yield from self._own_brand(row)
        if not self._about:
            yield from self._bought_together(row) if row not in self._own else ()
            yield from self._same_shoppers(row) if row not in self._own else ()
        if self._knowledge.buyers[row] >= BUYERS:
            yield self._counted(ExplanationKind.BOUGHT_BY, int(self._knowledge.buyers[row]))

    def _bought_together(self, row: int) -> Iterator[Explanation]:
        count, other = self._together.get(row, (0, -1))
        if count >= PAIR:
            yield self._counted(ExplanationKind.BOUGHT_TOGETHER, count, other)

    def _same_shoppers(self, row: int) -> Iterator[Explanation]:
        count, other = self._both.get(row, (0, -1))
        if count >= SAME_SHOPPERS:
            yield self._counted(ExplanationKind.SAME_SHOPPERS, count, other)

    def _bought_before(self, row: int) -> Iterator[Explanation]:
        visits = sum(1 for visit in self._history.visits if row in visit.bought)
        if visits:
            yield Explanation(kind=ExplanationKind.BOUGHT_BEFORE, as_of=self._at, count=visits)

    def _own_brand(self, row: int) -> Iterator[Explanation]:
        visits = self._brand_visits[int(self._knowledge.brands[row])]
        if visits >= BRAND_VISITS:
            yield Explanation(kind=ExplanationKind.OWN_BRAND, as_of=self._at, count=visits)

    def _alike(self, row: int) -> Iterator[Explanation]:
        known = self._knowledge
        for other in self._about:
            if known.kinds[row] == known.kinds[other] >= 0 and self._near[other][row] >= NEAR:
                yield Explanation(kind=ExplanationKind.ALIKE, as_of=self._at, product_id=known.table.ids[other])

    def _counted(self, kind: ExplanationKind, count: int, other: int | None = None) -> Explanation:
        assert self._knowledge.counts is not None
        product_id = "" if other is None else self._knowledge.table.ids[other]
        return Explanation(kind=kind, as_of=self._knowledge.counts.as_of, count=count, product_id=product_id)


def _most(knowledge: Knowledge, name: str, context: Sequence[int], rows: Sequence[int]) -> dict[int, tuple[int, int]]:
    """By row: the largest count with any product of the context, and with which."""
    if not context or not rows:
        return {}
    asked = np.array(rows, dtype=np.int32)
    counts = np.stack([knowledge.counted(name, other, asked) for other in context])  # (len(context), len(rows))
    best = counts.argmax(axis=0)
    return {
        row: (int(counts[place, column]), context[place])
        for column, (row, place) in enumerate(zip(rows, best, strict=True))
    }


def _brand_visits(knowledge: Knowledge, history: History) -> Counter[int]:
    """By brand number, in how many visits something of it was chosen."""
    brands = (set(knowledge.brands[list(visit.items)].tolist()) - {-1} for visit in history.visits)
    return Counter(itertools.chain.from_iterable(brands))
