"""Which rows hold a term, and how heavily; written in bounded memory (single-pass in-memory indexing, Heinz & Zobel 2003)."""

import itertools
import json
import mmap
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import repeat
from pathlib import Path

import numpy as np
import numpy.typing as npt

from daogou.catalog.matching.wording import UNSPACED, spaced
from daogou.index.arrays.arrays import Array, Rows, array_path, begin_array, key_of, open_array, save_arrays
from daogou.index.documents import FIELDS, saturation
from daogou.ports import Vectors

Term = tuple[str, ...]

_MERGED = 2_000_000  # entries that are merged at once


class _Numbers(dict[Term, int]):
    """A number for each term, in the order in which they are met."""

    def __missing__(self, term: Term) -> int:
        self[term] = number = len(self)
        return number


class PostingsWriter:
    """Collects (term, row, times); rows must come in ascending order. What outgrows `most` entries waits on the disk."""

    def __init__(self, folder: Path, table: str, *, most: int = 6_000_000) -> None:
        self._folder, self._table, self._most = folder, table, most
        self._runs: list[str] = []
        self._begin()

    def add(self, terms: Iterable[Term], row: int, times: Iterable[int] | None = None) -> None:
        """Each term stands in that row, so many times; once where nothing is said."""
        before = len(self._terms)
        self._terms.extend(map(self._numbers.__getitem__, terms))
        added = len(self._terms) - before
        self._rows.extend(repeat(row, added))
        self._times.extend(repeat(1, added) if times is None else times)
        if len(self._terms) >= self._most:
            self._spill()

    def save(self) -> None:
        """Write what `Postings` reads; terms in the order of their keys."""
        if not self._runs:
            self._write(self._table)
            return
        self._spill()
        _merge(self._folder, self._table, self._runs)
        for path in (path for run in self._runs for path in self._folder.glob(f"{run}.*.npy")):
            path.unlink()

    def _begin(self) -> None:
        self._numbers = _Numbers()
        self._terms, self._rows, self._times = array("i"), array("i"), array("i")  # three numbers an entry

    def _spill(self) -> None:
        self._runs.append(f"{self._table}-{len(self._runs)}")
        self._write(self._runs[-1])
        self._begin()

    def _write(self, table: str) -> None:
        keys = np.fromiter((key_of(*term) for term in self._numbers), dtype=np.uint64, count=len(self._numbers))
        by_key = np.argsort(keys)
        places = np.empty(len(keys), dtype=np.int32)
        places[by_key] = np.arange(len(keys), dtype=np.int32)
        terms = places[np.frombuffer(self._terms, dtype=np.int32)]
        order = np.argsort(terms, kind="stable")
        arrays: dict[str, Array] = {"keys": keys[by_key], "starts": _starts(np.bincount(terms, minlength=len(keys)))}
        for name, entries in (("rows", self._rows), ("times", self._times)):
            arrays[name] = np.frombuffer(entries, dtype=np.int32)[order]
        save_arrays(self._folder, table, arrays)


def _merge(folder: Path, table: str, runs: Sequence[str]) -> None:
    """Runs in the order of their rows, into one: each term's entries one after the other, some terms at a time."""
    read = [(open_array(folder, run, "keys"), open_array(folder, run, "starts")) for run in runs]
    keys = np.unique(np.concatenate([run_keys for run_keys, _ in read]))
    lengths = np.zeros(len(keys), dtype=np.int64)
    for run_keys, run_starts in read:
        lengths[np.searchsorted(keys, run_keys)] += np.diff(run_starts)
    starts = _starts(lengths)
    save_arrays(folder, table, {"keys": keys, "starts": starts})
    for name in ("rows", "times"):
        with array_path(folder, table, name).open("wb") as file:
            begin_array(file, np.int32, (int(starts[-1]),))
            for first, last in _spans(starts):
                merged = np.empty(starts[last] - starts[first], dtype=np.int32)
                free = starts[first:last] - starts[first]  # where each term's next entry goes
                for run, (run_keys, run_starts) in zip(runs, read, strict=True):
                    begin, end = (
                        np.searchsorted(run_keys, keys[first]),
                        np.searchsorted(run_keys, keys[last - 1], "right"),
                    )
                    terms = np.searchsorted(keys[first:last], run_keys[begin:end])
                    counts, at = np.diff(run_starts[begin : end + 1]), run_starts[begin]
                    places = np.arange(counts.sum()) + np.repeat(free[terms] - (run_starts[begin:end] - at), counts)
                    merged[places] = open_array(folder, run, name)[at : run_starts[end]]  # let go of at once
                    free[terms] += counts
                file.write(merged.tobytes())


