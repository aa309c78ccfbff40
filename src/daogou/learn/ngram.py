"""The plain twin of a language model: an interpolated trigram, to say what the neural one is worth."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

DISCOUNT = 0.75  # Ney, Essen & Kneser (1994): what every seen n-gram gives to those that were not


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
                    model._count(order, tuple(tokens[end - order : end + 1]))
        return model

    def log_likelihood(self, text: Sequence[int]) -> float:
        """Nats of all tokens but the first, which is the mark of the beginning."""
        tokens = [int(token) for token in text]
        return sum(
            math.log(self._probability(tuple(tokens[max(0, end - 2) : end]), tokens[end]))
            for end in range(1, len(tokens))
        )

    def _count(self, order: int, gram: tuple[int, ...]) -> None:
        if not self.counts[order][gram]:
            self.followers[order][gram[:-1]] += 1
        self.counts[order][gram] += 1
        self.contexts[order][gram[:-1]] += 1

    def _probability(self, context: tuple[int, ...], token: int) -> float:
        order = len(context)
        lower = self._probability(context[1:], token) if order else 1 / self.vocabulary
        seen = self.contexts[order][context]
        if not seen:
            return lower
        kept = max(0.0, self.counts[order][(*context, token)] - DISCOUNT) / seen
        return kept + DISCOUNT * self.followers[order][context] / seen * lower
