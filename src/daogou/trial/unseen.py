"""What each step is worth in a shop that nobody tuned for: words, vectors, fit, readings; search and conversation beside each other.

A query counts where one of its right products stands first, or among the first five. `daogou evaluate unseen` runs it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from daogou.errors import UserError
from daogou.find.retrieve import retrieve
from daogou.guide import Guide
from daogou.rank.fit import relevance
from daogou.shop.need import ShopperNeed
from daogou.store.progress import Progress, silent
from daogou.text.normalize import language_of
from daogou.trial.bootstrap import Gain, paired_gain
from daogou.trial.weighing import aside

FIRST, FEW = 1, 5
Find: TypeAlias = Callable[[str], Sequence[str]]  # message -> product ids, best first
WORDS, VECTORS, FIT, READINGS = "words", "+ vectors", "+ fit", "+ readings"  # fit: kinds and wishes
CHAT = "conversation"


@dataclass(frozen=True, kw_only=True)
class Query:
    """What was typed, and the products that answer it."""

    text: str
    right: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Hits:
    """One rung: for each query whether a right product stood first, and among the first five."""

    first: Sequence[float]
    few: Sequence[float]
    empty: float  # share of queries without any product

    def rate(self, values: Sequence[float]) -> float:
        """The mean; 0 of none."""
        return sum(values) / len(values) if values else 0.0


@dataclass(frozen=True, kw_only=True)
class UnseenStep:
    """One rung beside the one below it (a conversation beside the search of the same rung)."""

    name: str
    hit_1: float
    hit_5: float
    empty: float
    gain_1: Gain | None
    gain_5: Gain | None


def read_queries(path: Path) -> list[Query]:
    """JSON lines {"query", "right"}; UserError with the line where one has another form."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            found.append(Query(text=str(entry["query"]), right=tuple(str(one) for one in entry["right"])))
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(
                f'{path}: line {number}: {error!r}; expected {{"query": "...", "right": ["id", ...]}}'
            ) from error
    return found


def climb(guide: Guide, queries: Sequence[Query], *, on_progress: Progress = silent) -> Mapping[str, Hits]:
    """Every rung, and the conversation on those that can hold one."""
    rungs = _rungs(guide)
    found, done = {}, 0
    for name, find in rungs.items():
        shown = []
        for query in queries:
            shown.append(list(find(query.text)))
            done += 1
            on_progress("unseen", done, len(rungs) * len(queries))
        found[name] = _hits(queries, shown)
    return found


def unseen_steps(hits: Mapping[str, Hits]) -> list[UnseenStep]:
    """Each rung with what it adds to its neighbour."""
    return [_step(name, one, hits.get(_below(name))) for name, one in hits.items()]


def _rungs(guide: Guide) -> dict[str, Find]:
    plain = aside(guide, bend=lambda need: replace(need, alternatives=()))
    whole = aside(guide)
    return {
        WORDS: lambda text: _found(aside(guide, encoders=()), text),
        VECTORS: lambda text: _found(guide, text),
        FIT: lambda text: _searched(plain, text),
        f"{FIT}: {CHAT}": lambda text: _talked(plain, text),
        READINGS: lambda text: _searched(whole, text),
        f"{READINGS}: {CHAT}": lambda text: _talked(whole, text),
    }


def _below(name: str) -> str:
    rung, _, chat = name.partition(": ")
    if chat:
        return rung
    order = [WORDS, VECTORS, FIT, READINGS]
    return order[order.index(rung) - 1] if rung != WORDS else ""


def _found(guide: Guide, text: str) -> list[str]:
    """What the searchers find by the message as it is, nothing understood."""
    need = ShopperNeed(query=text, language=language_of(text))
    found = retrieve(need, index=guide.index, encoders=guide.encoders).candidates
    return [one.product_id for one in sorted(found, key=lambda one: (-relevance(one), one.product_id))]


def _searched(guide: Guide, text: str) -> list[str]:
    return [one.product_id for one in guide.search(text, limit=FEW).shortlist]


def _talked(guide: Guide, text: str) -> list[str]:
    return [one.product.id for one in guide.answer(text).response.recommendations]


def _hits(queries: Sequence[Query], shown: Sequence[Sequence[str]]) -> Hits:
    def hit(count: int) -> list[float]:
        return [float(bool(set(one.right) & set(ids[:count]))) for one, ids in zip(queries, shown, strict=True)]

    return Hits(first=hit(FIRST), few=hit(FEW), empty=sum(not ids for ids in shown) / max(len(shown), 1))


def _step(name: str, hits: Hits, below: Hits | None) -> UnseenStep:
    return UnseenStep(
        name=name,
        hit_1=hits.rate(hits.first),
        hit_5=hits.rate(hits.few),
        empty=hits.empty,
        gain_1=paired_gain(below.first, hits.first) if below else None,
        gain_5=paired_gain(below.few, hits.few) if below else None,
    )
