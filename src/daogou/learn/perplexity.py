"""How surprised a model is by texts that it was not trained on: perplexity, by domain and language."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daogou.learn.examples import Example, Tokens
from daogou.learn.ngram import Trigram

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM


@dataclass(frozen=True, kw_only=True)
class Perplexity:
    """Of one domain in one language: exp of the mean surprise per token, and per character, so that tokenizers can be compared."""

    domain: str
    language: str
    tokens: int
    model: float
    trigram: float
    bits_per_character: float


def perplexities(
    model: LlamaForCausalLM, examples: Sequence[Example], texts: Sequence[Tokens], trigram: Trigram
) -> list[Perplexity]:
    """For the held-out examples, and their token ids in the same order."""
    kinds: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, example in enumerate(examples):
        kinds[example.domain, example.language].append(index)
    return [
        _perplexity(kind, [examples[index] for index in members], [texts[index] for index in members], model, trigram)
        for kind, members in sorted(kinds.items())
    ]


def _perplexity(
    kind: tuple[str, str],
    examples: Sequence[Example],
    texts: Sequence[Tokens],
    model: LlamaForCausalLM,
    trigram: Trigram,
) -> Perplexity:
    tokens = sum(len(text) - 1 for text in texts)
    characters = sum(len(example.prompt) + len(example.continuation) for example in examples)
    surprise = -sum(log_likelihood(model, text) for text in texts)
    plain = -sum(trigram.log_likelihood(text.tolist()) for text in texts)
    return Perplexity(
        domain=kind[0],
        language=kind[1],
        tokens=tokens,
        model=math.exp(surprise / tokens),
        trigram=math.exp(plain / tokens),
        bits_per_character=surprise / math.log(2) / characters,
    )


def log_likelihood(model: LlamaForCausalLM, text: Tokens) -> float:
    """Nats of all tokens but the first."""
    import torch

    tokens = torch.from_numpy(text.astype("int64"))[None].to(model.device)[:, : model.config.max_position_embeddings]
    with torch.no_grad():
        logits = model(input_ids=tokens[:, :-1]).logits.float()
    return -float(torch.nn.functional.cross_entropy(logits[0], tokens[0, 1:], reduction="sum"))
