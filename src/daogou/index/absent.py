"""Stands in for an encoder of the index whose package is not installed here."""

from collections.abc import Sequence

import numpy as np

from daogou.ports import Vectors


class Absent:
    """Says nothing of any text; what is put in meanwhile is found by words, until the feed is loaded again."""

    def __init__(self, name: str, dimensions: int) -> None:
        self.name, self.dimensions = name, dimensions

    def encode(self, texts: Sequence[str]) -> Vectors:
        """(n_texts, dimensions) zeros."""
        return np.zeros((len(texts), self.dimensions), dtype=np.float32)
