"""What counts as being liked: purchases most, carts less, looks least."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from daogou.shop.event import EventName

# A purchase says more than a cart, a cart more than a look; a refund takes its purchase back. Lists that we
# showed do not count: they would make what is shown popular for being shown.
EVENT_WEIGHTS: Mapping[EventName, float] = MappingProxyType(
    {
        EventName.VIEW_ITEM: 1.0,
        EventName.SELECT_ITEM: 1.0,
        EventName.ADD_TO_WISHLIST: 3.0,
        EventName.ADD_TO_CART: 5.0,
        EventName.REMOVE_FROM_CART: -5.0,
        EventName.PURCHASE: 20.0,
        EventName.REFUND: -20.0,
    }
)


def popularity(items: Iterable[tuple[EventName, str, int]]) -> dict[str, float]:
    """product_id -> weighted count, of (event name, product id, times); only what is above zero."""
    totals: dict[str, float] = defaultdict(float)
    for name, product_id, times in items:
        totals[product_id] += EVENT_WEIGHTS.get(name, 0.0) * times
    return {product_id: total for product_id, total in totals.items() if total > 0}
