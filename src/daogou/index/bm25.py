"""BM25: how telling a word is, and how much its repetition counts.

Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009); the idf is Lucene's, never
negative. A product's score is the sum over fields of weight x BM25 within that field.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

K1 = 1.2
B = 0.75

# How much each field of documents.FIELDS counts where the caller does not say.
FIELD_WEIGHTS: Mapping[str, float] = MappingProxyType({"title": 0.05, "kind": 0.05, "body": 1.0, "attributes": 0.3})


def idf(document_count: int, containing: int) -> float:
    """How telling a word is that `containing` of `document_count` documents hold."""
    return math.log(1 + (document_count - containing + 0.5) / (containing + 0.5))


def ceiling(words: Mapping[str, float], document_count: int, containing: Callable[[str], int]) -> float:
    """The most that weighted words can score: each saturated in the body, which nearly all of a score comes from."""
    told = (weight * idf(document_count, containing(word)) for word, weight in words.items())
    return FIELD_WEIGHTS["body"] * (K1 + 1) * sum(told)


def saturation(
    frequencies: npt.NDArray[np.float32], lengths: npt.NDArray[np.float32], mean_length: float
) -> npt.NDArray[np.float32]:
    """What a word that stands `frequencies` times in documents of these lengths (in words) adds, before its idf."""
    norms = K1 * (1 - B + B * lengths / max(mean_length, 1.0))
    return (frequencies * (K1 + 1) / (frequencies + norms)).astype(np.float32)
