"""Tastes: the brand, the colour, the price level that a shopper keeps coming back to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from daogou.recommend.history import History, Rows, Weights
from daogou.recommend.models.contract import Scores
from daogou.recommend.models.traits import Traits

PRIOR = 1.0  # touches' worth of the shop's own shares that every shopper starts with
POPULAR, PRICE = "popular", "price"


@dataclass(frozen=True, eq=False)
class Taste:
    """A conditional logit (McFadden, 1974): P(item | shopper) is proportional to exp(sum of weight x feature).

    A trait's feature is the log of how much more often the shopper chose its value than the shop's shoppers do; the price's
    is the squared distance from the price level that the shopper is used to; popularity's is its logarithm.
    """

    traits: Traits
    counts: Scores  # (n_items,) popularity
    weights: Mapping[str, float]  # by feature; 0 or less for a trait: it tells nothing
    decay: float
    name: str = "taste"

    def scores(self, history: History) -> Scores:
        """(n_items,) zeros for a stranger."""
        rows, shares = history.weights(self.decay)
        if not len(rows):
            return np.zeros(len(self.counts), dtype=np.float32)
        total = self._expected + np.float32(self.weights[PRICE]) * self._nearness(rows, shares)
        for name, codes in self.traits.codes.items():
            total += (np.float32(self.weights[name]) * self._liking(name, rows, shares))[codes]
        total -= total.max()
        return np.exp(total, out=total)

    def features(self, rows: Rows, shares: Weights) -> dict[str, npt.NDArray[np.float32]]:
        """By name: (n_items,) of the shopper who touched those rows."""
        found = {name: self._liking(name, rows, shares)[self.traits.codes[name]] for name in self.traits.codes}
        return found | {PRICE: self._nearness(rows, shares), POPULAR: self._log_counts}

    def liking(self, name: str, history: History) -> npt.NDArray[np.float32]:
        """(n_values + 1,) log of how much more often than the shop's shoppers this one chose each value of the trait."""
        return self._liking(name, *history.weights(self.decay))

    def _liking(self, name: str, rows: Rows, shares: Weights) -> npt.NDArray[np.float32]:
        usual = self._usual[name]  # (n_values + 1,), the last for what the row does not say
        chosen = np.bincount(self.traits.codes[name][rows] % len(usual), shares, minlength=len(usual))
        lift = (chosen + PRIOR * usual) / (chosen.sum() + PRIOR) / usual
        lift[-1] = 1.0
        return np.asarray(np.log(lift), dtype=np.float32)

    def _nearness(self, rows: Rows, shares: Weights) -> npt.NDArray[np.float32]:
        levels = self.traits.price_level[rows]
        known = ~np.isnan(levels)
        used_to = (levels[known] @ shares[known] + 0.5 * PRIOR) / (shares[known].sum() + PRIOR)
        return np.asarray(-((self._levels - used_to) ** 2), dtype=np.float32)

    @cached_property
    def _levels(self) -> npt.NDArray[np.float32]:
        return np.nan_to_num(self.traits.price_level, nan=0.5)

    @cached_property
    def _log_counts(self) -> npt.NDArray[np.float32]:
        return np.log1p(self.counts).astype(np.float32)

    @cached_property
    def _expected(self) -> npt.NDArray[np.float32]:
        return np.float32(self.weights[POPULAR]) * self._log_counts

    @cached_property
    def _usual(self) -> dict[str, npt.NDArray[np.float64]]:
        """By trait: (n_values + 1,) the share of what the shop's shoppers choose, popular products more."""
        return {
            name: _shares(self.traits.codes[name], self.counts, len(values) + 1)
            for name, values in self.traits.values.items()
        }

    def widened(self, traits: Traits) -> "Taste":
        """With further products at the table's end, `like` its own traits."""
        grown = Traits(
            values=self.traits.values,
            codes={name: np.append(codes, traits.codes[name]) for name, codes in self.traits.codes.items()},
            price_level=np.append(self.traits.price_level, traits.price_level),
        )
        return replace(self, traits=grown, counts=np.pad(self.counts, (0, len(traits))))


def _shares(codes: npt.NDArray[np.int32], counts: Scores, size: int) -> npt.NDArray[np.float64]:
    """(size,) smoothed, so that no value is impossible."""
    found = np.bincount(codes % size, counts + 1e-3 * (counts.mean() + 1e-3), minlength=size) + 1e-9
    return np.asarray(found / found.sum(), dtype=np.float64)
