"""What a shopper did, as rows of the item table: visits, newest last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

VISITS = 50  # of a history, at most: what lies farther back says nothing more
ITEMS = 200  # different products of a history, at most

Rows = npt.NDArray[np.int32]  # (n,)
Weights = npt.NDArray[np.float32]  # (n,)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One visit: row -> how strongly it was wanted, in (0, 1]; in the order in which it was first touched."""

    items: Mapping[int, float]
    bought: frozenset[int] = frozenset()


@dataclass(frozen=True)
class History:
    """A shopper's visits, oldest first."""

    visits: tuple[Visit, ...] = ()

    @classmethod
    def of(cls, visits: Sequence[Visit]) -> "History":
        """The newest visits and products; what is beyond the limits is left out."""
        kept: list[Visit] = []
        seen: set[int] = set()
        for visit in reversed(visits[-VISITS:]):
            room = ITEMS - len(seen)
            if room <= 0:
                break
            items = dict(list(visit.items.items())[-room:])
            seen |= items.keys()
            kept.append(Visit(items=items, bought=visit.bought & items.keys()))
        return cls(tuple(reversed(kept)))

    @cached_property
    def sequence(self) -> Rows:
        """(n,) every touched product in order, oldest first."""
        return np.array([row for visit in self.visits for row in visit.items], dtype=np.int32)

    @cached_property
    def bought(self) -> frozenset[int]:
        """Everything that was bought."""
        return frozenset(row for visit in self.visits for row in visit.bought)

    def weights(self, decay: float) -> tuple[Rows, Weights]:
        """((n,), (n,)) the different products, each with its strength summed over the visits; `decay` a visit ago."""
        if decay not in self._weights:
            self._weights[decay] = self._weighed(decay)
        return self._weights[decay]

    @cached_property
    def _weights(self) -> dict[float, tuple[Rows, Weights]]:
        return {}

    def _weighed(self, decay: float) -> tuple[Rows, Weights]:
        total: dict[int, float] = {}
        for ago, visit in enumerate(reversed(self.visits)):
            for row, strength in visit.items.items():
                total[row] = total.get(row, 0.0) + strength * decay**ago
        return np.fromiter(total, np.int32, len(total)), np.fromiter(total.values(), np.float32, len(total))

    def __bool__(self) -> bool:
        return bool(self.visits)
