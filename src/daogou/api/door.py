"""What every endpoint needs, in one place: the shop, the workers, the limits, the keys."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request

from daogou.api.keys import Scope, require
from daogou.api.metrics import Metrics
from daogou.api.options import DoorOptions
from daogou.api.rate_limit import RateLimit
from daogou.api.shop import Shop
from daogou.api.workers import Workers
from daogou.errors import RequestError


@dataclass(frozen=True, kw_only=True)
class Door:
    """One shop's door, open."""

    shop: Shop
    options: DoorOptions
    workers: Workers
    metrics: Metrics
    rate_limit: RateLimit
    clock: Callable[[], datetime]

    @classmethod
    def open(cls, shop: Shop, options: DoorOptions) -> "Door":
        """A door with fresh counters."""
        return cls(
            shop=shop,
            options=options,
            workers=Workers(workers=options.workers, waiting=options.waiting),
            metrics=Metrics(),
            rate_limit=RateLimit(per_minute=options.requests_per_minute, clock=time.monotonic),
            clock=lambda: datetime.now(UTC),
        )

    def admit_shopper(self, request: Request) -> None:
        """RequestError 429 when this client asks too often."""
        wait_s = self.rate_limit.wait_s(request.client.host if request.client else "")
        if wait_s:
            raise RequestError(f"too many requests; try again in {wait_s} s", status=429, retry_after_s=wait_s)

    def admit_merchant(self, request: Request, scope: Scope) -> None:
        """RequestError 401 or 403 without a key of that scope."""
        require(request, scope, self.options.keys)
