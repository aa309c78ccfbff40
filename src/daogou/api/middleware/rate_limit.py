"""A token bucket for each client."""

import math
from collections import OrderedDict
from collections.abc import Callable

REMEMBERED = 50_000  # clients; the one that was quiet longest is forgotten first


class RateLimit:
    """At most `per_minute` calls of each client: a minute's worth may come at once, the next ones evenly."""

    def __init__(self, *, per_minute: int, clock: Callable[[], float]) -> None:
        self.per_second = per_minute / 60
        self.capacity = float(per_minute)
        self.clock = clock  # seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # client -> tokens, as of

    def wait_s(self, client: str) -> int:
        """Take a token: 0, or in how many whole seconds there will be one."""
        now = self.clock()
        tokens, as_of = self._buckets.get(client, (self.capacity, now))
        tokens = min(self.capacity, tokens + (now - as_of) * self.per_second)
        granted = tokens >= 1
        self._remember(client, tokens - granted, now)
        return 0 if granted else max(1, math.ceil((1 - tokens) / self.per_second))

    def _remember(self, client: str, tokens: float, now: float) -> None:
        self._buckets[client] = (tokens, now)
        self._buckets.move_to_end(client)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
