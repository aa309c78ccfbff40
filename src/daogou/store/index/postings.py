"""Which rows hold a term, and how heavily."""

from array import array
from pathlib import Path

import numpy as np
import numpy.typing as npt

from daogou.store.index.arrays import Rows, key_of, open_array, save_arrays

Term = tuple[str, ...]


class PostingsWriter:
    """Collects (term, row, times); rows must come in ascending order."""

    def __init__(self) -> None:
        self._entries: dict[Term, array[int]] = {}

    def add(self, term: Term, row: int, times: int = 1) -> None:
        """The term stands `times` times in that row."""
        entries = self._entries.get(term)
        if entries is None:
            entries = self._entries[term] = array("i")
        entries.append(row)
        entries.append(times)

    def save(self, folder: Path, table: str) -> None:
        """Write what `Postings.open` reads; terms in the order of their keys."""
        keyed = sorted((key_of(*term), term) for term in self._entries)
        starts = np.zeros(len(keyed) + 1, dtype=np.int64)
        np.cumsum([len(self._entries[term]) // 2 for _, term in keyed], out=starts[1:])
        joined = np.zeros((starts[-1], 2), dtype=np.int32)
        for (_, term), start, end in zip(keyed, starts[:-1], starts[1:], strict=True):
            joined[start:end] = np.frombuffer(self._entries[term], dtype=np.int32).reshape(-1, 2)
        arrays = {"keys": np.array([key for key, _ in keyed], dtype=np.uint64), "starts": starts}
        save_arrays(folder, table, arrays | {"rows": joined[:, 0].copy(), "times": joined[:, 1].copy()})


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
