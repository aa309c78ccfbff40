"""Arrays on disk, one file each, read by mapping them: what no question touches takes no memory."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Rows = npt.NDArray[np.int32]  # row numbers within one segment
Mask = npt.NDArray[np.bool_]  # (n_rows,)


def save_arrays(folder: Path, table: str, arrays: Mapping[str, Array]) -> None:
    """Write `<table>.<name>.npy` for each."""
    for name, array in arrays.items():
        np.save(folder / f"{table}.{name}.npy", array)


def open_array(folder: Path, table: str, name: str) -> Array:
    """Map one array, read only."""
    path = folder / f"{table}.{name}.npy"
    return np.asarray(np.load(path, mmap_mode="r"))


def new_array(folder: Path, table: str, name: str, length: int, kind: npt.DTypeLike) -> Array:
    """An array of zeros on the disk, mapped for writing."""
    path = folder / f"{table}.{name}.npy"
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.dtype(kind), shape=(length,))


def key_of(*parts: str) -> int:
    """A 64-bit key for a term: two of a million terms meet by chance once in 37 million catalogues."""
    return int.from_bytes(hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest())