def _starts(lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])


def _spans(starts: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Terms from one to before another, with about as many entries as are merged at once."""
    first = 0
    while first < len(starts) - 1:
        last = max(first + 1, int(np.searchsorted(starts, starts[first] + _MERGED, "right")) - 1)
        yield first, last
        first = last


class Postings:
    """The same, read by binary search."""

    def __init__(self, folder: Path, table: str) -> None:
        self._keys: npt.NDArray[np.uint64] = open_array(folder, table, "keys")
        self._starts: npt.NDArray[np.int64] = open_array(folder, table, "starts")
        self.all_rows: Rows = open_array(folder, table, "rows")
        self.all_times: Rows = open_array(folder, table, "times")

    def place(self, *term: str) -> slice:
        """Where the term's entries stand in `all_rows`; empty where no row holds it."""
        key = np.uint64(key_of(*term))
        at = int(np.searchsorted(self._keys, key))
        if at == len(self._keys) or self._keys[at] != key:
            return slice(0, 0)
        return slice(int(self._starts[at]), int(self._starts[at + 1]))

    def rows(self, *term: str) -> Rows:
        """The rows that hold the term, ascending, each once for each `add`."""
        return self.all_rows[self.place(*term)]


_FIELDS = "fields"


class FieldsWriter:
    """Collects the words of each row's fields, rows ascending from 0."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._postings = PostingsWriter(folder, _FIELDS)
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
            self._folder,
            _FIELDS,
            {name: np.array(lengths, dtype=np.float32) for name, lengths in self._lengths.items()},
        )
        means = {name: float(np.mean(lengths)) if lengths else 0.0 for name, lengths in self._lengths.items()}
        (self._folder / f"{_FIELDS}.means.json").write_text(json.dumps(means), encoding="utf-8")


class Fields:
    """The words of one segment; `means` are the mean field lengths that scores are taken against."""

    def __init__(self, folder: Path, means: Mapping[str, float] | None = None) -> None:
        self._postings = Postings(folder, _FIELDS)
        self._lengths = {name: open_array(folder, _FIELDS, name) for name in FIELDS}
        own: Mapping[str, float] = json.loads((folder / f"{_FIELDS}.means.json").read_text(encoding="utf-8"))
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


_WORD = re.compile(rf"[^\W_{UNSPACED}]+")
_OTHER_RUN = re.compile(rf"(?:(?![^\W_{UNSPACED}])[^\x00-\x7f])+")
_LONGEST = 4  # bytes of a character
_TEXTS = "texts"


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
        self._postings = PostingsWriter(folder, _TEXTS)
        self._file = (folder / f"{_TEXTS}.bin").open("wb")
        self._starts = array("q", [0])

    def add(self, row: int, text: str) -> None:
        """The folded text of that row."""
        self._postings.add(zip(tokens(text)), row)
        self._starts.append(self._starts[-1] + self._file.write(_encoded(text)))

    def save(self) -> None:
        """Write what `Texts` reads."""
        self._file.close()
        self._postings.save()
        save_arrays(self._folder, _TEXTS, {"places": np.array(self._starts, dtype=np.int64)})


class Texts:
    """The texts of one segment."""

    def __init__(self, folder: Path) -> None:
        self._postings = Postings(folder, _TEXTS)
        self._places = open_array(folder, _TEXTS, "places")
        with (folder / f"{_TEXTS}.bin").open("rb") as file:
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
