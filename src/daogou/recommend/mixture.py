"""P(item | shopper) = sum over experts of w P(item | shopper, expert): several voices, one belief.

Linear interpolation as in language models (Jelinek & Mercer, 1980): the weights are fitted by expectation maximisation
on visits that the experts have not seen (learn/mixing.py), apart for shoppers of whom the log tells more or less.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from daogou.recommend.contract import Recommender, Scores, probabilities
from daogou.recommend.history import History


@dataclass(frozen=True, eq=False)
class Belief:
    """What the mixture thinks of every product, and which voice said how much of it."""

    total: Scores  # (n_items,) sums to 1
    parts: Mapping[
        str, Scores
    ]  # by expert that had something to say: (n_items,), weighted; together they are the total

    def voices(self, row: int) -> list[tuple[str, float]]:
        """Which experts speak for that product: (name, share of the belief), the strongest first."""
        total = float(self.total[row]) or 1.0
        told = [(name, float(part[row]) / total) for name, part in self.parts.items() if part[row] > 0]
        return sorted(told, key=lambda voice: -voice[1])


@dataclass(frozen=True, eq=False)
class Mixture:
    """The experts; the first is what everybody falls back on: one that has nothing to say repeats it."""

    experts: Sequence[Recommender]
    weights: npt.NDArray[np.float32]  # (n_levels, n_experts), rows sum to 1
    levels: Sequence[float]  # of the gauge, ascending: from each on the next row of weights counts
    gauge: str  # the expert whose sum of scores tells how much is known of a history
    name: str = "mixture"

    def scores(self, history: History) -> Scores:
        """(n_items,) the belief."""
        return self.belief(history).total

    def belief(self, history: History) -> Belief:
        """With every part apart."""
        raw, level = self._raw(history)
        weights = self.weights[level]
        totals = [float(one.sum()) for one in raw]
        silent = float(sum(w for w, total in zip(weights, totals, strict=True) if not total))
        parts = {
            expert.name: np.float32(w / total) * one
            for expert, w, total, one in zip(self.experts, weights, totals, raw, strict=True)
            if total
        }
        first = self.experts[0].name
        parts[first] = parts.get(first, np.float32(0.0)) + np.float32(silent) * self._fallback(raw)
        total = np.asarray(np.sum(list(parts.values()), axis=0), dtype=np.float32)
        return Belief(total=total, parts=parts)

    def told(self, history: History) -> tuple[list[Scores], int]:
        """Each expert's distribution, and which row of the weights counts."""
        raw, level = self._raw(history)
        fallback = self._fallback(raw)
        return [probabilities(one) if one.any() else fallback for one in raw], level

    def _raw(self, history: History) -> tuple[list[Scores], int]:
        raw = [expert.scores(history) for expert in self.experts]
        return raw, int(np.searchsorted(self.levels, raw[self._gauge].sum(), side="right"))

    def _fallback(self, raw: Sequence[Scores]) -> Scores:
        return probabilities(raw[0] if raw[0].any() else np.ones_like(raw[0]))

    @cached_property
    def _gauge(self) -> int:
        return [expert.name for expert in self.experts].index(self.gauge)
