"""How well a shop's plain search ranks, by people's judgements: query, docid, rating.

`daogou evaluate search` runs it on a shop folder, and `python -m daogou.trial.search --url URL --judgements FILE`
over HTTP. Beside the figures it says what they are worth: parts of the fit weighed anew on every
cross-validation fold, and measured on the queries left out.
"""

import argparse
import csv
import json
import statistics
import sys
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from daogou.errors import UserError
from daogou.shop.candidate import Candidate, Score
from daogou.trial.folds import Fold, cross_validated
from daogou.trial.metrics import judged_ndcg, ndcg, quantile

CUT_OFF = 10
DEPTH = 100  # results asked for: the judged ones among them count in judged-only NDCG

Judgements: TypeAlias = Mapping[str, Mapping[str, float]]  # query -> product id -> rating
Search: TypeAlias = Callable[[str], Sequence[Candidate]]


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


def read_judgements(path: Path) -> Judgements:
    """Those queries that have a relevant product; UserError where a column is missing or a rating is no number."""
    judgements: dict[str, dict[str, float]] = defaultdict(dict)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                judgements[row["query"]][row["docid"]] = float(row["rating"])
    except (OSError, KeyError, ValueError) as error:
        raise UserError(f"{path}: {error!r}; expected the columns query, docid and rating (a number)") from error
    return {query: rated for query, rated in judgements.items() if max(rated.values()) > 0}


def rank_all(judgements: Judgements, search: Search) -> list[Ranked]:
    """Every query, asked once."""
    return [_rank(query, relevance, search) for query, relevance in judgements.items()]


def summary(ranked: Sequence[Ranked], folds: Sequence[Fold]) -> Iterator[str]:
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
        return [Candidate(product_id=one["product_id"], scores=_scores(one["scores"])) for one in results]

    return search


def _scores(entries: Sequence[Mapping[str, object]]) -> tuple[Score, ...]:
    return tuple(Score(source=str(one["source"]), value=float(str(one["value"]))) for one in entries)


def _rank(query: str, relevance: Mapping[str, float], search: Search) -> Ranked:
    started = time.perf_counter()
    candidates = tuple(search(query))
    took_ms = (time.perf_counter() - started) * 1e3
    return Ranked(query=query, relevance=relevance, candidates=candidates, took_ms=took_ms)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judgements", type=Path, required=True)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--min", type=float, default=0.0)
    parser.add_argument("--min-judged", type=float, default=0.0)
    given = parser.parse_args(arguments)
    return main_search(
        over_http(given.url), given.judgements, folds=given.folds, least=given.min, least_judged=given.min_judged
    )


if __name__ == "__main__":
    sys.exit(main())
