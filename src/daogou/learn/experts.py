"""Every expert of the mixture, fitted to one log."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from daogou.learn.cooccurrence import similar, transitions
from daogou.learn.linear import MOST_ITEMS, factorise, ridge
from daogou.learn.tasting import taste
from daogou.learn.traces import Traces
from daogou.recommend.alike import Vectors, alike
from daogou.recommend.contract import Recommender, Scores
from daogou.recommend.items import ItemTable
from daogou.recommend.neighbours import ALIKE, NEXT, Neighbours
from daogou.recommend.popular import Popular, PopularInKind, Repeats, Uniform
from daogou.recommend.traits import Traits

HALF_LIFE_DAYS = 30.0
MOST = 300  # neighbours of one product
HISTORY_DECAY = 0.6  # of what the shopper did a visit earlier
SIMILAR_DECAY = 0.7
TASTE_DECAY = 0.95  # tastes last
MakeExpert: TypeAlias = Callable[[Traces], Recommender]
Further: TypeAlias = Sequence[MakeExpert]
LAG_DECAY = 0.5  # of a pair that is a visit farther apart


@dataclass(frozen=True, kw_only=True)
class Goods:
    """What the models may know of the products themselves, row by row."""

    table: ItemTable
    kinds: Sequence[str] = ()  # (n_items,) product types
    vectors: Mapping[str, Vectors] = field(default_factory=dict)  # by encoder: (n_items, dimensions)
    traits: Traits | None = None


def experts(traces: Traces, goods: Goods, further: Further = ()) -> list[Recommender]:
    """All of them, and `further` ones made of the same traces; the first is what a stranger is shown."""
    counts = popularity(traces)
    found: list[Recommender] = [Popular(counts), Uniform(traces.n_items), Repeats(traces.n_items, HISTORY_DECAY)]
    if len(set(goods.kinds)) > 1:
        found.append(PopularInKind.of(counts, goods.kinds, HISTORY_DECAY))
    found += [
        Neighbours("similar", similar(traces, decay=SIMILAR_DECAY, most=MOST), SIMILAR_DECAY),
        Neighbours(NEXT, transitions(traces, decay=LAG_DECAY, most=MOST), HISTORY_DECAY),
        factorise(traces),
    ]
    if traces.n_items <= MOST_ITEMS:
        found.append(Neighbours("ridge", ridge(traces, decay=HISTORY_DECAY, most=MOST), HISTORY_DECAY))
    if goods.traits is not None:
        found.append(taste(traces, goods.traits, counts, decay=TASTE_DECAY))
    found += [Neighbours(f"{ALIKE}{name}", alike(some), HISTORY_DECAY) for name, some in goods.vectors.items()]
    return [*found, *(make(traces) for make in further)]


def popularity(traces: Traces, half_life_days: float = HALF_LIFE_DAYS) -> Scores:
    """(n_items,) how strongly each was wanted, as of the newest visit; one half-life earlier counts half."""
    if not len(traces.day):
        return np.zeros(traces.n_items, dtype=np.float32)
    fresh = 0.5 ** ((traces.day.max() - traces.day) / half_life_days)
    return np.bincount(traces.row, traces.strength * fresh, minlength=traces.n_items).astype(np.float32)
