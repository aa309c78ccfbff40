"""In which rows a word stands, exactly as shop.wording.contains says: by tokens first, by reading where they leave doubt."""

import itertools
import mmap
import re
from array import array
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import numpy as np

from daogou.catalog.matching.letters import UNSPACED, spaced
from daogou.index.arrays.arrays import Rows, open_array, save_arrays
from daogou.index.arrays.postings import Postings, PostingsWriter

_WORD = re.compile(rf"[^\W_{UNSPACED}]+")
_OTHER_RUN = re.compile(rf"(?:(?![^\W_{UNSPACED}])[^\x00-\x7f])+")
_LONGEST = 4  # bytes of a character
_TABLE = "texts"


def tokens(text: str) -> set[str]:
    """Whole words where the script sets spaces between them; of all other writing every character and pair of neighbours."""
    found = set(_WORD.findall(text))
    for run in () if text.isascii() else _OTHER_RUN.findall(text):
        found.update(run)
        found.update(map("".join, itertools.pairwise(run)))
    return found


class TextsWriter:
    """Collects each row's searchable text, rows ascending from 0; the texts go to disk as they come."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._postings = PostingsWriter(folder, _TABLE)
        self._file = (folder / f"{_TABLE}.bin").open("wb")
        self._starts = array("q", [0])

    def add(self, row: int, text: str) -> None:
        """The folded text of that row."""
        self._postings.add(zip(tokens(text)), row)
        self._starts.append(self._starts[-1] + self._file.write(_encoded(text)))

    def save(self) -> None:
        """Write what `Texts` reads."""
        self._file.close()
        self._postings.save()
        save_arrays(self._folder, _TABLE, {"places": np.array(self._starts, dtype=np.int64)})


class Texts:
    """The texts of one segment."""

    def __init__(self, folder: Path) -> None:
        self._postings = Postings(folder, _TABLE)
        self._places = open_array(folder, _TABLE, "places")
        with (folder / f"{_TABLE}.bin").open("rb") as file:
            empty = self._places[-1] == 0
            self._bytes: bytes | mmap.mmap = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def rows(self, word: str) -> Rows:
        """The rows whose text holds the folded word."""
        wanted = tokens(word)
        if not wanted:
            every = np.arange(len(self._places) - 1, dtype=np.int32)
            return self._reading(every, word) if word else every
        candidates = reduce(_both, sorted((self._postings.rows(token) for token in wanted), key=len))
        return candidates if word in wanted else self._reading(candidates, word)

    def _reading(self, candidates: Rows, word: str) -> Rows:
        return np.fromiter((row for row in candidates if self._holds(row, word)), dtype=np.int32)

    def _holds(self, row: np.int32, word: str) -> bool:
        start, end = int(self._places[row]), int(self._places[row + 1])
        sought = _encoded(word)
        return any(
            _edge(word[0], self._bytes[max(start, at - _LONGEST) : at].decode(errors="ignore")[-1:])
            and _edge(
                word[-1],
                self._bytes[at + len(sought) : min(at + len(sought) + _LONGEST, end)].decode(errors="ignore")[:1],
            )
            for at in self._finds(sought, start, end)
        )

    def _finds(self, sought: bytes, start: int, end: int) -> Iterator[int]:
        at = self._bytes.find(sought, start, end)
        while at >= 0:
            yield at
            at = self._bytes.find(sought, at + 1, end)


def _both(left: Rows, right: Rows) -> Rows:
    return np.intersect1d(left, right, assume_unique=True)


def _edge(inside: str, outside: str) -> bool:
    """Whether a word may begin or end between the two: not in the middle of another."""
    return not (outside and spaced(inside) and spaced(outside))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
