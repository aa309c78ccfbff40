"""What a shop is asked, how the suites go through it, and how good a list of products is as an answer: right products, or people's judgements."""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from daogou.app.fitting import read_judgements
from daogou.errors import UserError
from daogou.progress import Progress

T = TypeVar("T")
CUT_OFF = 10
Measure: TypeAlias = Callable[[Sequence[str]], float]  # product ids, best first -> how good that is


@dataclass(frozen=True, kw_only=True)
class Question:
    """What was typed, and by which figures its answer is judged."""

    text: str
    measures: Mapping[str, Measure] = field(compare=False)
    right: tuple[str, ...] = ()


def read_questions(path: Path) -> list[Question]:
    """JSON lines {"query", "right"}: hit@1 and hit@5; a CSV with query, docid, rating: NDCG@10. UserError where it is neither."""
    if path.suffix != ".csv":
        return read_lines(path, _question, 'a {"query": "...", "right": ["id", ...]}')
    return [
        Question(text=query, measures={f"NDCG@{CUT_OFF}": partial(ndcg, rated, k=CUT_OFF)})
        for query, rated in read_judgements(path).items()
    ]


def _question(entry: Mapping[str, Any]) -> Question:
    right = tuple(str(one) for one in entry["right"])
    hits = {f"hit@{depth}": partial(_hit, right, depth) for depth in (1, 5)}
    return Question(text=str(entry["query"]), right=right, measures=hits)


def _hit(right: Sequence[str], depth: int, ranking: Sequence[str]) -> float:
    return float(bool(set(right) & set(ranking[:depth])))


def read_lines(path: Path, parse: Callable[[Any], T], expected: str) -> list[T]:
    """Each line of a JSONL file, parsed; UserError names the first that is not what was expected."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                found.append(parse(json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                raise UserError(f"{path}, line {number}: not {expected} ({error!r})") from error
    return found


def tracked(items: Sequence[T], step: str, on_progress: Progress) -> Iterator[T]:
    """The same items, each counted when it is done with."""
    for number, item in enumerate(items, start=1):
        yield item
        on_progress(step, number, len(items))


def ndcg(relevance: Mapping[str, float], ranking: Sequence[str], k: int) -> float:
    """NDCG@k (Järvelin & Kekäläinen, 2002) with gain 2^r - 1; what nobody judged counts as irrelevant. 0 where nothing is relevant."""
    ideal = _dcg(sorted(relevance.values(), reverse=True)[:k])
    return _dcg([relevance.get(product_id, 0.0) for product_id in ranking[:k]]) / ideal if ideal else 0.0


def judged_ndcg(relevance: Mapping[str, float], ranking: Sequence[str], k: int) -> float:
    """NDCG@k of the ranking without the products that nobody judged."""
    return ndcg(relevance, [product_id for product_id in ranking if product_id in relevance], k)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed (nearest rank); 0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _dcg(relevances: Sequence[float]) -> float:
    return sum((2**relevance - 1) / math.log2(position + 1) for position, relevance in enumerate(relevances, start=1))
