"""Self-attention over what was touched: SASRec (Kang & McAuley 2018), with what a product reads like as part of what it is.

Positions are distances (Raffel et al. 2020): how far back a touch lies, not how far from the beginning of the log.
Products are read and foretold by the same vectors: a free one, learnt for each, plus what its text gives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from daogou.recommend.models.sequence import LENGTH

if TYPE_CHECKING:
    import torch

    from daogou.recommend.learn.interactions import Floats

Weights: TypeAlias = "dict[str, torch.Tensor]"
FREE, BIAS, PROJECTION, STRONG, FINAL = "free", "bias", "projection", "strong", "final.gain"
EPSILON = 1e-6
SPREAD = 0.05  # of a product's numbers at the start
WIDER = 4  # times the dimensions inside a feed-forward


def new_weights(bias: Floats, content: int, settings: SequenceSettings, seed: int) -> Weights:
    """At the start, drawn by the seed; `content`: the dimensions of a product's text, 0: nothing is known of it.

    `bias` (n_items,): how likely each is before anything is known of a shopper, in nats.
    """
    import torch

    dice = torch.Generator().manual_seed(seed)
    d = settings.dimensions

    def drawn(*shape: int, spread: float) -> torch.Tensor:
        return torch.randn(*shape, generator=dice) * spread

    n_items = len(bias)
    weights = {FREE: torch.zeros(n_items, d) if content else drawn(n_items, d, spread=SPREAD)}
    weights[BIAS] = torch.from_numpy(bias.copy())
    if content:
        weights[PROJECTION] = drawn(content, d, spread=SPREAD)
    weights |= {STRONG: torch.zeros(d), FINAL: torch.ones(d)}
    for block in range(settings.blocks):
        weights |= {
            f"{block}.attention.gain": torch.ones(d),
            f"{block}.qkv": drawn(d, 3 * d, spread=d**-0.5),
            f"{block}.distance": torch.zeros(settings.heads, settings.length),
            f"{block}.out": drawn(d, d, spread=d**-0.5 / 2),
            f"{block}.feed.gain": torch.ones(d),
            f"{block}.up": drawn(d, WIDER * d, spread=d**-0.5),
            f"{block}.down": drawn(WIDER * d, d, spread=(WIDER * d) ** -0.5 / 2),
        }
    return {name: value.to(settings.device).requires_grad_() for name, value in weights.items()}


def item_vectors(weights: Weights, content: torch.Tensor | None, kept: torch.Tensor | None = None) -> torch.Tensor:
    """(n_items, d); `kept` (n_items, 1) are 1 where the free part counts."""
    free = weights[FREE] if kept is None else weights[FREE] * kept
    return free if content is None else free + content @ weights[PROJECTION]


def embedded(weights: Weights, vectors: torch.Tensor, strengths: torch.Tensor) -> torch.Tensor:
    """(n, length, d) from the touched products' vectors (n, length, d) and how strongly they were wanted (n, length)."""
    return vectors * math.sqrt(vectors.shape[-1]) + strengths[..., None] * weights[STRONG]


def encoded(weights: Weights, hidden: torch.Tensor, settings: SequenceSettings, *, training: bool) -> torch.Tensor:
    """(n, length, d) embedded touches -> what each and those before it call for, (n, length, d)."""
    from torch.nn.functional import dropout, gelu

    dropped = settings.dropout if training else 0.0
    hidden = dropout(hidden, dropped)
    for block in range(settings.blocks):
        normed = _normed(hidden, weights[f"{block}.attention.gain"])
        hidden = hidden + dropout(_attended(weights, block, normed, settings.heads), dropped)
        normed = _normed(hidden, weights[f"{block}.feed.gain"])
        inner = dropout(gelu(normed @ weights[f"{block}.up"], approximate="tanh"), dropped)
        hidden = hidden + dropout(inner @ weights[f"{block}.down"], dropped)
    return _normed(hidden, weights[FINAL])


def distances(bias: torch.Tensor, length: int) -> torch.Tensor:
    """(heads, length, length) what is added before the softmax; -inf where the future is. `bias` (heads, farthest)."""
    import torch

    places = torch.arange(length, device=bias.device)
    back = places[:, None] - places[None, :]
    return bias[:, back.clamp(min=0)].masked_fill(back < 0, -torch.inf)


def _attended(weights: Weights, block: int, hidden: torch.Tensor, heads: int) -> torch.Tensor:
    n, length, d = hidden.shape
    queries, keys, values = (
        part.view(n, length, heads, d // heads).transpose(1, 2)
        for part in (hidden @ weights[f"{block}.qkv"]).chunk(3, dim=-1)
    )
    scores = queries @ keys.transpose(2, 3) / math.sqrt(d // heads)
    shares = (scores + distances(weights[f"{block}.distance"], length)).softmax(dim=-1)
    return (shares @ values).transpose(1, 2).reshape(n, length, d) @ weights[f"{block}.out"]


def _normed(hidden: torch.Tensor, gain: torch.Tensor) -> torch.Tensor:
    """RMS norm (Zhang & Sennrich 2019)."""
    import torch

    return hidden * torch.rsqrt(hidden.pow(2).mean(dim=-1, keepdim=True) + EPSILON) * gain


@dataclass(frozen=True, kw_only=True)
class SequenceSettings:
    """The dials; a round is one look at the log, or `most_steps` batches of a log that is longer."""

    dimensions: int = 128
    blocks: int = 1
    heads: int = 2
    length: int = LENGTH  # touches that are read, the newest
    dropout: float = 0.5  # of hidden numbers
    forget: float = 0.5  # of the products in a step: each stands for what it reads like alone (Volkovs et al. 2017)
    ahead: float = 0.2  # what the visit after the next one counts, of the next one
    learning_rate: float = 1e-3
    average: float = 0.98  # of the average weights that stays after a step: the average is what is kept
    weight_decay: float = 0.05
    batch: int = 64  # windows in one step
    rounds: int = 60  # at most
    patience: int = 5  # rounds without a better figure, then it ends
    most_steps: int = 2_000  # in one round
    held_out: float = 0.1  # of the visits that have a history, the newest: they say when to stop
    most_held_out: int = 4_000
    negatives: int = 2_048  # drawn in each step where the catalogue is larger than `whole_softmax`
    whole_softmax: int = 10_000  # products
    every_s: float = 60.0  # seconds between two checkpoints
    device: str = "cpu"
