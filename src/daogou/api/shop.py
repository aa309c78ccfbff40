"""What the HTTP application needs of a shop; `app` builds one, the tests have a small one of their own."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from daogou.carousels import Carousels
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Product
from daogou.catalog.products.turn import SearchResult, TurnEvent
from daogou.catalog.products.withdrawal import Withdrawal
from daogou.ports import Catalogue, EventLog, SearchIndex, Sessions


class ShoppingGuide(Protocol):
    """The guide as the HTTP application sees it: daogou.guide.Guide, or a scripted one."""

    def stream(
        self,
        message: str,
        *,
        session_id: str = "",
        user_id: str = "",
        locale: str = "",
        without: Sequence[Withdrawal] = (),
        considered: bool = False,
        personal: bool = True,
    ) -> Iterator[TurnEvent]:
        """One turn as it comes about: Understood, Shortlisted, Said ..., Answered."""
        ...

    def understand(self, message: str, session: Session, *, locale: str = "") -> ShopperNeed:
        """What the message asks for."""
        ...

    def search(
        self, query: str, *, limit: int = 20, user_id: str = "", session_id: str = "", personal: bool = True
    ) -> SearchResult:
        """A plain search without a conversation."""
        ...


class Shop(Protocol):
    """One shop: its guide, its memory, and how rows get in and out of it."""

    @property
    def name(self) -> str:
        """What the shop calls itself."""
        ...

    @property
    def guide(self) -> ShoppingGuide:
        """Who answers."""
        ...

    @property
    def carousels(self) -> Carousels:
        """Who offers without being asked."""
        ...

    @property
    def catalogue(self) -> Catalogue:
        """The products."""
        ...

    @property
    def index(self) -> SearchIndex:
        """What finds them."""
        ...

    @property
    def events(self) -> EventLog:
        """What shoppers did."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Its conversations."""
        ...

    @property
    def index_version(self) -> int:
        """The catalogue version that the index was built from; smaller than the catalogue's: stale."""
        ...

    def upsert(self, products: Sequence[Product]) -> int:
        """Put rows into the catalogue and, soon, into the index; durable when it returns. Returns how many."""
        ...

    def withdraw(self, product_ids: Sequence[str]) -> int:
        """Take rows out of the catalogue and, soon, out of the index; durable when it returns. Returns how many."""
        ...

    @property
    def feed_checked_at(self) -> datetime | None:
        """When the feed was last known to be what the shop has; None where none was loaded."""
        ...

    def feed_stale(self, now: datetime) -> bool:
        """Whether that is so long ago that prices and stock may have changed."""
        ...
