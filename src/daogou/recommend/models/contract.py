"""A recommender model scores every product by how strongly what a shopper did calls for it."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from daogou.recommend.history import History

Scores = npt.NDArray[np.float32]  # (n_items,), at least 0; all zeros: it has nothing to say


class Model(Protocol):
    """One model. Safe to call from several threads; a call takes milliseconds."""

    @property
    def name(self) -> str:
        """What its figures and its scores are called."""
        ...

    def scores(self, history: History) -> Scores:
        """(n_items,) float32, at least 0, a share of belief rather than a rank: twice the score is twice as likely.

        All zeros where this history tells it nothing. Products that were bought before are not left out.
        """
        ...


def probabilities(scores: Scores) -> Scores:
    """The scores as a distribution: they sum to 1, or are all zero."""
    total = float(scores.sum())
    return scores / total if total > 0 else scores
