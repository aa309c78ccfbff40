"""The shop's memory without a disk."""

from collections.abc import Callable, Sequence
from datetime import datetime

from daogou.catalog.products.product import Product
from daogou.index.memory import MemoryEvents, MemorySessions
from daogou.ports import Catalogue, EventLog, SearchIndex, Sessions
from tests.contracts.catalogue import CatalogueContract
from tests.contracts.events import EventLogContract
from tests.contracts.index import VOCABULARY, ColourEncoder, SearchIndexContract
from tests.contracts.products import NOW
from tests.contracts.sessions import SessionsContract
from tests.memory import MemoryCatalogue, MemoryIndex


class TestMemoryCatalogue(CatalogueContract):
    def catalogue(self) -> Catalogue:
        return MemoryCatalogue()


class TestMemoryEvents(EventLogContract):
    def log(self) -> EventLog:
        return MemoryEvents()


class TestMemorySessions(SessionsContract):
    def sessions(self) -> Sessions:
        return MemorySessions()


class TestMemoryIndex(SearchIndexContract):
    def index(self, products: Sequence[Product], clock: Callable[[], datetime] = lambda: NOW) -> SearchIndex:
        return MemoryIndex(products, encoders=[ColourEncoder()], vocabulary=VOCABULARY, clock=clock)
