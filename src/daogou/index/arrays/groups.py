"""Which rows are variants of one thing: an item group is counted once, and its rows are found together."""

from array import array
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from daogou.catalog.products.product import Product
from daogou.index.arrays.arrays import Mask, Rows, key_of, open_array, save_arrays

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
