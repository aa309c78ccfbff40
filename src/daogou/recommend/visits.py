"""Events into visits: one session, or what lies less than half an hour apart, is one visit."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from daogou.catalog.products.event import Event, EventName
from daogou.recommend.history import Visit

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


class Deed(NamedTuple):
    """One act upon one product."""

    at_s: float  # seconds since 1970, UTC
    session_id: str
    row: int
    name: EventName


def deeds_of(event: Event, rows: Mapping[str, int]) -> list[Deed]:
    """The acts upon products that the table knows; those of other products, and lists that we showed, are left out."""
    if event.name not in STRENGTHS and event.name not in _BACK:
        return []
    at_s = (event.timestamp - _EPOCH) / timedelta(seconds=1)
    return [
        Deed(at_s, event.session_id, rows[item.item_id], event.name) for item in event.items if item.item_id in rows
    ]


class DatedVisit(NamedTuple):
    """A visit and when it began, in seconds since 1970."""

    at_s: float
    visit: Visit


def visits_of(deeds: Iterable[Deed]) -> list[DatedVisit]:
    """One shopper's visits, oldest first, from acts in any order.

    What was sent back no longer counts as bought; a visit in which nothing but that happened is none.
    """
    found: list[tuple[float, dict[int, float], set[int]]] = []  # when, what was wanted, what was bought
    for part in _parts(sorted(deeds, key=lambda deed: deed.at_s)):
        wanted: dict[int, float] = {}
        bought: set[int] = set()
        for deed in part:
            if deed.name in STRENGTHS:
                wanted[deed.row] = max(wanted.get(deed.row, 0.0), STRENGTHS[deed.name])
                if deed.name is EventName.PURCHASE:
                    bought.add(deed.row)
            else:
                _take_back(deed.row, [(wanted, bought), *((one[1], one[2]) for one in reversed(found))])
        if wanted:
            found.append((part[0].at_s, wanted, bought))
    return [DatedVisit(at_s, Visit(items=wanted, bought=frozenset(bought))) for at_s, wanted, bought in found]


def _parts(deeds: Sequence[Deed]) -> list[list[Deed]]:
    """The acts of each visit; two sessions at the same time are two visits."""
    parts: list[list[Deed]] = []
    open_parts: dict[str, list[Deed]] = {}
    for deed in deeds:
        part = open_parts.get(deed.session_id)
        if part is None or (not deed.session_id and deed.at_s - part[-1].at_s > GAP_S):
            part = open_parts[deed.session_id] = []
            parts.append(part)
        part.append(deed)
    return parts


def _take_back(row: int, newest_first: Sequence[tuple[dict[int, float], set[int]]]) -> None:
    """The newest visit in which it was wanted, bought rather than merely looked at, wants it less."""
    ranked = sorted(newest_first, key=lambda visit: row not in visit[1])  # stable: bought first, then newest
    for wanted, bought in ranked:
        if row in wanted:
            wanted[row] = TAKEN_BACK
            bought.discard(row)
            return
