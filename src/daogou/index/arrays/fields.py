"""BM25 over the searched fields of one segment."""

import json
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import repeat
from pathlib import Path

import numpy as np

from daogou.index.arrays.arrays import open_array, save_arrays
from daogou.index.arrays.postings import Postings, PostingsWriter
from daogou.index.bm25 import saturation
from daogou.index.documents import FIELDS
from daogou.ports import Vectors

_TABLE = "fields"


class FieldsWriter:
    """Collects the words of each row's fields, rows ascending from 0."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._postings = PostingsWriter(folder, _TABLE)
        self._lengths = {name: array("i") for name in FIELDS}

    def add(self, row: int, fields: Mapping[str, Sequence[str]]) -> None:
        """The stemmed words of each field."""
        for name, lengths in self._lengths.items():
            lengths.append(len(fields[name]))
            counts = Counter(fields[name])
            self._postings.add(zip(repeat(name), counts), row, counts.values())

    def save(self) -> None:
        """Write what `Fields` reads."""
        self._postings.save()
        save_arrays(
            self._folder, _TABLE, {name: np.array(lengths, dtype=np.float32) for name, lengths in self._lengths.items()}
        )
        means = {name: float(np.mean(lengths)) if lengths else 0.0 for name, lengths in self._lengths.items()}
        (self._folder / f"{_TABLE}.means.json").write_text(json.dumps(means), encoding="utf-8")


class Fields:
    """The words of one segment; `means` are the mean field lengths that scores are taken against."""

    def __init__(self, folder: Path, means: Mapping[str, float] | None = None) -> None:
        self._postings = Postings(folder, _TABLE)
        self._lengths = {name: open_array(folder, _TABLE, name) for name in FIELDS}
        own: Mapping[str, float] = json.loads((folder / f"{_TABLE}.means.json").read_text(encoding="utf-8"))
        self.means = own if means is None else means

    def containing(self, field: str, word: str) -> int:
        """In how many rows the word stands in that field."""
        return len(self._postings.rows(field, word))

    def add_scores(self, scores: Vectors, field: str, word: str, weight: float) -> None:
        """Add weight x (the word's BM25 without its idf) to each row's score, in place."""
        place = self._postings.place(field, word)
        rows = self._postings.all_rows[place]
        times = self._postings.all_times[place].astype(np.float32)
        scores[rows] += np.float32(weight) * saturation(times, self._lengths[field][rows], self.means[field])
