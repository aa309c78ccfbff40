"""Arrays on disk, one file each, read by mapping them: what no question touches takes no memory."""

import hashlib
import json
import mmap
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from daogou.catalog.products.product import Product
from daogou.index.codes import long_enough
from daogou.ports import Vectors
from daogou.text.substances import cuts_number

Array = npt.NDArray[Any]
Rows = npt.NDArray[np.int32]  # row numbers within one segment
Mask = npt.NDArray[np.bool_]  # (n_rows,)


def save_arrays(folder: Path, table: str, arrays: Mapping[str, Array]) -> None:
    """Write `<table>.<name>.npy` for each."""
    for name, values in arrays.items():
        np.save(array_path(folder, table, name), values)


def open_array(folder: Path, table: str, name: str) -> Array:
    """Map one array, read only."""
    return np.asarray(np.load(array_path(folder, table, name), mmap_mode="r"))


def array_path(folder: Path, table: str, name: str) -> Path:
    """Where that array stands."""
    return folder / f"{table}.{name}.npy"


def begin_array(file: BinaryIO, kind: npt.DTypeLike, shape: tuple[int, ...]) -> None:
    """The header of a .npy file, behind which the numbers go row by row; its length leaves room for more rows."""
    described = {"descr": np.dtype(kind).str, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, described)


def key_of(*parts: str) -> int:
    """A 64-bit key for a term: two of a million terms meet by chance once in 37 million catalogues."""
    return int.from_bytes(hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest())


def best_rows(scores: Vectors, rows: Rows, limit: int) -> Rows:
    """The `limit` rows with the largest scores[row], best first; of equals the earlier row."""
    if limit <= 0:
        return rows[:0]
    own = scores[rows]
    if len(rows) > limit:
        least = np.partition(own, len(own) - limit)[len(own) - limit]
        rows, own = rows[own >= least], own[own >= least]
    return rows[np.lexsort((rows, -own))][:limit]


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


Keys = npt.NDArray[np.uint64]  # (n_rows,) the group's key, 0 for a row of no group


class GroupsWriter:
    """Collects the group of each row, rows ascending from 0."""

    def __init__(self) -> None:
        self._keys = array("Q")

    def add(self, product: Product) -> None:
        """One product's group."""
        self._keys.append(key_of(product.item_group_id) if product.item_group_id else 0)

    def save(self, folder: Path) -> None:
        """Write what `Groups` reads; nothing in a catalogue without groups."""
        if any(self._keys):
            save_arrays(folder, "groups", {"keys": np.array(self._keys, dtype=np.uint64)})


class Groups:
    """The groups of one segment; a segment without any, or written before there were any, has rows of no group alone."""

    def __init__(self, folder: Path, row_count: int) -> None:
        there = (folder / "groups.keys.npy").exists()
        self._keys: Keys = open_array(folder, "groups", "keys") if there else np.zeros(row_count, dtype=np.uint64)
        self.any = there

    def rows(self, item_group_id: str) -> Rows:
        """Its rows, dead ones too."""
        found = np.flatnonzero(self._keys == np.uint64(key_of(item_group_id))) if self.any else np.empty(0)
        return found.astype(np.int32)

    def keys(self, passing: Mask) -> Keys:
        """The key of each row that passes."""
        return self._keys[passing]


def things(keys: Sequence[Keys]) -> int:
    """How many things rows with these keys are: a group is one, and so is each row of no group."""
    every = np.concatenate([np.empty(0, dtype=np.uint64), *keys])
    grouped = every[every != 0]
    return len(every) - len(grouped) + len(np.unique(grouped))
