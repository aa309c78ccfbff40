"""What a freshly trained model is worth, on texts and choices that it has not seen."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from daogou.progress import Progress
from daogou_training.language.batches import lay_out
from daogou_training.language.examples import Encoded, Example, Tokens
from daogou_training.language.losses import mean_log_likelihoods

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM

AT_ONCE = 8
DISCOUNT = 0.75  # Ney, Essen & Kneser (1994): what every seen n-gram gives to those that were not


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Perplexity by domain and language, and how often the right continuation was the likeliest."""

    perplexities: list[Perplexity]
    choices: int
    right: float


def measure(
    model: LlamaForCausalLM, examples: Sequence[Example], held_out: Encoded, trained_on: Encoded, on_progress: Progress
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


@dataclass(kw_only=True)
class Trigram:
    """P(w | u v) by absolute discounting, interpolated down to the uniform distribution over `vocabulary` tokens."""

    vocabulary: int
    counts: list[Counter[tuple[int, ...]]] = field(default_factory=lambda: [Counter() for _ in range(3)])
    contexts: list[Counter[tuple[int, ...]]] = field(default_factory=lambda: [Counter() for _ in range(3)])
    followers: list[Counter[tuple[int, ...]]] = field(default_factory=lambda: [Counter() for _ in range(3)])

    @classmethod
    def learn(cls, texts: Iterable[Sequence[int]], *, vocabulary: int) -> Trigram:
        """Counts of one, two and three tokens in a row."""
        model = cls(vocabulary=vocabulary)
        for text in texts:
            tokens = [int(token) for token in text]
            for order in range(3):
                for end in range(order, len(tokens)):
                    gram = tuple(tokens[end - order : end + 1])
                    model.followers[order][gram[:-1]] += not model.counts[order][gram]
                    model.counts[order][gram] += 1
                    model.contexts[order][gram[:-1]] += 1
        return model

    def log_likelihood(self, text: Sequence[int]) -> float:
        """Nats of all tokens but the first, which is the mark of the beginning."""
        tokens = [int(token) for token in text]
        return sum(
            math.log(self._probability(tuple(tokens[max(0, end - 2) : end]), tokens[end]))
            for end in range(1, len(tokens))
        )

    def _probability(self, context: tuple[int, ...], token: int) -> float:
        order = len(context)
        lower = self._probability(context[1:], token) if order else 1 / self.vocabulary
        seen = self.contexts[order][context]
        if not seen:
            return lower
        kept = max(0.0, self.counts[order][(*context, token)] - DISCOUNT) / seen
        return kept + DISCOUNT * self.followers[order][context] / seen * lower
