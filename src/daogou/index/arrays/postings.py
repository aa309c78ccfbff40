"""Which rows hold a term, and how heavily; written in bounded memory (single-pass in-memory indexing, Heinz & Zobel 2003)."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from pathlib import Path

import numpy as np
import numpy.typing as npt

from daogou.index.arrays.arrays import Array, Rows, array_path, begin_array, key_of, open_array, save_arrays

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
