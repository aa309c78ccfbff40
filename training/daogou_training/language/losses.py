"""What training makes smaller: surprise at the next word, and a wrong choice among answers.

The second is the argmax that is used (Cao et al. 2007, ListNet's softmax over a list; here over the candidates' own mean
log-likelihoods, as in Zhuang et al. 2023, RankT5): the model is asked not for a likely text alone, but that the right answer
be likelier than the wrong ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from daogou_training.language.batches import ChoiceBatch, TextBatch

if TYPE_CHECKING:
    import torch
    from transformers import LlamaForCausalLM

SHARPNESS = 16.0  # nats per token are small numbers: so much a difference of one weighs in the softmax over candidates


@dataclass(frozen=True, kw_only=True)
class ChoiceLoss:
    """Of one batch of choices."""

    listwise: torch.Tensor  # scalar, nats
    right: torch.Tensor  # scalar, nats per token of the right answers
    correct: float  # share of choices where the right answer was the likeliest


def text_loss(model: LlamaForCausalLM, batch: TextBatch) -> torch.Tensor:
    """Mean surprise at the next token, nats."""
    import torch

    tokens = torch.from_numpy(batch.tokens).to(model.device)
    logits = model(input_ids=tokens[:, :-1]).logits.float()
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())


def choice_loss(model: LlamaForCausalLM, batch: ChoiceBatch) -> ChoiceLoss:
    """The softmax over the candidates' mean log-likelihoods, and the right one's own surprise."""
    import torch

    means = mean_log_likelihoods(model, batch)
    lengths = torch.from_numpy(batch.lengths).to(model.device)
    scores = (means * SHARPNESS).masked_fill(lengths == 0, -torch.inf)
    first = torch.zeros(len(scores), dtype=torch.long, device=model.device)
    return ChoiceLoss(
        listwise=torch.nn.functional.cross_entropy(scores, first),
        right=-means[:, 0].mean(),
        correct=float((scores.argmax(dim=1) == 0).float().mean()),
    )


def mean_log_likelihoods(model: LlamaForCausalLM, batch: ChoiceBatch) -> torch.Tensor:
    """(n_choices, n_continuations) log P(continuation | prompt) per token."""
    import torch

    device = model.device
    sees = torch.from_numpy(batch.sees).to(device)
    mask = torch.zeros(sees.shape, device=device).masked_fill(~sees, torch.finfo(torch.float32).min)[:, None]
    hidden = model.model(
        input_ids=torch.from_numpy(batch.tokens).to(device),
        position_ids=torch.from_numpy(batch.positions).to(device),
        attention_mask=mask,
    ).last_hidden_state
    rows, places = torch.from_numpy(batch.sources).to(device).unbind(dim=1)
    logits = model.lm_head(hidden[rows, places]).float()
    surprise = torch.nn.functional.cross_entropy(logits, torch.from_numpy(batch.targets).to(device), reduction="none")
    totals = torch.zeros(int(np.prod(batch.lengths.shape)), device=device)
    totals = totals.index_add(0, torch.from_numpy(batch.owners).to(device), -surprise)
    lengths = torch.from_numpy(batch.lengths).to(device)
    return totals.view(*lengths.shape) / lengths.clamp(min=1)
