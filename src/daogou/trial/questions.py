"""What a shop is asked, and how good a list of products is as an answer: right products, or people's judgements."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeAlias

from daogou.errors import UserError
from daogou.trial.metrics import ndcg
from daogou.trial.search import CUT_OFF, read_judgements

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
        return _queries(path)
    return [
        Question(text=query, measures={f"NDCG@{CUT_OFF}": partial(ndcg, rated, k=CUT_OFF)})
        for query, rated in read_judgements(path).items()
    ]


def _queries(path: Path) -> list[Question]:
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            text, right = str(entry["query"]), tuple(str(one) for one in entry["right"])
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(
                f'{path}: line {number}: {error!r}; expected {{"query": "...", "right": ["id", ...]}}'
            ) from error
        hits = {f"hit@{depth}": partial(_hit, right, depth) for depth in (1, 5)}
        found.append(Question(text=text, right=right, measures=hits))
    return found


def _hit(right: Sequence[str], depth: int, ranking: Sequence[str]) -> float:
    return float(bool(set(right) & set(ranking[:depth])))
