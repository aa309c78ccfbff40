"""Steps 2 and 3 over a handful of products, in memory: what would be shown for a need."""

from collections.abc import Sequence
from datetime import UTC, datetime

from daogou.catalog.products.candidate import Retrieval
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Product
from daogou.find.retrieve import retrieve
from daogou.index.vocabulary import build_vocabulary
from daogou.rank.order import order
from daogou.rank.shelf import shelve
from tests.memory import MemoryIndex

AT = datetime(2026, 11, 23, tzinfo=UTC)


def shelf_of(shop: Sequence[Product], need: ShopperNeed) -> Retrieval:
    """Found by words alone."""
    index = MemoryIndex(shop, vocabulary=build_vocabulary(shop), clock=lambda: AT)
    found = retrieve(need, index=index, encoders=())
    products = {one.id: one for one in shop}
    ranked, judged, kinds = order(found, need, products=products, popularity={}, at=AT)
    return shelve(ranked, need, judged=judged, kinds=kinds, products=products, popularity={}, index=index, at=AT)


def ids(shelf: Retrieval) -> list[str]:
    return [one.product_id for one in shelf.candidates]
