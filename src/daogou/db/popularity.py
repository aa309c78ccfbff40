"""What counts as being liked: purchases most, carts less, looks least; and what is long ago, less."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from daogou.catalog.products.event import Event, EventName

# A purchase says more than a cart, a cart more than a look; a refund takes its purchase back. Lists that we
# showed do not count: they would make what is shown popular for being shown.
EVENT_WEIGHTS: Mapping[EventName, int] = MappingProxyType(
    {
        EventName.VIEW_ITEM: 1,
        EventName.SELECT_ITEM: 1,
        EventName.ADD_TO_WISHLIST: 3,
        EventName.ADD_TO_CART: 5,
        EventName.REMOVE_FROM_CART: -5,
        EventName.PURCHASE: 20,
        EventName.REFUND: -20,
    }
)
PERIOD = timedelta(days=30)  # a half-life: what was wanted one period earlier counts half
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Weights = Mapping[str, Mapping[int, int]]  # by product id, by period: whole numbers, so that they add up in any order


def period_of(moment: datetime) -> int:
    """The how-manieth 30 days since 1970."""
    return (moment - _EPOCH) // PERIOD


def weighed(event: Event) -> Iterator[tuple[str, int, int]]:
    """(product id, period, weight) for each product of the event."""
    weight = EVENT_WEIGHTS.get(event.name)
    if weight is not None and event.weighs:
        period = period_of(event.timestamp)
        for item in event.items:
            yield item.item_id, period, weight * item.quantity


def added_up(weights: Iterable[tuple[str, int, int]]) -> Weights:
    """Weights by product and period."""
    total: dict[str, dict[int, int]] = defaultdict(dict)
    for product_id, period, weight in weights:
        of_product = total[product_id]
        of_product[period] = of_product.get(period, 0) + weight
    return total


def popularity(weights: Weights) -> dict[str, float]:
    """product_id -> weighted count as of the newest period in which anything counted; only what is above zero.

    Forward decay (Cormode et al. 2009) in steps of a half-life.
    """
    newest = max((period for one in weights.values() for period, weight in one.items() if weight), default=0)
    totals = {
        product_id: sum(weight * 0.5 ** (newest - period) for period, weight in one.items() if weight)
        for product_id, one in weights.items()
    }
    return {product_id: total for product_id, total in totals.items() if total > 0}
