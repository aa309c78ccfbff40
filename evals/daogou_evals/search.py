"""How well a shop's plain search ranks, by people's judgements: query, docid, rating.

`daogou evaluate search` runs it on a shop folder, or over HTTP. Beside the figures it says what they are worth: parts of the fit weighed anew on every
cross-validation fold, and measured on the queries left out.
"""

import itertools
import json
import statistics
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, TypeAlias

import typer

from daogou.app.fitting import Judgements, read_judgements
from daogou.app.opening import open_shop
from daogou.catalog.products.candidate import Candidate, Score
from daogou.rank.kinds import STANDARD
from daogou_evals.options import SHOP, ShopFolder
from daogou_evals.questions import CUT_OFF, judged_ndcg, ndcg, quantile

DEPTH = 100  # results asked for: the judged ones among them count in judged-only NDCG

Search: TypeAlias = Callable[[str], Sequence[Candidate]]
Run: TypeAlias = tuple[Mapping[str, float], Sequence[Candidate]]  # relevance by product id, and what was found
# By what parts of the fit are multiplied: few values, so that little can be learned by heart. `daogou learn fit` tells single weights apart.
ENCODERS, WISHES = "encoders", "wishes"
FACTORS = (0.5, 1.0, 2.0)
GRID: Mapping[str, tuple[float, ...]] = MappingProxyType({ENCODERS: FACTORS, "kind": FACTORS, WISHES: FACTORS})
NO_ENCODER = ("lexical", "code", "kind", WISHES, "like", "rating", "availability", "popularity", "behaviour", "likelihood", "total")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One query's answer, and how good it is."""

    query: str
    relevance: Mapping[str, float]
    candidates: tuple[Candidate, ...]
    took_ms: float

    @property
    def ndcg(self) -> float:
        """What nobody judged counts as irrelevant."""
        return ndcg(self.relevance, [candidate.product_id for candidate in self.candidates], CUT_OFF)

    @property
    def judged_ndcg(self) -> float:
        """What nobody judged is left out."""
        return judged_ndcg(self.relevance, [candidate.product_id for candidate in self.candidates], CUT_OFF)


def rank_all(judgements: Judgements, search: Search) -> list[Ranked]:
    """Every query, asked once."""
    found = []
    for query, relevance in judgements.items():
        started = time.perf_counter()
        candidates = tuple(search(query))
        took_ms = (time.perf_counter() - started) * 1e3
        found.append(Ranked(query=query, relevance=relevance, candidates=candidates, took_ms=took_ms))
    return found


def summary(ranked: Sequence[Ranked], folds: Sequence["Fold"]) -> Iterator[str]:
    """The figures in lines; the worst queries last."""
    full, judged = statistics.mean(r.ndcg for r in ranked), statistics.mean(r.judged_ndcg for r in ranked)
    p50, p95 = (quantile([r.took_ms for r in ranked], share) for share in (0.5, 0.95))
    yield f"{len(ranked)} queries: NDCG@{CUT_OFF} {full:.4f}, judged only {judged:.4f}; p50 {p50:.1f} ms, p95 {p95:.1f} ms"
    for number, fold in enumerate(folds, start=1):
        weights = ", ".join(f"{part} times {factor:g}" for part, factor in fold.factors.items())
        yield f"fold {number}: {fold.ndcg:.4f} {fold.judged_ndcg:.4f} on {fold.queries} queries left out ({weights})"
    if folds:
        held_out = [statistics.mean(values) for values in zip(*((f.ndcg, f.judged_ndcg) for f in folds), strict=True)]
        yield f"weights chosen on the other folds: NDCG@{CUT_OFF} {held_out[0]:.4f}, judged only {held_out[1]:.4f}"
    for one in sorted(ranked, key=lambda r: (r.judged_ndcg, r.ndcg))[:10]:
        yield f"  {one.ndcg:.3f} {one.judged_ndcg:.3f}  {one.query}"


