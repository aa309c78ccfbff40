"""Matrix factorisation for implicit feedback (Hu, Koren & Volinsky, 2008): the shopper's vector is solved for at each request."""

import functools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from daogou.recommend.history import History
from daogou.recommend.models.contract import Scores

Factors32 = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Factors:
    """Item factors of an alternating least squares fit; a new click counts without training ("fold-in")."""

    items: Factors32  # (n_items, n_factors)
    alpha: float  # confidence of a touch: 1 + alpha * strength
    regularization: float
    decay: float
    sharpness: int = 3  # a score's power: the preferences that are solved for are too even for a distribution
    name: str = "factors"

    def scores(self, history: History) -> Scores:
        """(n_items,) the preference, from 0 up, sharpened."""
        rows, shares = history.weights(self.decay)
        known = self.items[rows].any(axis=1)
        if not known.any():
            return np.zeros(len(self.items), dtype=np.float32)
        preference = self.items @ self._shopper(rows[known], shares[known])
        np.maximum(preference, 0.0, out=preference)
        return functools.reduce(np.multiply, [preference] * self.sharpness)  # far faster than a power

    def _shopper(self, rows: npt.NDArray[np.int32], shares: npt.NDArray[np.float32]) -> Factors32:
        """(n_factors,) argmin of the weighted squares: (Y'Y + Y'(C - I)Y + lambda I)^-1 Y'C p."""
        touched = self.items[rows]
        more = self.alpha * shares
        left = self._gram + (touched.T * more) @ touched
        return np.linalg.solve(left, touched.T @ (1.0 + more)).astype(np.float32)

    @cached_property
    def _gram(self) -> Factors32:
        return self.items.T @ self.items + self.regularization * np.eye(self.items.shape[1], dtype=np.float32)

    def widened(self, more: int) -> "Factors":
        """Further products at the table's end, of which it knows nothing."""
        items = np.pad(self.items, ((0, more), (0, 0)))
        return Factors(items, self.alpha, self.regularization, self.decay, self.sharpness)
