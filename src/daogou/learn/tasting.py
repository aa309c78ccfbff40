"""How much brand, colour and price say of what is chosen next: the weights of recommend/taste.py by maximum likelihood."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from daogou.learn.traces import Traces
from daogou.recommend.taste import POPULAR, PRICE, Taste
from daogou.recommend.traits import Traits

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