def main_search(
    search: Search, judgements: Path, *, folds: int = 5, least: float = 0.0, least_judged: float = 0.0
) -> int:
    """Rank, print, and give the exit status: 1 where a figure is below what was asked."""
    ranked = rank_all(read_judgements(judgements), search)
    runs = [(one.relevance, one.candidates) for one in ranked]
    for line in summary(ranked, cross_validated(runs, folds=folds, k=CUT_OFF)):
        print(line)
    full, judged = statistics.mean(r.ndcg for r in ranked), statistics.mean(r.judged_ndcg for r in ranked)
    return int(full < least or judged < least_judged)


def over_http(base: str) -> Search:
    """A search at a running service."""

    def search(query: str) -> list[Candidate]:
        address = f"{base}/v1/search?q={urllib.parse.quote(query)}&limit={DEPTH}"
        with urllib.request.urlopen(address, timeout=30) as answer:
            results = json.load(answer)["results"]
        scored = [(one["product_id"], tuple(Score(**score) for score in one["scores"])) for one in results]
        return [Candidate(product_id=product_id, scores=scores) for product_id, scores in scored]

    return search


@dataclass(frozen=True, kw_only=True)
class Fold:
    """The factors that were best on the other folds, and how they do on this one's queries."""

    factors: Mapping[str, float]
    queries: int
    ndcg: float
    judged_ndcg: float


def cross_validated(runs: Sequence[Run], *, folds: int, k: int) -> list[Fold]:
    """One Fold for each of `folds` (every n-th query); none with fewer than two folds or queries than folds."""
    if folds < 2 or len(runs) < folds:
        return []
    settings = [dict(zip(GRID, values, strict=True)) for values in itertools.product(*GRID.values())]
    table = [[_figures(run, weights, k) for run in runs] for weights in settings]
    return [_fold(settings, table, range(left_out, len(runs), folds)) for left_out in range(folds)]


def _fold(
    settings: Sequence[Mapping[str, float]], table: Sequence[Sequence[tuple[float, float]]], left_out: range
) -> Fold:
    chosen = max(
        range(len(settings)),
        key=lambda row: sum(sum(figures) for query, figures in enumerate(table[row]) if query not in left_out),
    )
    full, judged = map(statistics.mean, zip(*(table[chosen][query] for query in left_out), strict=True))
    return Fold(factors=settings[chosen], queries=len(left_out), ndcg=full, judged_ndcg=judged)


def _figures(run: Run, weights: Mapping[str, float], k: int) -> tuple[float, float]:
    relevance, candidates = run
    ranking = [one.product_id for one in sorted(candidates, key=lambda one: -_total(one, weights))]
    return ndcg(relevance, ranking, k), judged_ndcg(relevance, ranking, k)


def _total(candidate: Candidate, factors: Mapping[str, float]) -> float:
    """The fit with some of its parts multiplied; encoders gave their cosine, everything else its part."""
    total = candidate.score("total") or 0.0
    for score in candidate.scores:
        if score.source not in NO_ENCODER:
            total += (factors[ENCODERS] - 1) * STANDARD.of(score.source) * score.value
        elif score.source in factors:
            total += (factors[score.source] - 1) * score.value
    return total


def command(
    judgements: Annotated[Path, typer.Argument(help="CSV with the columns query, docid, rating.")],
    shop: ShopFolder = SHOP,
    url: Annotated[str, typer.Option(help="Of a running service; it is asked instead of the shop's folder.")] = "",
    folds: Annotated[int, typer.Option(help="Cross-validation folds of the weights; 0: none.", min=0)] = 5,
    least: Annotated[float, typer.Option(help="NDCG@10 that must be reached, else exit status 1.")] = 0.0,
    least_judged: Annotated[float, typer.Option(help="The same with unjudged products taken out.")] = 0.0,
) -> None:
    """NDCG@10 of the plain search on people's judgements.

    Example: daogou evaluate search ../shared/data/icecat/judgements.csv --shop shops/icecat
    """
    main = partial(main_search, judgements=judgements, folds=folds, least=least, least_judged=least_judged)
    if url:
        raise typer.Exit(main(over_http(url)))
    with open_shop(shop) as opened:
        status = main(lambda query: opened.guide.search(query, limit=DEPTH).shortlist)
    raise typer.Exit(status)
