"""Cross-validation of the weights of fit: chosen on some queries, measured on the others."""

import itertools
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from daogou.rank.weights import STANDARD
from daogou.shop.candidate import Candidate
from daogou.trial.metrics import judged_ndcg, ndcg

Run: TypeAlias = tuple[Mapping[str, float], Sequence[Candidate]]  # relevance by product id, and what was found

# By what parts of the fit are multiplied: few values, so that little can be learned by heart. `daogou learn fit` tells single weights apart.
ENCODERS, WISHES = "encoders", "wishes"
FACTORS = (0.5, 1.0, 2.0)
GRID: Mapping[str, tuple[float, ...]] = MappingProxyType({ENCODERS: FACTORS, "kind": FACTORS, WISHES: FACTORS})
NO_ENCODER = ("lexical", "code", "kind", WISHES, "like", "rating", "availability", "popularity", "behaviour", "likelihood", "total")  # fmt: skip


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
    figures = [table[chosen][query] for query in left_out]
    return Fold(
        factors=settings[chosen],
        queries=len(figures),
        ndcg=statistics.mean(full for full, _ in figures),
        judged_ndcg=statistics.mean(judged for _, judged in figures),
    )


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
