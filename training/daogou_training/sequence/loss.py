"""How surprised the model is by the visits that came next: the softmax over all products, or a guess at it from a few.

Each drawn product counts 1 / (how many times it is expected to be drawn), so that the sum is right on average: the logQ
correction (Bengio & Senécal 2008; Yi et al. 2019). Without it what is popular, and drawn often, would be held down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from daogou_training.sequence.network import BIAS, Weights, embedded, encoded, item_vectors
from daogou_training.sequence.windows import Windows, batch_of

if TYPE_CHECKING:
    import torch

    from daogou_training.sequence.network import SequenceSettings
    from daogou_training.sequence.windows import Batch, Stock

TEMPERATURES = np.geomspace(0.5, 4.0, 23)  # 10 % apart
AT_ONCE = 256  # visits


def training_loss(weights: Weights, stock: Stock, batch: Batch, settings: SequenceSettings) -> torch.Tensor:
    """Scalar: nats per visit, with dropout; the dice are torch's own."""
    import torch

    kept = None
    if stock.content is not None and settings.forget:
        kept = (torch.rand(len(stock.content), 1, device=stock.content.device) >= settings.forget).float()
    items = item_vectors(weights, stock.content, kept)
    called_for = foretelling(weights, items, batch, settings, training=True)
    return _surprise(called_for, with_bias(items, weights), stock, batch, settings).sum() / len(batch.points)


def foretelling(
    weights: Weights, items: torch.Tensor, batch: Batch, settings: SequenceSettings, *, training: bool = False
) -> torch.Tensor:
    """(n_points, d + 1) what the touches up to each point call for, and a 1 for the bias."""
    import torch

    rows = torch.from_numpy(batch.rows).to(items.device)
    strengths = torch.from_numpy(batch.strengths).to(items.device)
    hidden = encoded(weights, embedded(weights, items[rows], strengths), settings, training=training)
    called_for = hidden.flatten(0, 1)[torch.from_numpy(batch.points).to(items.device)]
    return torch.nn.functional.pad(called_for, (0, 1), value=1.0)


def with_bias(items: torch.Tensor, weights: Weights) -> torch.Tensor:
    """(n_items, d + 1)."""
    import torch

    return torch.cat([items, weights[BIAS][:, None]], dim=1)


def _surprise(
    called_for: torch.Tensor, items: torch.Tensor, stock: Stock, batch: Batch, settings: SequenceSettings
) -> torch.Tensor:
    """(n_targets,) share times log(sum exp) - score."""
    import torch

    owners, targets, shares = (
        torch.from_numpy(part).to(items.device) for part in (batch.owners, batch.targets, batch.shares)
    )
    if len(stock.rivals) <= settings.whole_softmax:
        scores = called_for @ items[stock.rivals].T
        return shares * (scores.logsumexp(dim=1)[owners] - scores[owners, stock.place[targets]])
    drawn = torch.multinomial(stock.chances, settings.negatives, replacement=True)
    scores = called_for @ items[stock.rivals[drawn]].T - torch.log(settings.negatives * stock.chances[drawn])
    right = (called_for[owners] * items[targets]).sum(dim=1)
    others = scores[owners].masked_fill(stock.rivals[drawn] == targets[:, None], -torch.inf)
    return shares * (torch.cat([right[:, None], others], dim=1).logsumexp(dim=1) - right)


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
