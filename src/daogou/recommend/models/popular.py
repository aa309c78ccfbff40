"""What others choose: popular in the whole shop, popular among the kinds of things that the shopper looks at, chosen before."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from daogou.recommend.history import History
from daogou.recommend.models.contract import Scores


@dataclass(frozen=True, eq=False)
class Popular:
    """The same for everybody: purchases most, looks least, older ones less."""

    counts: Scores  # (n_items,)
    name: str = "popular"

    def scores(self, history: History) -> Scores:
        """(n_items,)."""
        return self.counts

    def widened(self, more: int) -> "Popular":
        """Further products at the table's end: nobody has chosen them yet."""
        return Popular(np.pad(self.counts, (0, more)))


@dataclass(frozen=True, eq=False)
class PopularInKind:
    """Popular among the product types that the shopper looked at."""

    counts: Scores  # (n_items,)
    kinds: npt.NDArray[np.int32]  # (n_items,) the product type's number
    names: tuple[str, ...]  # the product types
    decay: float
    name: str = "popular in kind"

    @classmethod
    def of(cls, counts: Scores, kinds: Sequence[str], decay: float) -> "PopularInKind":
        """From each product's type."""
        return cls(counts[:0], np.zeros(0, dtype=np.int32), (), decay).widened(kinds, counts)

    def scores(self, history: History) -> Scores:
        """(n_items,) P(kind | history) P(item | kind)."""
        rows, shares = history.weights(self.decay)
        liked = np.bincount(self.kinds[rows], shares, minlength=len(self._totals))
        return np.asarray(liked / self._totals, dtype=np.float32)[self.kinds] * self.counts

    @cached_property
    def _totals(self) -> npt.NDArray[np.float64]:
        return np.maximum(np.bincount(self.kinds, self.counts, minlength=len(self.names)), 1e-9)

    def widened(self, kinds: Sequence[str], counts: Scores | None = None) -> "PopularInKind":
        """Further products at the table's end, of these kinds."""
        names = tuple(dict.fromkeys((*self.names, *kinds)))
        numbers = {name: number for number, name in enumerate(names)}
        more = np.array([numbers[kind] for kind in kinds], dtype=np.int32)
        added = np.zeros(len(kinds), dtype=np.float32) if counts is None else counts
        return PopularInKind(np.append(self.counts, added), np.append(self.kinds, more), names, self.decay)


@dataclass(frozen=True, eq=False)
class Repeats:
    """What this shopper wanted before: paper and ink run out."""

    n_items: int
    decay: float
    name: str = "again"

    def scores(self, history: History) -> Scores:
        """(n_items,)."""
        found = np.zeros(self.n_items, dtype=np.float32)
        rows, shares = history.weights(self.decay)
        found[rows] = shares
        return found

    def widened(self, more: int) -> "Repeats":
        """For further products at the table's end."""
        return Repeats(self.n_items + more, self.decay)


@dataclass(frozen=True, eq=False)
class Uniform:
    """Every product the same: what nobody has met yet is not impossible."""

    n_items: int
    name: str = "any"

    def scores(self, history: History) -> Scores:
        """(n_items,) ones."""
        return np.ones(self.n_items, dtype=np.float32)

    def widened(self, more: int) -> "Uniform":
        """For further products at the table's end."""
        return Uniform(self.n_items + more)
