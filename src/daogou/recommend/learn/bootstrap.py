"""Is a gain more than chance? The paired bootstrap (Efron & Tibshirani, 1993; for rankings: Sakai, 2006)."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 10_000
MIDDLE = (2.5, 97.5)  # percentiles: a 95 % interval


@dataclass(frozen=True, kw_only=True)
class Gain:
    """The mean difference and its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def helps(self) -> bool:
        """Above zero, and not by chance."""
        return self.low > 0

    def __str__(self) -> str:
        return f"{self.value:+.4f} ({self.low:+.4f} to {self.high:+.4f})"


def paired_gain(
    before: Sequence[float],
    after: Sequence[float],
    *,
    groups: Sequence[Hashable] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Gain:
    """How much larger `after` is than `before`, case by case.

    `groups` holds what belongs together (the turns of one conversation): whole groups are drawn, as their cases are not
    independent of each other.
    """
    differences = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    if not len(differences):
        return Gain(value=0.0, low=0.0, high=0.0)
    names = {name: number for number, name in enumerate(dict.fromkeys(groups))} if groups is not None else {}
    member_of = np.array([names[name] for name in groups]) if groups is not None else np.arange(len(differences))
    sums = np.bincount(member_of, weights=differences)  # (n_groups,)
    sizes = np.bincount(member_of)  # (n_groups,)
    drawn = np.random.default_rng(seed).integers(len(sums), size=(resamples, len(sums)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.percentile(means, MIDDLE)
    return Gain(value=float(differences.mean()), low=float(low), high=float(high))


def mean_interval(
    values: Sequence[float], *, groups: Sequence[Hashable] | None = None, seed: int = 0, resamples: int = 2_000
) -> tuple[float, float]:
    """The mean's 95 % interval; `groups` holds what belongs together, as in `paired_gain`."""
    gain = paired_gain([0.0] * len(values), values, groups=groups, seed=seed, resamples=resamples)
    return gain.low, gain.high
