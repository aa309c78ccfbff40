"""Arrays on disk, one file each, read by mapping them: what no question touches takes no memory."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Rows = npt.NDArray[np.int32]  # row numbers within one segment
Mask = npt.NDArray[np.bool_]  # (n_rows,)


def save_arrays(folder: Path, table: str, arrays: Mapping[str, Array]) -> None:
    """Write `<table>.<name>.npy` for each."""
    for name, array in arrays.items():
        np.save(array_path(folder, table, name), array)


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
