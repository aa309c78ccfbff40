"""Requests, errors and latencies in the Prometheus text format."""

import time
from collections import Counter, defaultdict
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What this process has served so far."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str, int]] = Counter()  # method, route, status
        self._buckets: defaultdict[str, Counter[float]] = defaultdict(Counter)  # route -> upper bound -> requests
        self._seconds: Counter[str] = Counter()  # by route

    def record(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests[method, route, status] += 1
        bound = next((bound for bound in BUCKETS_S if seconds <= bound), float("inf"))
        self._buckets[route][bound] += 1
        self._seconds[route] += seconds  # type: ignore[assignment]  # a Counter of floats

    def render(self, gauges: Mapping[str, float]) -> str:
        """The whole page; `gauges` are further single values by name."""
        lines = ["# HELP daogou_requests_total Requests answered.", "# TYPE daogou_requests_total counter"]
        for (method, route, status), count in sorted(self._requests.items()):
            lines.append(f'daogou_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}')
        lines += ["# HELP daogou_request_seconds How long answers took.", "# TYPE daogou_request_seconds histogram"]
        for route in sorted(self._buckets):
            lines += self._histogram(route)
        for name, value in gauges.items():
            lines += [f"# TYPE daogou_{name} gauge", f"daogou_{name} {value:g}"]
        return "\n".join(lines) + "\n"

    def _histogram(self, route: str) -> list[str]:
        lines, total = [], 0
        for bound in (*BUCKETS_S, float("inf")):
            total += self._buckets[route][bound]
            le = "+Inf" if bound == float("inf") else f"{bound:g}"
            lines.append(f'daogou_request_seconds_bucket{{route="{route}",le="{le}"}} {total}')
        lines.append(f'daogou_request_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}')
        lines.append(f'daogou_request_seconds_count{{route="{route}"}} {total}')
        return lines


class MetricsMiddleware:
    """Counts every request under its route's pattern, never under an id."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, started = 500, time.perf_counter()

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            seconds = time.perf_counter() - started
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self.metrics.record(method=method, route=route, status=status, seconds=seconds)
