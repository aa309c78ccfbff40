"""Which rows have a number (store.codes), whole or in part: every number once, in order, in one mapped text."""

import json
import mmap
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from daogou.index.arrays.arrays import Array, open_array, save_arrays
from daogou.index.codes import long_enough
from daogou.text.codes import cuts_number

_TABLE = "codes"
_BETWEEN = b"\n"
_MOST = 200  # entries looked at for a part of a number: what has more tells nothing


class CodesWriter:
    """Collects each row's numbers."""

    def __init__(self) -> None:
        self._codes: list[str] = []
        self._entries = array("i")  # row, source: two for each number
        self._sources: dict[str, int] = {}

    def add(self, row: int, codes: Sequence[tuple[str, str]]) -> None:
        """The row has these numbers: (folded, where it stands)."""
        for code, source in codes:
            self._codes.append(code)
            self._entries.extend((row, self._sources.setdefault(source, len(self._sources))))

    def save(self, folder: Path) -> None:
        """Write what `Codes` reads."""
        order = sorted(range(len(self._codes)), key=self._codes.__getitem__)
        places, starts = array("q", [1]), array("q", [0])
        with (folder / f"{_TABLE}.bin").open("wb") as file:
            for code, same in groupby(order, key=self._codes.__getitem__):
                places.append(places[-1] + file.write(_BETWEEN + code.encode()))
                starts.append(starts[-1] + sum(1 for _ in same))
            file.write(_BETWEEN)
        (folder / f"{_TABLE}.sources.json").write_text(json.dumps(list(self._sources)), encoding="utf-8")
        entries = np.array(self._entries, dtype=np.int32).reshape(-1, 2)[order]
        arrays: dict[str, Array] = {
            "places": np.array(places, dtype=np.int64),
            "starts": np.array(starts, dtype=np.int64),
            "rows": entries[:, 0].copy(),
            "sources": entries[:, 1].astype(np.int16),
        }
        save_arrays(folder, _TABLE, arrays)


class Codes:
    """The numbers of one segment."""

    def __init__(self, folder: Path) -> None:
        with (folder / f"{_TABLE}.bin").open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._sources: list[str] = json.loads((folder / f"{_TABLE}.sources.json").read_text(encoding="utf-8"))
        self._places, self._starts, self._rows, self._source = (
            open_array(folder, _TABLE, name) for name in ("places", "starts", "rows", "sources")
        )

    def whole(self, code: str) -> Iterator[tuple[int, str, str]]:
        """(row, number, where it stands) of the rows that have exactly this number."""
        at = bisect_left(range(len(self._places) - 1), code, key=self._code)
        if at < len(self._places) - 1 and self._code(at) == code:
            yield from self._entries(at)

    def parts(self, part: str) -> Iterator[tuple[int, str, str]]:
        """The same for numbers that this is a good part of; not all where many are."""
        sought, seen = part.encode(), 0
        found = self._bytes.find(sought)
        while found >= 0 and seen < _MOST:
            at = int(np.searchsorted(self._places, found, side="right")) - 1
            code, start = self._code(at), found - int(self._places[at])
            if long_enough(part, code) and not cuts_number(code, start, start + len(part)):
                yield from self._entries(at)
                seen += 1
            found = self._bytes.find(sought, int(self._places[at + 1]))

    def _code(self, at: int) -> str:
        return self._bytes[int(self._places[at]) : int(self._places[at + 1]) - 1].decode()

    def _entries(self, at: int) -> Iterator[tuple[int, str, str]]:
        code = self._code(at)
        for place in range(int(self._starts[at]), int(self._starts[at + 1])):
            yield int(self._rows[place]), code, self._sources[self._source[place]]
