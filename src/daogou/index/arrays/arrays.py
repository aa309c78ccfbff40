"""Arrays on disk, one file each, read by mapping them: what no question touches takes no memory."""

import hashlib
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from daogou.catalog.products.product import Product
from daogou.ports import Vectors

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
