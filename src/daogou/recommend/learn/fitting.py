"""Every expert of the mixture, fitted to one log."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from daogou.recommend.history import ItemTable
from daogou.recommend.learn.interactions import Interactions
from daogou.recommend.learn.item_models import MOST_ITEMS, factorise, ridge, similar, transitions
from daogou.recommend.models.alike import Vectors, alike
from daogou.recommend.models.contract import Model, Scores
from daogou.recommend.models.neighbours import ALIKE, NEXT, Neighbours
from daogou.recommend.models.popular import Popular, PopularInKind, Repeats, Uniform
from daogou.recommend.models.taste import POPULAR, PRICE, Taste
from daogou.recommend.models.traits import Traits

HALF_LIFE_DAYS = 30.0
MOST = 300  # neighbours of one product
HISTORY_DECAY = 0.6  # of what the shopper did a visit earlier
SIMILAR_DECAY = 0.7
TASTE_DECAY = 0.95  # tastes last
MakeModel: TypeAlias = Callable[[Interactions], Model]
Further: TypeAlias = Sequence[MakeModel]
LAG_DECAY = 0.5  # of a pair that is a visit farther apart


@dataclass(frozen=True, kw_only=True)
class ItemData:
    """What the models may know of the products themselves, row by row."""

    table: ItemTable
    kinds: Sequence[str] = ()  # (n_items,) product types
    vectors: Mapping[str, Vectors] = field(default_factory=dict)  # by encoder: (n_items, dimensions)
    traits: Traits | None = None


def fit_models(interactions: Interactions, item_data: ItemData, further: Further = ()) -> list[Model]:
    """All of them, and `further` ones made of the same traces; the first is what a stranger is shown."""
    counts = popularity(interactions)
    found: list[Model] = [Popular(counts), Uniform(interactions.n_items), Repeats(interactions.n_items, HISTORY_DECAY)]
    if len(set(item_data.kinds)) > 1:
        found.append(PopularInKind.of(counts, item_data.kinds, HISTORY_DECAY))
    found += [
        Neighbours("similar", similar(interactions, decay=SIMILAR_DECAY, most=MOST), SIMILAR_DECAY),
        Neighbours(NEXT, transitions(interactions, decay=LAG_DECAY, most=MOST), HISTORY_DECAY),
        factorise(interactions),
    ]
    if interactions.n_items <= MOST_ITEMS:
        found.append(Neighbours("ridge", ridge(interactions, decay=HISTORY_DECAY, most=MOST), HISTORY_DECAY))
    if item_data.traits is not None:
        found.append(taste(interactions, item_data.traits, counts, decay=TASTE_DECAY))
    found += [Neighbours(f"{ALIKE}{name}", alike(some), HISTORY_DECAY) for name, some in item_data.vectors.items()]
    return [*found, *(make(interactions) for make in further)]


def popularity(interactions: Interactions, half_life_days: float = HALF_LIFE_DAYS) -> Scores:
    """(n_items,) how strongly each was wanted, as of the newest visit; one half-life earlier counts half."""
    if not len(interactions.day):
        return np.zeros(interactions.n_items, dtype=np.float32)
    fresh = 0.5 ** ((interactions.day.max() - interactions.day) / half_life_days)
    return np.bincount(interactions.row, interactions.strength * fresh, minlength=interactions.n_items).astype(
        np.float32
    )


VISITS = 1_500  # that the weights are fitted on
OTHERS = 300  # products drawn for each, among which the chosen one must be found
RIDGE = 1e-3  # on the squared weights, for each visit


def taste(
    interactions: Interactions, traits: Traits, counts: npt.NDArray[np.float32], *, decay: float, seed: int = 0
) -> Taste:
    """Fitted to what returning shoppers wanted next."""
    names = [*traits.codes, PRICE, POPULAR]
    unfitted = Taste(traits, counts, dict.fromkeys(names, 1.0), decay)
    features = _features(interactions, unfitted, names, np.random.default_rng(seed))
    if not len(features):
        return unfitted
    found = minimize(_loss, np.ones(len(names)), args=(features,), jac=True, method="L-BFGS-B")
    return replace(unfitted, weights=dict(zip(names, map(float, found.x), strict=True)))


def _features(
    interactions: Interactions, unfitted: Taste, names: list[str], dice: np.random.Generator
) -> npt.NDArray[np.float64]:
    """(n_visits, 1 + OTHERS, n_features): what was chosen stands first."""
    returning = np.flatnonzero(np.append(False, interactions.shopper_of[1:] == interactions.shopper_of[:-1]))
    visits = dice.choice(returning, min(VISITS, len(returning)), replace=False)
    found = []
    for visit in visits:
        rows, shares = interactions.before(int(visit)).weights(unfitted.decay)
        told = unfitted.features(rows, shares)
        chosen = dice.choice(interactions.wanted(int(visit)))
        drawn = np.append(chosen, dice.integers(interactions.n_items, size=OTHERS))
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
