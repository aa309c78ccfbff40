"""How well next visits are foretold, every product ranked against every other: no sampled negatives (Krichene & Rendle, 2020)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daogou.recommend.learn.bootstrap import mean_interval
from daogou.recommend.models.contract import Scores

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
