"""The shop's memory without a disk."""

from daogou.ports import Catalogue, EventLog, Sessions
from daogou.store.memory import MemoryCatalogue, MemoryEvents, MemorySessions
from tests.contracts.catalogue import CatalogueContract
from tests.contracts.events import EventLogContract
from tests.contracts.sessions import SessionsContract


class TestMemoryCatalogue(CatalogueContract):
    def catalogue(self) -> Catalogue:
        return MemoryCatalogue()


class TestMemoryEvents(EventLogContract):
    def log(self) -> EventLog:
        return MemoryEvents()


class TestMemorySessions(SessionsContract):
    def sessions(self) -> Sessions:
        return MemorySessions()
