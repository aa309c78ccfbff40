"""Which product a log speaks of: by its id, else by a number of the merchant's or maker's, else by its title."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from daogou.catalog.products.event import Event
from daogou.catalog.products.product import Product
from daogou.db.catalogue import SqlCatalogue
from daogou.text.codes import folded_code
from daogou.text.normalize import normalize

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
