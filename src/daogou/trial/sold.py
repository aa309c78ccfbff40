"""Is what a shop has found, and what it hasn't told as not sold? Requests of both sorts for nine shops, in both languages.

`sold/SHOP.jsonl` holds them, one a line: {"message", "lang", "sold", "right": [product ids], "near"}; written for this project and read
against the rows. `daogou evaluate sold` runs them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from daogou.guide import Guide
from daogou.rank.sold import NOT_SOLD, Evidence
from daogou.shop.verdict import Sold
from daogou.store.progress import Progress, silent
from daogou.trial.weighing import understood, weigh

LITTLE = (
    "beauty",
    "corner_shop",
    "electronics_zh",
    "garden_tools",
    "grocery_en",
    "pets",
    "sku",
)  # a CSV of few rows each
BIG = ("icecat", "livostyle")  # of the needs suite
SHOPS = (*LITTLE, *BIG)
THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)  # of P(sold)


@dataclass(frozen=True, kw_only=True)
class Request:
    """One message and whether the shop has such a thing; `right` are products that answer it."""

    shop: str
    message: str
    language: str
    sold: bool
    right: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the guide made of it. `weighed`: the verdict rests on P(sold) and on nothing else."""

    request: Request
    verdict: Sold
    shown: tuple[str, ...]
    evidence: Evidence
    weighed: bool = True

    @property
    def right_first(self) -> bool:
        """Whether the first product is one that answers it."""
        return bool(self.shown) and self.shown[0] in self.request.right

    def denied_at(self, threshold: float, probability: float | None = None) -> bool:
        """Whether it would be told as not sold with this bound on P(sold)."""
        asked = self.evidence.probability if probability is None else probability
        return asked < threshold if self.weighed else self.verdict is Sold.NOT_SOLD


@dataclass(frozen=True, kw_only=True)
class SoldFigures:
    """Shares: of what is absent, told, told as the closest, claimed; of what is there, found, closest, denied, right first."""

    absent: int
    told: float
    told_closest: float
    claimed: float
    present: int
    found: float
    closest: float
    denied: float
    right_first: float


@dataclass(frozen=True, kw_only=True)
class Point:
    """What one bound on P(sold) does: the share of the present that it denies and of the absent that it tells."""

    threshold: float
    denied: float
    told: float


def read_requests(shop: str) -> list[Request]:
    """One shop's."""
    text = resources.files("daogou.trial").joinpath(f"sold/{shop}.jsonl").read_text(encoding="utf-8")
    return [_request(shop, json.loads(line)) for line in text.splitlines() if line.strip()]


def ask_all(guides: Mapping[str, Guide], *, limit: int = 0, on_progress: Progress = silent) -> list[Told]:
    """Every request asked of its shop (of each shop the first `limit`, where that is given)."""
    requests = [request for shop in guides for request in read_requests(shop)[: limit or None]]
    found = []
    for number, request in enumerate(requests, start=1):
        found.append(ask(guides[request.shop], request))
        on_progress("asking", number, len(requests))
    return found


def ask(guide: Guide, request: Request) -> Told:
    """One request as the first message of a conversation."""
    answered = guide.answer(request.message)
    verdict = answered.response.verdict
    weighed = weigh(guide, understood(guide, request.message))
    denied = weighed.evidence.probability < NOT_SOLD
    asked = bool(weighed.need.names and weighed.need.query.strip())
    return Told(
        request=request,
        verdict=verdict,
        shown=tuple(one.product.id for one in answered.response.recommendations),
        evidence=weighed.evidence,
        weighed=asked and denied is (verdict is Sold.NOT_SOLD),
    )


def figures(told: Iterable[Told]) -> SoldFigures:
    """The shares of these requests."""
    found = list(told)
    absent = [one for one in found if not one.request.sold]
    present = [one for one in found if one.request.sold]
    claims = (Sold.FOUND, Sold.OTHER)
    return SoldFigures(
        absent=len(absent),
        told=_share(one.verdict is Sold.NOT_SOLD for one in absent),
        told_closest=_share(one.verdict is Sold.CLOSEST for one in absent),
        claimed=_share(one.verdict in claims for one in absent),
        present=len(present),
        found=_share(one.verdict in claims for one in present),
        closest=_share(one.verdict is Sold.CLOSEST for one in present),
        denied=_share(one.verdict is Sold.NOT_SOLD for one in present),
        right_first=_share(one.right_first for one in present),
    )


def curve(
    told: Sequence[Told], probabilities: Sequence[float] | None = None, *, thresholds: Sequence[float] = THRESHOLDS
) -> list[Point]:
    """Denied against told for each bound; with `probabilities` instead of the guide's own."""
    asked = [one.evidence.probability for one in told] if probabilities is None else probabilities
    pairs = list(zip(told, asked, strict=True))
    return [
        Point(
            threshold=threshold,
            denied=_share(one.denied_at(threshold, p) for one, p in pairs if one.request.sold),
            told=_share(one.denied_at(threshold, p) for one, p in pairs if not one.request.sold),
        )
        for threshold in thresholds
    ]


def _request(shop: str, entry: Mapping[str, object]) -> Request:
    right = entry.get("right")
    return Request(
        shop=shop,
        message=str(entry["message"]),
        language=str(entry["lang"]),
        sold=bool(entry["sold"]),
        right=tuple(str(one) for one in right) if isinstance(right, list) else (),
    )


def _share(values: Iterable[bool]) -> float:
    counted = list(values)
    return sum(counted) / len(counted) if counted else 0.0
