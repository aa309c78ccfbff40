"""Which rows hold a term, and how heavily; written in bounded memory (single-pass in-memory indexing, Heinz & Zobel 2003)."""

from array import array
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from daogou.index.arrays.arrays import Rows, key_of, new_array, open_array, save_arrays

Term = tuple[str, ...]


class PostingsWriter:
    """Collects (term, row, times); rows must come in ascending order. What outgrows `most` entries waits on the disk."""

    def __init__(self, folder: Path, table: str, *, most: int = 6_000_000) -> None:
        self._folder, self._table, self._most = folder, table, most
        self._entries: dict[Term, array[int]] = {}
        self._waiting = 0
        self._runs: list[str] = []

    def add(self, term: Term, row: int, times: int = 1) -> None:
        """The term stands `times` times in that row."""
        entries = self._entries.get(term)
        if entries is None:
            entries = self._entries[term] = array("i")
        entries.append(row)
        entries.append(times)
        self._waiting += 1
        if self._waiting >= self._most:
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

    def _spill(self) -> None:
        self._runs.append(f"{self._table}-{len(self._runs)}")
        self._write(self._runs[-1])
        self._entries, self._waiting = {}, 0

    def _write(self, table: str) -> None:
        keyed = sorted((key_of(*term), term) for term in self._entries)
        starts = np.zeros(len(keyed) + 1, dtype=np.int64)
        np.cumsum([len(self._entries[term]) // 2 for _, term in keyed], out=starts[1:])
        joined = np.zeros((starts[-1], 2), dtype=np.int32)
        for (_, term), start, end in zip(keyed, starts[:-1], starts[1:], strict=True):
            joined[start:end] = np.frombuffer(self._entries[term], dtype=np.int32).reshape(-1, 2)
        arrays = {"keys": np.array([key for key, _ in keyed], dtype=np.uint64), "starts": starts}
        save_arrays(self._folder, table, arrays | {"rows": joined[:, 0].copy(), "times": joined[:, 1].copy()})


def _merge(folder: Path, table: str, runs: Sequence[str]) -> None:
    """Runs in the order of their rows, into one: each term's entries one after the other."""
    read = [{name: open_array(folder, run, name) for name in ("keys", "starts", "rows", "times")} for run in runs]
    keys = np.unique(np.concatenate([run["keys"] for run in read]))
    lengths = np.zeros(len(keys), dtype=np.int64)
    for run in read:
        lengths[np.searchsorted(keys, run["keys"])] += np.diff(run["starts"])
    starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    save_arrays(folder, table, {"keys": keys, "starts": starts})
    merged = {name: new_array(folder, table, name, int(starts[-1]), np.int32) for name in ("rows", "times")}
    free = starts[:-1].copy()  # where each term's next entry goes
    for run in read:
        terms, counts = np.searchsorted(keys, run["keys"]), np.diff(run["starts"])
        places = np.arange(counts.sum()) + np.repeat(free[terms] - run["starts"][:-1], counts)
        for name, array_ in merged.items():
            array_[places] = run[name]
        free[terms] += counts


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
