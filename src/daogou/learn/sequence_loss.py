"""How surprised the model is by the visits that came next."""

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
    hidden = foretelling(weights, items, batch, settings, training=True)
    return _surprise(hidden, items, weights[BIAS], stock, batch, settings).sum() / len(batch.points)


def foretelling(
    weights: Weights, items: torch.Tensor, batch: Batch, settings: SequenceSettings, *, training: bool = False
) -> torch.Tensor:
    """(n_points, d) what the touches up to each point call for."""
    import torch

    rows = torch.from_numpy(batch.rows).to(items.device)
    strengths = torch.from_numpy(batch.strengths).to(items.device)
    read = embedded(weights, items[rows], strengths)
    if training and settings.skip:
        read = read * (torch.rand(*rows.shape, 1, device=items.device) >= settings.skip)
    hidden = encoded(weights, read, settings, training=training)
    return hidden.flatten(0, 1)[torch.from_numpy(batch.points).to(items.device)]


def _surprise(
    hidden: torch.Tensor,
    items: torch.Tensor,
    bias: torch.Tensor,
    stock: Stock,
    batch: Batch,
    settings: SequenceSettings,
) -> torch.Tensor:
    """(n_targets,) share times log(sum exp) - score."""
    import torch

    owners, targets, shares = (
        torch.from_numpy(part).to(items.device) for part in (batch.owners, batch.targets, batch.shares)
    )
    if len(stock.rivals) <= settings.whole_softmax:
        scores = hidden @ items[stock.rivals].T + bias[stock.rivals]
        right = scores[owners, stock.place[targets]]
        return shares * (scores.logsumexp(dim=1)[owners] - right)
    right = (hidden[owners] * items[targets]).sum(dim=1) + bias[targets]
    return shares * (_sampled_sum(hidden, items, bias, stock, owners, targets, right, settings.negatives) - right)


def _sampled_sum(
    hidden: torch.Tensor,
    items: torch.Tensor,
    bias: torch.Tensor,
    stock: Stock,
    owners: torch.Tensor,
    targets: torch.Tensor,
    right: torch.Tensor,
    negatives: int,
) -> torch.Tensor:
    """(n_targets,) log of the sum over all rivals, guessed from a few: each counts 1 / (how many times it is expected).

    The logQ correction (Bengio & Senécal 2008; Yi et al. 2019): without it what is popular would be held down.
    """
    import torch

    drawn = torch.multinomial(stock.chances, negatives, replacement=True)
    weighed = bias[stock.rivals[drawn]] - torch.log(negatives * stock.chances[drawn])
    scores = hidden @ items[stock.rivals[drawn]].T + weighed
    others = scores[owners].masked_fill(stock.rivals[drawn][None, :] == targets[:, None], -torch.inf)
    return torch.cat([right[:, None], others], dim=1).logsumexp(dim=1)
