"""How surprised the model is by the visits that came next: the softmax over all products, or a guess at it from a few.

Each drawn product counts 1 / (how many times it is expected to be drawn), so that the sum is right on average: the logQ
correction (Bengio & Senécal 2008; Yi et al. 2019). Without it what is popular, and drawn often, would be held down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from daogou.learn.sequence_network import BIAS, Weights, embedded, encoded, item_vectors

if TYPE_CHECKING:
    import torch

    from daogou.learn.sequence_settings import SequenceSettings
    from daogou.learn.sequence_stock import Stock
    from daogou.learn.sequence_windows import Batch


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
