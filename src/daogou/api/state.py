"""What the HTTP application needs of a shop, and the state in which it keeps one: workers, limits, keys, whose history counts."""

import ipaddress
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from starlette.requests import Request

from daogou.api.middleware.keys import UNGUESSABLE, Key, Pseudonyms, Scope, from_this_machine, known_key, require
from daogou.api.middleware.limits import RateLimit
from daogou.api.middleware.metrics import Metrics
from daogou.api.middleware.workers import Workers
from daogou.carousels import Carousels
from daogou.catalog.products.conversation import SearchResult, Session, TurnEvent, Withdrawal
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Product
from daogou.errors import RequestError
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


@dataclass(frozen=True, kw_only=True)
class AppOptions:
    """The defaults serve one shop on one machine, and let nobody write."""

    keys: tuple[Key, ...] = ()
    write_without_key: bool = False  # from this machine, where no key is set
    user_secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)  # signs user ids
    allowed_origins: tuple[str, ...] = ()  # "https://shop.example": whose pages may ask from a browser
    requests_per_minute: int = 1200  # of one client or key; a minute's worth may come at once
    message_limit: int = 2000  # characters
    body_limit_bytes: int = 64 * 1024  # of a shopper call
    batch_limit_bytes: int = 16 * 1024 * 1024  # of a batch of rows
    batch_limit_rows: int = 10_000
    body_patience_s: float = 20.0  # that a body may take, beside the time that a slow line needs for it
    workers: int = 4  # turns answered at the same time
    waiting: int = 256  # turns that may wait for a worker; beyond: 503
    image_origins: tuple[
        str, ...
    ] = ()  # "https://images.example": whose images the page may show, beside the shop's own


@dataclass(frozen=True, kw_only=True)
class AppState:
    """The state of one shop's HTTP application."""

    shop: Shop
    options: AppOptions
    workers: Workers
    metrics: Metrics
    rate_limit: RateLimit
    pseudonyms: Pseudonyms
    clock: Callable[[], datetime]

    @classmethod
    def open(cls, shop: Shop, options: AppOptions, clock: Callable[[], datetime]) -> "AppState":
        """A state with fresh counters."""
        return cls(
            shop=shop,
            options=options,
            workers=Workers(workers=options.workers, waiting=options.waiting),
            metrics=Metrics(),
            rate_limit=RateLimit(per_minute=options.requests_per_minute, clock=time.monotonic),
            pseudonyms=Pseudonyms(options.user_secret),
            clock=clock,
        )

    def admit_shopper(self, request: Request) -> None:
        """RequestError 429 when this client, or this key, asks too often."""
        key = known_key(request, self.options.keys)
        wait_s = self.rate_limit.wait_s(f"key {key.sha256.hex()}" if key else client_of(request))
        if wait_s:
            raise RequestError(f"too many requests; try again in {wait_s} s", status=429, retry_after_s=wait_s)

    def admit_merchant(self, request: Request, scope: Scope) -> None:
        """RequestError 401 or 403 without a key of that scope; 429 when it asks too often, or guesses."""
        self.admit_shopper(request)
        if not self.options.write_without_key or self.options.keys:
            require(known_key(request, self.options.keys), scope)
        elif not from_this_machine(request):
            raise RequestError("this call is taken from this machine only (see docs/http.md)", status=403)

    def user(self, request: Request, user_id: str | None) -> str:
        """The shopper whose history counts: proven by a signature or by a key that speaks for all; else empty."""
        if not user_id:
            return ""
        proven = self.pseudonyms.proven(user_id)
        return proven or (user_id if self._speaks_for_all(request) else "")

    def session(self, request: Request, session_id: str | None) -> str:
        """The session that is spoken of; empty for an id that can be guessed: to know it is the only proof."""
        if not session_id:
            return ""
        return session_id if len(session_id) >= UNGUESSABLE or self._speaks_for_all(request) else ""

    def clicker(self, request: Request, user_id: str, session_id: str) -> str:
        """Who clicks, for counting: a key tells its shoppers apart; a stranger may be called anything, but not be anywhere."""
        keyed = bool(self.options.keys) and self._speaks_for_all(request)
        return f"shopper {user_id or session_id}" if keyed else client_of(request)

    def _speaks_for_all(self, request: Request) -> bool:
        """Whether the merchant's own machinery calls, which may name any shopper and any session."""
        if not self.options.keys:
            return self.options.write_without_key and from_this_machine(request)
        key = known_key(request, self.options.keys)
        return key is not None and Scope.SHOPPERS in key.scopes


def client_of(request: Request) -> str:
    """Who calls, as far as the network tells; of IPv6 the network of 64 bits, of which one caller has every address."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host
