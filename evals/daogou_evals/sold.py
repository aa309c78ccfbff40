"""Is what a shop has found, and what it hasn't told as not sold? Requests of both sorts for nine shops, in both languages.

`data/sold/SHOP.jsonl` holds them, one a line: {"message", "lang", "sold", "right": [product ids], "near"}; written for this project and read
against the rows. `daogou evaluate sold` runs them.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import product
from typing import Annotated

import numpy as np
import typer
from rich.markup import escape
from scipy.special import expit

from daogou.catalog.products.need import Sold
from daogou.cli.terminal import console, progress
from daogou.guide import Guide
from daogou.rank.sold import NOT_SOLD, WEIGHTS, Evidence
from daogou_evals.measured import LITTLE, opened, understood, weigh
from daogou_evals.options import MAPPINGS, SHOPS_FOLDER, Data, Mappings, Names, Shops, chosen, print_table
from daogou_evals.questions import tracked

BIG = ("icecat", "livostyle")  # of the needs suite
SHOPS = (*LITTLE, *BIG)
THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)  # of P(sold)
RIDGE = 0.5  # keeps weights that few requests tell apart from growing without end
STEPS = 50  # of Newton's method: a dozen are enough
COLUMNS = ("", "", "told", "closest", "claimed", "found", "closest", "denied", "right")


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

    def denied_at(self, threshold: float, probability: float) -> bool:
        """Whether it would be told as not sold with this bound on P(sold)."""
        return probability < threshold if self.weighed else self.verdict is Sold.NOT_SOLD


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
    text = resources.files("daogou_evals").joinpath(f"data/sold/{shop}.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    told = [(row["message"], row["lang"], row["sold"], tuple(row.get("right") or ())) for row in rows]
    return [Request(shop=shop, message=text, language=it, sold=sold, right=right) for text, it, sold, right in told]


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
    absent, present = ([one for one in found if one.request.sold is sold] for sold in (False, True))
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
    pairs = list(zip(told, probabilities or [one.evidence.probability for one in told], strict=True))
    return [
        Point(
            threshold=threshold,
            denied=_share(one.denied_at(threshold, p) for one, p in pairs if one.request.sold),
            told=_share(one.denied_at(threshold, p) for one, p in pairs if not one.request.sold),
        )
        for threshold in thresholds
    ]


def _share(values: Iterable[bool]) -> float:
    counted = list(values)
    return sum(counted) / len(counted) if counted else 0.0


@dataclass(frozen=True, kw_only=True)
class SoldWeights:
    """A bias and one weight for each fact of the evidence, in the order of WEIGHTS."""

    bias: float
    weights: tuple[float, ...]

    def probability(self, evidence: Evidence) -> float:
        """P(sold)."""
        return float(expit(self.bias + np.dot(self.weights, _facts(evidence))))

    def __str__(self) -> str:
        named = " ".join(f"{name} {weight:+.2f}" for name, weight in zip(WEIGHTS, self.weights, strict=True))
        return f"bias {self.bias:+.2f} {named}"


def fit(told: Sequence[Told], *, ridge: float = RIDGE) -> SoldWeights:
    """Logistic regression by Newton's method, a ridge on all but the bias; only where P(sold) decides."""
    weighed = [one for one in told if one.weighed]
    facts = np.array([[1.0, *_facts(one.evidence)] for one in weighed]).reshape(-1, 1 + len(WEIGHTS))
    sold = np.array([float(one.request.sold) for one in weighed])
    penalty = ridge * np.diag([1e-6, *([1.0] * len(WEIGHTS))])
    found = np.zeros(facts.shape[1])
    for _ in range(STEPS):
        said = expit(facts @ found)
        slope = facts.T @ (sold - said) - penalty @ found
        bend = (facts * (said * (1 - said))[:, None]).T @ facts + penalty + 1e-9 * np.eye(len(found))
        step = np.linalg.solve(bend, slope)
        found = found + step
        if float(np.abs(step).max()) < 1e-9:
            break
    return SoldWeights(bias=float(found[0]), weights=tuple(float(one) for one in found[1:]))


def left_out(told: Sequence[Told], *, ridge: float = RIDGE) -> list[float]:
    """P(sold) of each request by weights that were fitted without its shop."""
    shops = dict.fromkeys(one.request.shop for one in told)
    fits = {shop: fit([one for one in told if one.request.shop != shop], ridge=ridge) for shop in shops}
    return [fits[one.request.shop].probability(one.evidence) for one in told]


def _facts(evidence: Evidence) -> list[float]:
    return [float(getattr(evidence, name)) for name in WEIGHTS]


def command(
    data: Data,
    shops: Shops = SHOPS_FOLDER,
    mappings: Mappings = MAPPINGS,
    shop: Names = None,
    limit: Annotated[int, typer.Option(help="Requests of each shop; 0: all.", min=0)] = 0,
    wrong: Annotated[
        bool, typer.Option("--wrong", help="List what was denied, claimed, or had another product first.")
    ] = False,
    most_denied: Annotated[float, typer.Option(help="Share of present things denied, above it exit status 1.")] = 1.0,
    least_told: Annotated[float, typer.Option(help="Share of absent things told, below it exit status 1.")] = 0.0,
) -> None:
    """Requests for what nine shops have and for what they haven't: what is told, claimed, denied, by shop and language.

    The curve shows what other bounds on P(sold) would do; beside it that of weights fitted without the shop asked about.

    Example: daogou evaluate sold ../shared/data --shops shops
    """
    names = chosen(shop, SHOPS)
    with progress() as step, opened(names, shops, data=data, mappings=mappings, on_progress=step) as guides:
        requests = [request for name in names for request in read_requests(name)[: limit or None]]
        told = [ask(guides[one.shop], one) for one in tracked(requests, "asking", step)]
    over = figures(told)
    title = f"{over.absent} absent: told, closest, claimed; {over.present} present: found, closest, denied, right product first"
    print_table(COLUMNS, _rows(told), title=title)
    points = [
        (f"{one.threshold:.2f}", one.denied, one.told, other.denied, other.told)
        for one, other in zip(curve(told), curve(told, left_out(told)), strict=True)
    ]
    print_table(("told below", "denied", "told", "left out: denied", "told"), points)
    console.print(f"fitted on all of them: {fit(told)}")
    if wrong:
        _print_wrong(told)
    raise typer.Exit(int(over.denied > most_denied or over.told < least_told))


def _rows(told: Sequence[Told]) -> Iterator[tuple[object, ...]]:
    """By shop and language, by language, and all."""
    shops = dict.fromkeys(one.request.shop for one in told)
    for shop, language in [*product(shops, ("en", "zh")), ("all", "en"), ("all", "zh"), ("all", "")]:
        some = [one for one in told if shop in ("all", one.request.shop) and language in ("", one.request.language)]
        if some:
            one = figures(some)
            absent = (one.told, one.told_closest, one.claimed) if one.absent else ("",) * 3
            present = (one.found, one.closest, one.denied, one.right_first) if one.present else ("",) * 4
            yield shop, language, *absent, *present


def _print_wrong(told: Sequence[Told]) -> None:
    for one in told:
        request = one.request
        if request.sold and one.right_first and one.verdict != "not_sold":
            continue
        if not request.sold and one.verdict in ("not_sold", "closest"):
            continue
        label = f"{request.shop} {request.language} {'there' if request.sold else 'absent'}"
        said = f"{one.verdict.value}, P {one.evidence.probability:.2f}, first {one.shown[0] if one.shown else '-'}"
        console.print(escape(f"{label}: {request.message} -> {said}"))
