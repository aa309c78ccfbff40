"""All that is known at one moment of what goes with what: the learnt part, and the products as they are now."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from daogou.recommend.artifact import Counts
from daogou.recommend.history import History, ItemTable, Rows, Visit
from daogou.recommend.mixture import MixedScores, Mixture
from daogou.recommend.models.contract import Model, Scores, probabilities
from daogou.recommend.models.neighbours import ALIKE

TOGETHER, BOTH = "together", "both"  # bought in one visit; chosen by the same shoppers
LIFT = 3.0  # nats that a shopper's history moves a product up or down, at most


@dataclass(frozen=True, eq=False, kw_only=True)
class Knowledge:
    """Row by row of the table; replaced as a whole when the products change or something new was learnt."""

    table: ItemTable
    mixture: Mixture
    counts: Counts | None  # None: nothing was learnt yet
    sellable: npt.NDArray[np.bool_]  # (n_items,) still in the shop, and not out of stock
    kinds: Rows  # (n_items,) product type, as a number; -1: none
    brands: Rows  # (n_items,)
    version: int = 0  # of what was learnt; 0: nothing yet

    @cached_property
    def stranger(self) -> MixedScores:
        """What is believed of somebody of whom nothing is known."""
        return self.mixture.mixed(History())

    def lift(self, history: History) -> Scores:
        """(n_items,) log P(item | shopper) - log P(item | anybody), in nats, within LIFT; zeros for a stranger."""
        if not history:
            return np.zeros(len(self.table), dtype=np.float32)
        own, usual = self.mixture.scores(history), self.stranger.total
        floor = 0.01 / max(len(self.table), 1)  # what is that unlikely either way tells nothing
        return np.clip(np.log((own + floor) / (usual + floor)), -LIFT, LIFT)

    def scores_of(self, name: str, rows: Sequence[int]) -> Scores:
        """(n_items,) what one expert alone makes of those products, as a distribution; zeros where there is no such expert."""
        history = History((Visit(items=dict.fromkeys(rows, 1.0)),)) if rows else History()
        found = np.zeros(len(self.table), dtype=np.float32)
        for model in self._named(name):
            found += probabilities(model.scores(history))
        return probabilities(found)

    def _named(self, name: str) -> list[Model]:
        return [model for model in self.mixture.models if model.name == name or model.name.startswith(f"{name}: ")]

    def alike(self, rows: Sequence[int]) -> Scores:
        """(n_items,) what reads like those products."""
        return self.scores_of(ALIKE.removesuffix(": "), rows)

    def together(self, row: int) -> Scores:
        """(n_items,) how many shoppers bought both in one visit; zeros where nobody counted."""
        found = np.zeros(len(self.table), dtype=np.float32)
        columns, counts = self._pairs("together", row)
        found[columns] = counts
        return found

    def counted(self, name: str, row: int, rows: Rows) -> Scores:
        """(len(rows),) how many shoppers did it (TOGETHER or BOTH), for some products alone."""
        columns, counts = self._pairs(name, row)
        if not len(columns):
            return np.zeros(len(rows), dtype=np.float32)
        places = np.minimum(np.searchsorted(columns, rows), len(columns) - 1)
        return np.where(columns[places] == rows, counts[places], np.float32(0.0))

    @cached_property
    def buyers(self) -> Rows:
        """(n_items,) how many shoppers bought it."""
        known = self.counts.buyers if self.counts is not None else np.zeros(0, dtype=np.int32)
        return np.pad(known, (0, len(self.table) - len(known))).astype(np.int32)

    def _pairs(self, name: str, row: int) -> tuple[Rows, Scores]:
        """((n,), (n,)) which products, ascending, and how many shoppers."""
        if self.counts is None or row >= len(self.counts.buyers):
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        pairs = self.counts.together if name == TOGETHER else self.counts.both
        start, end = pairs.indptr[row], pairs.indptr[row + 1]
        return pairs.indices[start:end], pairs.data[start:end]
