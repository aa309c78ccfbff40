"""What the log says of each product: which one it means, how much it is liked, kept added up and read again as far as it changed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import sqlalchemy as sql

from daogou.catalog.products.event import Event, EventName
from daogou.catalog.products.product import Product
from daogou.db.catalogue import SqlCatalogue
from daogou.db.database import insert_into, insert_rows, item_weights
from daogou.text.substances import folded_code
from daogou.text.words import normalize

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


class ItemWeights:
    """The weights as of some version of the log, in memory."""

    def __init__(self) -> None:
        self._version = 0
        self._weights: dict[str, dict[int, int]] = {}
        self._popularity: dict[str, float] = {}

    def popularity(self, connection: sql.Connection, version: int) -> dict[str, float]:
        """As of that version: what changed since the last call is read, the rest is known."""
        if version != self._version:
            columns = (item_weights.c.product_id, item_weights.c.period, item_weights.c.weight)
            changed = connection.execute(sql.select(*columns).where(item_weights.c.version > self._version)).all()
            for product_id, period, weight in changed:
                self._weights.setdefault(product_id, {})[period] = weight
            self._version = version
            self._popularity = popularity(self._weights) if changed else self._popularity
        return self._popularity


def add_weights(connection: sql.Connection, weights: Iterable[tuple[str, int, int]], version: int) -> None:
    """(product id, period, weight) onto what is there."""
    more: Counter[tuple[str, int]] = Counter()
    for product_id, period, weight in weights:
        more[product_id, period] += weight
    rows = [(product_id, period, weight, version) for (product_id, period), weight in more.items() if weight]
    if rows:
        insert_rows(connection, added(connection.dialect.name), rows)


def added(dialect: str) -> sql.Insert:
    """The statement of "postgresql" or "sqlite"."""
    more = insert_into(item_weights, dialect)
    total = {"weight": item_weights.c.weight + more.excluded.weight, "version": more.excluded.version}
    return more.on_conflict_do_update(index_elements=["product_id", "period"], set_=total)


_LONGEST = 40  # characters of an attribute that may be a number
_NUMBERS = ("sku", "code", "number", "nummer", "ref", "ean", "upc", "gtin", "mpn", "asin", "编码", "货号", "条码")


class ItemNumbers:
    """The products of a shop by all that a log may call them; what two of them share names none."""

    def __init__(self, catalogue: SqlCatalogue) -> None:
        self._catalogue = catalogue
        self._ids = catalogue.ids()
        self._others: Mapping[str, str] | None = None

    def find(self, names: Sequence[str]) -> str | None:
        """The id of the first of the names that is a product's."""
        return next((found for name in names if (found := self._find(name))), None)

    def settled(self, event: Event) -> Event:
        """The event with the shop's own ids; a product that nobody knows keeps the log's: it may come back."""
        if all(item.item_id in self._ids for item in event.items):
            return event
        items = (replace(item, item_id=self._find(item.item_id) or item.item_id) for item in event.items)
        return replace(event, items=tuple(items))

    def _find(self, name: str) -> str | None:
        if name in self._ids:
            return name
        if self._others is None:
            self._others = _unique(self._catalogue.products())
        return self._others.get(folded_code(name) or " ") or self._others.get(_title(name))


def _unique(products: Iterable[Product]) -> dict[str, str]:
    found: dict[str, str] = {}
    shared: set[str] = set()
    for product in products:
        for name in {*_numbers(product), _title(product.title)}:
            if found.setdefault(name, product.id) != product.id:
                shared.add(name)
    return {name: product_id for name, product_id in found.items() if name not in shared}


def _numbers(product: Product) -> Iterator[str]:
    own = [product.id, product.mpn, product.gtin]
    own += [
        fact.value
        for fact in product.attributes
        if isinstance(fact.value, str) and len(fact.value) < _LONGEST and any(word in fact.name for word in _NUMBERS)
    ]
    yield from (code for number in own if (code := folded_code(number)))


def _title(text: str) -> str:
    return f"title {normalize(text).casefold()}"
