"""Every expert of the mixture, fitted to one log."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from daogou.recommend.history import ItemTable
from daogou.recommend.learn.item_models import MOST_ITEMS, factorise, ridge, similar, transitions
from daogou.recommend.learn.traces import Traces
from daogou.recommend.models.alike import Vectors, alike
from daogou.recommend.models.contract import Recommender, Scores
from daogou.recommend.models.neighbours import ALIKE, NEXT, Neighbours
from daogou.recommend.models.popular import Popular, PopularInKind, Repeats, Uniform
from daogou.recommend.models.taste import POPULAR, PRICE, Taste
from daogou.recommend.models.traits import Traits

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


VISITS = 1_500  # that the weights are fitted on
OTHERS = 300  # products drawn for each, among which the chosen one must be found
RIDGE = 1e-3  # on the squared weights, for each visit


def taste(traces: Traces, traits: Traits, counts: npt.NDArray[np.float32], *, decay: float, seed: int = 0) -> Taste:
    """Fitted to what returning shoppers wanted next."""
    names = [*traits.codes, PRICE, POPULAR]
    unfitted = Taste(traits, counts, dict.fromkeys(names, 1.0), decay)
    features = _features(traces, unfitted, names, np.random.default_rng(seed))
    if not len(features):
        return unfitted
    found = minimize(_loss, np.ones(len(names)), args=(features,), jac=True, method="L-BFGS-B")
    return replace(unfitted, weights=dict(zip(names, map(float, found.x), strict=True)))


def _features(traces: Traces, unfitted: Taste, names: list[str], dice: np.random.Generator) -> npt.NDArray[np.float64]:
    """(n_visits, 1 + OTHERS, n_features): what was chosen stands first."""
    returning = np.flatnonzero(np.append(False, traces.shopper_of[1:] == traces.shopper_of[:-1]))
    visits = dice.choice(returning, min(VISITS, len(returning)), replace=False)
    found = []
    for visit in visits:
        rows, shares = traces.before(int(visit)).weights(unfitted.decay)
        told = unfitted.features(rows, shares)
        chosen = dice.choice(traces.wanted(int(visit)))
        drawn = np.append(chosen, dice.integers(traces.n_items, size=OTHERS))
        found.append(np.stack([told[name][drawn] for name in names], axis=1))
    return np.array(found, dtype=np.float64)


def _loss(weights: npt.NDArray[np.float64], features: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
    """Minus the mean log P(chosen), and its gradient."""
    logits = features @ weights  # (n_visits, 1 + OTHERS)
    logits -= logits.max(axis=1, keepdims=True)
    chances = np.exp(logits)
    chances /= chances.sum(axis=1, keepdims=True)
    loss = -np.log(np.maximum(chances[:, 0], 1e-300)).mean() + RIDGE * weights @ weights
    expected = np.einsum("vi,vif->vf", chances, features)
    gradient = (expected - features[:, 0]).mean(axis=0) + 2 * RIDGE * weights
    return float(loss), gradient
