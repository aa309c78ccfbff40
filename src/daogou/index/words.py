"""The words of a question, as the index keeps words."""

from collections.abc import Mapping, Sequence

from daogou.text.words import stem


def stemmed(words: Sequence[str] | Mapping[str, float]) -> dict[str, float]:
    """The words as the index keeps them, each once, with their weights (1 where only a list is given)."""
    weighted = words.items() if isinstance(words, Mapping) else ((word, 1.0) for word in words)
    kept: dict[str, float] = {}
    for word, weight in weighted:
        kept[stem(word)] = max(weight, kept.get(stem(word), 0.0))
    return kept
