"""The products as training sees them: what they read like, and which of them were on sale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from daogou.learn.sequence_network import FREE, Weights, item_vectors
from daogou.learn.traces import Floats, Mask, Traces
from daogou.recommend.alike import Vectors

if TYPE_CHECKING:
    import torch

FLATTENED = 0.75  # of the counts (Mikolov et al. 2013): what is rare is drawn more often than it is wanted


@dataclass(frozen=True, eq=False, kw_only=True)
class Stock:
    """The products as tensors."""

    content: torch.Tensor | None  # (n_items, dimensions of their text)
    rivals: (
        torch.Tensor
    )  # (n_rivals,) rows that the wanted ones are set beside: what was seen, for the rest was not on sale
    place: torch.Tensor  # (n_items,) where a row stands among the rivals
    bias: Floats  # (n_items,) the log of how often each was touched
    newcomer: float  # that of a product which was never seen: it is taken to be as popular as the middle one
    chances: torch.Tensor  # (n_rivals,) how likely each is drawn as a negative

    def served(self, weights: Weights) -> torch.Tensor:
        """(n_items, d) as they will be served: of what was never seen, only what it reads like is known."""
        import torch

        kept = torch.zeros(len(weights[FREE]), 1, device=self.rivals.device)
        kept[self.rivals] = 1.0
        with torch.no_grad():
            return item_vectors(weights, self.content, kept)


def stock_of(traces: Traces, left_out: Mask, vectors: Vectors | None, device: str) -> Stock:
    """Of a log without some visits (n_visits,)."""
    import torch

    counts = np.bincount(traces.row[~left_out[traces.visit]], minlength=traces.n_items)
    rivals = np.flatnonzero(counts)
    place = np.zeros(traces.n_items, dtype=np.int64)
    place[rivals] = np.arange(len(rivals))
    chances = counts[rivals] ** FLATTENED
    seen = np.log(np.maximum(counts, 1))
    newcomer = float(np.median(seen[rivals]))
    return Stock(
        bias=np.where(counts > 0, seen, newcomer).astype(np.float32),
        newcomer=newcomer,
        content=None if vectors is None else torch.from_numpy(np.asarray(vectors, dtype=np.float32)).to(device),
        rivals=torch.from_numpy(rivals).to(device),
        place=torch.from_numpy(place).to(device),
        chances=torch.from_numpy((chances / chances.sum()).astype(np.float32)).to(device),
    )
