"""A behaviour log as arrays: who touched what, in which visit, how strongly."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from daogou.catalog.products.event import Event
from daogou.recommend.history import VISITS, DatedVisit, History, ItemAct, ItemTable, Visit, item_acts, visits_of

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Days = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
PER_SHOPPER = 5_000  # newest acts of one shopper that are learnt from: beyond that it is hardly a shopper
PER_VISIT = 100  # products of one visit that are learnt from: a wholesaler's order says little of any pair in it
DAY_S = 86_400


@dataclass(frozen=True, kw_only=True)
class Interactions:
    """One line for each product of each visit, sorted by shopper, then by visit, oldest first; (n_touches,) each."""

    shopper: Ints  # numbered from 0
    visit: Ints  # grows with every visit of every shopper
    row: Ints  # of the item table
    strength: Floats  # in (0, 1]
    bought: Mask
    day: Days  # days since 1970, UTC
    n_items: int

    @property
    def n_visits(self) -> int:
        """How many visits there are."""
        return int(self.visit[-1]) + 1 if len(self.visit) else 0

    @cached_property
    def shopper_of(self) -> Ints:
        """(n_visits,) whose visit it was."""
        return self.shopper[self._starts[:-1]]

    @cached_property
    def day_of(self) -> Days:
        """(n_visits,) when it was."""
        return self.day[self._starts[:-1]]

    @cached_property
    def buys(self) -> Mask:
        """(n_visits,) whether anything was bought."""
        return np.bincount(self.visit, self.bought, minlength=self.n_visits) > 0

    @cached_property
    def ago(self) -> Ints:
        """(n_visits,) how many of the same shopper's visits came after it."""
        last = np.searchsorted(self.shopper_of, self.shopper_of, side="right") - 1
        return (last - np.arange(self.n_visits)).astype(np.int32)

    def matrix(self) -> sparse.csr_matrix:
        """(n_visits, n_items) how strongly each product was wanted in each visit."""
        return _csr(self.strength, self.visit, self.row, (self.n_visits, self.n_items))

    def purchases(self) -> sparse.csr_matrix:
        """(n_visits, n_items) 1 for what was bought in the visit."""
        rows, columns = self.visit[self.bought], self.row[self.bought]
        return _csr(np.ones(len(rows), dtype=np.float32), rows, columns, (self.n_visits, self.n_items))

    def only(self, visits: Mask) -> "Interactions":
        """Those visits alone, numbered anew; (n_visits,)."""
        kept = visits[self.visit]
        numbers = (np.cumsum(visits) - 1).astype(np.int32)
        return Interactions(
            shopper=self.shopper[kept],
            visit=numbers[self.visit[kept]],
            row=self.row[kept],
            strength=self.strength[kept],
            bought=self.bought[kept],
            day=self.day[kept],
            n_items=self.n_items,
        )

    def before(self, visit: int) -> History:
        """What its shopper had done before that visit."""
        first = int(np.searchsorted(self.shopper_of, self.shopper_of[visit]))
        return History.of([self._visit(number) for number in range(max(first, visit - VISITS), visit)])

    def wanted(self, visit: int) -> Ints:
        """What was bought in that visit; where nothing was, what was touched."""
        touched = slice(self._starts[visit], self._starts[visit + 1])
        rows, bought = self.row[touched], self.bought[touched]
        return rows[bought] if bought.any() else rows

    def _visit(self, number: int) -> Visit:
        touched = slice(self._starts[number], self._starts[number + 1])
        rows = self.row[touched]
        items = dict(zip(rows.tolist(), self.strength[touched].tolist(), strict=True))
        return Visit(items=items, bought=frozenset(rows[self.bought[touched]].tolist()))

    @cached_property
    def _starts(self) -> npt.NDArray[np.int64]:
        return np.searchsorted(self.visit, np.arange(self.n_visits + 1))


def interactions_from(events: Iterable[Event], table: ItemTable) -> Interactions:
    """The log as arrays. A session in which somebody was known belongs to that shopper from its first event on."""
    acts: dict[str, list[ItemAct]] = defaultdict(list)
    owners: dict[str, str] = {}
    for event in events:
        if event.user_id and event.session_id:
            owners.setdefault(event.session_id, event.user_id)
        acts[_shopper(event)].extend(item_acts(event, table.rows))
    for session_id, user_id in owners.items():
        acts[f"user {user_id}"] += acts.pop(f"session {session_id}", [])
    visits = [visits_of(acts[key][-PER_SHOPPER:]) for key in sorted(acts)]
    return _arrays([one for one in visits if one], len(table))


def _shopper(event: Event) -> str:
    """Who it was; an event of nobody in no session is a shopper of its own."""
    if event.user_id:
        return f"user {event.user_id}"
    return f"session {event.session_id}" if event.session_id else f"event {event.event_id}"


def _arrays(shoppers: Sequence[Sequence[DatedVisit]], n_items: int) -> Interactions:
    lines = list(_lines(shoppers))
    shopper, visit, row, strength, bought, day = zip(*lines, strict=True) if lines else ((),) * 6
    return Interactions(
        shopper=np.array(shopper, dtype=np.int32),
        visit=np.array(visit, dtype=np.int32),
        row=np.array(row, dtype=np.int32),
        strength=np.array(strength, dtype=np.float32),
        bought=np.array(bought, dtype=np.bool_),
        day=np.array(day, dtype=np.float64),
        n_items=n_items,
    )


def _lines(shoppers: Sequence[Sequence[DatedVisit]]) -> Iterator[tuple[int, int, int, float, bool, float]]:
    number = 0
    for shopper, visits in enumerate(shoppers):
        for at_s, visit in visits:
            for row, strength in list(visit.items.items())[:PER_VISIT]:
                yield shopper, number, row, strength, row in visit.bought, at_s / DAY_S
            number += 1


def _csr(values: Floats, rows: Ints, columns: Ints, shape: tuple[int, int]) -> sparse.csr_matrix:
    return sparse.csr_matrix((values, (rows, columns)), shape=shape)
