"""The weights of P(sold) fitted anew, the shop asked about left out: what the judgement is worth in a shop that it has not seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from daogou.rank.sold import WEIGHTS, Evidence
from daogou.trial.sold import Told

RIDGE = 0.5  # keeps weights that few requests tell apart from growing without end
STEPS = 50  # of Newton's method: a dozen are enough


@dataclass(frozen=True, kw_only=True)
class SoldWeights:
    """A bias and one weight for each fact of the evidence, in the order of WEIGHTS."""

    bias: float
    weights: tuple[float, ...]

    def probability(self, evidence: Evidence) -> float:
        """P(sold)."""
        return float(_sigmoid(np.array([self.bias + float(np.dot(self.weights, _facts(evidence)))]))[0])

    def __str__(self) -> str:
        named = " ".join(f"{name} {weight:+.2f}" for name, weight in zip(WEIGHTS, self.weights, strict=True))
        return f"bias {self.bias:+.2f} {named}"


def fit(told: Sequence[Told], *, ridge: float = RIDGE) -> SoldWeights:
    """Logistic regression by Newton's method, a ridge on all but the bias; only where P(sold) decides."""
    weighed = [one for one in told if one.weighed]
    facts = np.array([[1.0, *_facts(one.evidence)] for one in weighed]).reshape(-1, 1 + len(WEIGHTS))
    sold = np.array([float(one.request.sold) for one in weighed])
    penalty = ridge * np.diag([1e-6, *([1.0] * len(WEIGHTS))])
    found = np.zeros(facts.shape[1])
    for _ in range(STEPS):
        said = _sigmoid(facts @ found)
        slope = facts.T @ (sold - said) - penalty @ found
        bend = (facts * (said * (1 - said))[:, None]).T @ facts + penalty + 1e-9 * np.eye(len(found))
        step = np.linalg.solve(bend, slope)
        found = found + step
        if float(np.abs(step).max()) < 1e-9:
            break
    return SoldWeights(bias=float(found[0]), weights=tuple(float(one) for one in found[1:]))


def left_out(told: Sequence[Told], *, ridge: float = RIDGE) -> list[float]:
    """P(sold) of each request by weights that were fitted without its shop."""
    shops = dict.fromkeys(one.request.shop for one in told)
    fits = {shop: fit([one for one in told if one.request.shop != shop], ridge=ridge) for shop in shops}
    return [fits[one.request.shop].probability(one.evidence) for one in told]


def _facts(evidence: Evidence) -> list[float]:
    return [float(getattr(evidence, name)) for name in WEIGHTS]


def _sigmoid(
    odds: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]",
) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))
