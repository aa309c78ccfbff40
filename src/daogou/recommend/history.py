"""What a shopper did, as rows of the item table: one session, or what lies less than half an hour apart, is one visit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from daogou.catalog.products.event import Event, EventName


class ItemTable:
    """Product ids in the order of their rows."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = tuple(ids)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Product id -> row."""
        return {product_id: row for row, product_id in enumerate(self.ids)}

    def known(self, ids: Iterable[str]) -> list[int]:
        """The rows of those that are known; the others are left out."""
        return [self.rows[product_id] for product_id in ids if product_id in self.rows]

    def __len__(self) -> int:
        return len(self.ids)


VISITS = 50  # of a history, at most: what lies farther back says nothing more
ITEMS = 200  # different products of a history, at most

Rows = npt.NDArray[np.int32]  # (n,)
Weights = npt.NDArray[np.float32]  # (n,)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One visit: row -> how strongly it was wanted, in (0, 1]; in the order in which it was first touched."""

    items: Mapping[int, float]
    bought: frozenset[int] = frozenset()


@dataclass(frozen=True)
class History:
    """A shopper's visits, oldest first."""

    visits: tuple[Visit, ...] = ()

    @classmethod
    def of(cls, visits: Sequence[Visit]) -> "History":
        """The newest visits and products; what is beyond the limits is left out."""
        kept: list[Visit] = []
        seen: set[int] = set()
        for visit in reversed(visits[-VISITS:]):
            room = ITEMS - len(seen)
            if room <= 0:
                break
            items = dict(list(visit.items.items())[-room:])
            seen |= items.keys()
            kept.append(Visit(items=items, bought=visit.bought & items.keys()))
        return cls(tuple(reversed(kept)))

    @cached_property
    def sequence(self) -> Rows:
        """(n,) every touched product in order, oldest first."""
        return np.array([row for visit in self.visits for row in visit.items], dtype=np.int32)

    @cached_property
    def bought(self) -> frozenset[int]:
        """Everything that was bought."""
        return frozenset(row for visit in self.visits for row in visit.bought)

    def weights(self, decay: float) -> tuple[Rows, Weights]:
        """((n,), (n,)) the different products, each with its strength summed over the visits; `decay` a visit ago."""
        if decay not in self._weights:
            self._weights[decay] = self._weighed(decay)
        return self._weights[decay]

    @cached_property
    def _weights(self) -> dict[float, tuple[Rows, Weights]]:
        return {}

    def _weighed(self, decay: float) -> tuple[Rows, Weights]:
        total: dict[int, float] = {}
        for ago, visit in enumerate(reversed(self.visits)):
            for row, strength in visit.items.items():
                total[row] = total.get(row, 0.0) + strength * decay**ago
        return np.fromiter(total, np.int32, len(total)), np.fromiter(total.values(), np.float32, len(total))

    def __bool__(self) -> bool:
        return bool(self.visits)


GAP_S = 1800  # GA4 ends a session after 30 minutes without an event
# How much an act says of what is wanted; a purchase is 1. Lists that we showed say nothing.
STRENGTHS: Mapping[EventName, float] = MappingProxyType(
    {
        EventName.VIEW_ITEM: 0.3,
        EventName.SELECT_ITEM: 0.3,
        EventName.ADD_TO_WISHLIST: 0.6,
        EventName.ADD_TO_CART: 0.7,
        EventName.BEGIN_CHECKOUT: 0.7,
        EventName.PURCHASE: 1.0,
    }
)
TAKEN_BACK = 0.2  # of a product that was put back, or sent back
_BACK = (EventName.REMOVE_FROM_CART, EventName.REFUND)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ItemAct(NamedTuple):
    """One act upon one product."""

    at_s: float  # seconds since 1970, UTC
    session_id: str
    row: int
    name: EventName


def item_acts(event: Event, rows: Mapping[str, int]) -> list[ItemAct]:
    """The acts upon products that the table knows; those of other products, and lists that we showed, are left out."""
    if event.name not in STRENGTHS and event.name not in _BACK:
        return []
    at_s = (event.timestamp - _EPOCH) / timedelta(seconds=1)
    return [
        ItemAct(at_s, event.session_id, rows[item.item_id], event.name) for item in event.items if item.item_id in rows
    ]


class DatedVisit(NamedTuple):
    """A visit and when it began, in seconds since 1970."""

    at_s: float
    visit: Visit


def visits_of(acts: Iterable[ItemAct]) -> list[DatedVisit]:
    """One shopper's visits, oldest first, from acts in any order.

    What was sent back no longer counts as bought; a visit in which nothing but that happened is none.
    """
    found: list[tuple[float, dict[int, float], set[int]]] = []  # when, what was wanted, what was bought
    for part in _parts(sorted(acts, key=lambda act: act.at_s)):
        wanted: dict[int, float] = {}
        bought: set[int] = set()
        for act in part:
            if act.name in STRENGTHS:
                wanted[act.row] = max(wanted.get(act.row, 0.0), STRENGTHS[act.name])
                if act.name is EventName.PURCHASE:
                    bought.add(act.row)
            else:
                _take_back(act.row, [(wanted, bought), *((one[1], one[2]) for one in reversed(found))])
        if wanted:
            found.append((part[0].at_s, wanted, bought))
    return [DatedVisit(at_s, Visit(items=wanted, bought=frozenset(bought))) for at_s, wanted, bought in found]


def _parts(acts: Sequence[ItemAct]) -> list[list[ItemAct]]:
    """The acts of each visit; two sessions at the same time are two visits."""
    parts: list[list[ItemAct]] = []
    open_parts: dict[str, list[ItemAct]] = {}
    for act in acts:
        part = open_parts.get(act.session_id)
        if part is None or (not act.session_id and act.at_s - part[-1].at_s > GAP_S):
            part = open_parts[act.session_id] = []
            parts.append(part)
        part.append(act)
    return parts


def _take_back(row: int, newest_first: Sequence[tuple[dict[int, float], set[int]]]) -> None:
    """The newest visit in which it was wanted, bought rather than merely looked at, wants it less."""
    ranked = sorted(newest_first, key=lambda visit: row not in visit[1])  # stable: bought first, then newest
    for wanted, bought in ranked:
        if row in wanted:
            wanted[row] = TAKEN_BACK
            bought.discard(row)
            return
