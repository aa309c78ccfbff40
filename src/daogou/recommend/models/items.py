"""The products that the models know, as rows: ids are for the shop, rows are for arithmetic."""

from collections.abc import Iterable, Sequence
from functools import cached_property


class ItemTable:
    """Product ids in the order of their rows."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = tuple(ids)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Product id -> row."""
        return {product_id: row for row, product_id in enumerate(self.ids)}

    def known(self, ids: Iterable[str]) -> list[int]:
        """The rows of those that are known; the others are left out."""
        return [self.rows[product_id] for product_id in ids if product_id in self.rows]

    def __len__(self) -> int:
        return len(self.ids)
