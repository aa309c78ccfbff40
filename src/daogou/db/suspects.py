"""Who acts faster than a person can: crawlers and scripts. Their events are kept, but nothing is learnt from them."""

from collections import Counter
from collections.abc import Iterable

from daogou.catalog.products.event import Event, EventName

A_MINUTE, A_DAY = 60, 2_000  # acts of one shopper in one minute, and in one day (UTC), beyond which it is none
# A wholesaler's invoice has hundreds of lines in one minute, and is paid for: purchases do not count.
ACTS = frozenset(
    (
        EventName.VIEW_ITEM,
        EventName.SELECT_ITEM,
        EventName.ADD_TO_WISHLIST,
        EventName.ADD_TO_CART,
        EventName.REMOVE_FROM_CART,
    )
)
MINUTE_US, DAY_US = 60_000_000, 86_400_000_000


def who(event: Event) -> str:
    """The shopper, else the session, that an event is of; empty: nobody knows."""
    if event.user_id:
        return f"user {event.user_id}"
    return f"session {event.session_id}" if event.session_id else ""


def too_fast(moments_us: Iterable[int]) -> bool:
    """Whether one shopper's acts, in microseconds since 1970, are more than a person's in any minute or day."""
    moments = list(moments_us)
    minutes = Counter(moment // MINUTE_US for moment in moments)
    days = Counter(moment // DAY_US for moment in moments)
    return max(minutes.values(), default=0) > A_MINUTE or max(days.values(), default=0) > A_DAY
