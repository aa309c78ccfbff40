"""How surprised a trained model is by visits that it has not seen, and how far its scores must be cooled or heated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from daogou.learn.sequence_loss import foretelling, with_bias
from daogou.learn.sequence_network import Weights
from daogou.learn.sequence_windows import Windows, batch_of

if TYPE_CHECKING:
    import torch

    from daogou.learn.sequence_settings import SequenceSettings
    from daogou.learn.sequence_stock import Stock

TEMPERATURES = np.geomspace(0.5, 4.0, 23)  # 10 % apart
AT_ONCE = 256  # visits


def surprise_of(weights: Weights, stock: Stock, windows: Windows, settings: SequenceSettings) -> float:
    """Nats per visit, at the temperature that suits them best: what is overconfident can be cooled."""
    return float(surprises(weights, stock, windows, settings).min())


def temperature_of(weights: Weights, stock: Stock, windows: Windows, settings: SequenceSettings) -> float:
    """What the scores are divided by so that the visits surprise least (Guo et al. 2017)."""
    return float(TEMPERATURES[surprises(weights, stock, windows, settings).argmin()])


def surprises(weights: Weights, stock: Stock, windows: Windows, settings: SequenceSettings) -> npt.NDArray[np.float64]:
    """(n_temperatures,) nats per visit, every product beside every other, the ones that were never seen too."""
    import torch

    items = stock.served(weights)
    biased = with_bias(items, weights)
    total = np.zeros(len(TEMPERATURES))
    with torch.no_grad():
        for start in range(0, len(windows), settings.batch):
            batch = batch_of(windows, np.arange(start, min(start + settings.batch, len(windows))))
            called_for = foretelling(weights, items, batch, settings)
            for first in range(0, len(called_for), AT_ONCE):
                mine = (batch.owners >= first) & (batch.owners < first + AT_ONCE)
                scores = called_for[first : first + AT_ONCE] @ biased.T
                total += _of_some(scores, batch.owners[mine] - first, batch.targets[mine], batch.shares[mine])
    return total / len(windows.visits)


def _of_some(
    scores: torch.Tensor, owners: npt.NDArray[np.int64], targets: npt.NDArray[np.int64], shares: npt.NDArray[np.float32]
) -> npt.NDArray[np.float64]:
    """(n_temperatures,) share-weighted surprise, summed."""
    right = scores[owners, targets].double().cpu().numpy()
    sums = np.stack([(scores / t).logsumexp(dim=1).double().cpu().numpy() for t in TEMPERATURES])
    return np.asarray((shares * (sums[:, owners] - right / TEMPERATURES[:, None])).sum(axis=1))
