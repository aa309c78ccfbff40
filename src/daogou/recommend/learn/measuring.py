"""How well next visits are foretold, every product ranked against every other (Krichene & Rendle, 2020), and whether a gain is more than chance."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daogou.recommend.models.contract import Scores

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


K = 10
_DISCOUNTS = 1 / np.log2(np.arange(2, K + 2))


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """recall@10 and NDCG@10 of each visit."""

    recalls: npt.NDArray[np.float64]
    ndcgs: npt.NDArray[np.float64]

    @classmethod
    def of(cls, figures: Iterable[tuple[float, float]]) -> "Ranked":
        """From pairs."""
        table = np.array(list(figures), dtype=np.float64).reshape(-1, 2)
        return cls(recalls=table[:, 0], ndcgs=table[:, 1])

    def told(self, groups: Sequence[int] | None = None) -> dict[str, float | list[float]]:
        """Both means with their 95 % intervals; `groups` are whose visits they are."""
        return {
            "recall@10": float(self.recalls.mean()) if len(self.recalls) else 0.0,
            "recall@10 95%": list(mean_interval(self.recalls.tolist(), groups=groups)),
            "ndcg@10": float(self.ndcgs.mean()) if len(self.ndcgs) else 0.0,
            "ndcg@10 95%": list(mean_interval(self.ndcgs.tolist(), groups=groups)),
            "visits": len(self.recalls),
        }


def figures(scores: Scores, wanted: npt.NDArray[np.int32]) -> tuple[float, float]:
    """recall@10 and NDCG@10 of one ranking; of equal scores the earlier row stands first."""
    top = best(scores, K)
    hits = np.isin(top, wanted)
    ideal = _DISCOUNTS[: min(len(wanted), K)].sum()
    return float(hits.sum() / len(wanted)), float((hits * _DISCOUNTS[: len(top)]).sum() / ideal)


def best(scores: Scores, k: int) -> npt.NDArray[np.int64]:
    """(k,) rows, best first."""
    k = min(k, len(scores))
    edge = np.partition(scores, -k)[-k]
    some = np.flatnonzero(scores >= edge)
    return some[np.argsort(-scores[some], kind="stable")][:k]
