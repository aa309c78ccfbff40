"""What a freshly trained model is worth, on texts and choices that it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daogou.learn.batches import lay_out
from daogou.learn.examples import Encoded, Example
from daogou.learn.losses import mean_log_likelihoods
from daogou.learn.ngram import Trigram
from daogou.learn.perplexity import Perplexity, perplexities

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM

AT_ONCE = 8


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Perplexity by domain and language, and how often the right continuation was the likeliest."""

    perplexities: list[Perplexity]
    choices: int
    right: float


def measure(
    model: LlamaForCausalLM,
    examples: Sequence[Example],
    held_out: Encoded,
    trained_on: Encoded,
    on_progress: Callable[[str, int, int], None],
) -> Measured:
    """`held_out` are the examples' tokens in their order, and choices of their own."""
    trigram = Trigram.learn((text.tolist() for text in trained_on.texts), vocabulary=model.config.vocab_size)
    on_progress("measuring", 1, 2)
    found = perplexities(model, examples, held_out.texts, trigram)
    right = _right(model, held_out)
    on_progress("measuring", 2, 2)
    return Measured(perplexities=found, choices=len(held_out.choices), right=right)


def _right(model: LlamaForCausalLM, held_out: Encoded) -> float:
    import torch

    if not held_out.choices:
        return 0.0
    right = 0
    for start in range(0, len(held_out.choices), AT_ONCE):
        batch = lay_out(held_out.choices[start : start + AT_ONCE])
        with torch.no_grad():
            scores = mean_log_likelihoods(model, batch)
        missing = torch.from_numpy(batch.lengths == 0).to(scores.device)
        right += int((scores.masked_fill(missing, -torch.inf).argmax(dim=1) == 0).sum())
    return right / len(held_out.choices)
