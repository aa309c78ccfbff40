"""What became of one row of a behaviour log."""

from dataclasses import dataclass

from daogou.catalog.products.event import Event, EventName

WITHOUT_ITEMS = frozenset((EventName.SEARCH, EventName.VIEW_ITEM_LIST))  # may be of no product


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """An event, the reasons why there is none, or what it is that is no event of a shop (`aside`)."""

    number: int
    event: Event | None = None
    reasons: tuple[str, ...] = ()
    raw: str = ""
    aside: str = ""
