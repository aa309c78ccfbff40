"""Do many texts read alike? distinct-2 (Li et al. 2016) and self-BLEU (Zhu et al. 2018)."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from statistics import fmean

MOST_GRAM = 4
_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_]+(?:['’.-][^\W_]+)*")


def tokens(text: str) -> list[str]:
    """Lower-cased words; each Chinese character is one."""
    return _TOKEN.findall(text.casefold())


def distinct(texts: Sequence[str], n: int = 2) -> float:
    """Share of different n-grams among all n-grams of all texts; 1 is the most varied."""
    grams = [gram for text in texts for gram in _grams(tokens(text), n)]
    return len(set(grams)) / len(grams) if grams else 0.0


def self_bleu(texts: Sequence[str]) -> float:
    """Mean BLEU-4 of each text with all the others as references; 0 is the most varied, 1: all the same."""
    cut = [tokens(text) for text in texts]
    most = [_most(cut, n) for n in range(1, MOST_GRAM + 1)]
    lengths = Counter(map(len, cut))
    return fmean(_bleu(words, most, lengths) for words in cut) if len(cut) > 1 else 0.0


def _bleu(words: Sequence[str], most: Sequence[dict[tuple[str, ...], tuple[int, int]]], lengths: Counter[int]) -> float:
    """BLEU of one text against the others, the counts of the others told by the two largest of each n-gram."""
    logs = []
    for n, largest in enumerate(most, start=1):
        own = Counter(_grams(words, n))
        total = sum(own.values())
        if not total:
            break
        matched = sum(min(count, _of_others(count, largest[gram])) for gram, count in own.items())
        logs.append(math.log(matched / total) if matched else math.log(1 / (2 * total)))
    return math.exp(fmean(logs)) * _brevity(len(words), lengths) if logs else 0.0


def _of_others(own: int, largest: tuple[int, int]) -> int:
    """The largest count in another text: the second where the largest is this text's own."""
    first, second = largest
    return second if own == first else first


def _most(cut: Sequence[Sequence[str]], n: int) -> dict[tuple[str, ...], tuple[int, int]]:
    found: dict[tuple[str, ...], tuple[int, int]] = {}
    for words in cut:
        for gram, count in Counter(_grams(words, n)).items():
            first, second = found.get(gram, (0, 0))
            found[gram] = (count, first) if count > first else (first, max(second, count))
    return found


def _brevity(length: int, lengths: Counter[int]) -> float:
    others = [other for other, count in lengths.items() if other != length or count > 1]
    closest = min(others, key=lambda other: (abs(other - length), other))
    return min(1.0, math.exp(1 - closest / length)) if length else 0.0


def _grams(words: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(words[start : start + n]) for start in range(len(words) - n + 1)]
