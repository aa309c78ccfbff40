"""Ids that occurred before: remembered as numbers, so that a million of them fit in memory."""

import hashlib
from dataclasses import replace

from daogou.catalog.products.product import Product
from daogou.feed.readers.record import Record
from daogou.feed.row import FeedRow

_BITS = 64


class Duplicates:
    """Lets each id through once; later rows with it are rejected, or skipped where they say the same."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}  # id -> its first row's number and content

    def check(self, row: FeedRow, record: Record) -> FeedRow:
        """The row, or the row rejected."""
        product = row.product
        if product is None:
            return row
        key, content = _digest(product.id), _digest(_content(product))
        before = self._seen.setdefault(key, row.number << _BITS | content)
        number, first_content = before >> _BITS, before & ((1 << _BITS) - 1)
        if number == row.number:
            return row
        same = "the same content" if first_content == content else "other content; the first one stands"
        reason = f"id {product.id!r} was used before, in row {number}, with {same}"
        return replace(row, product=None, reasons=(reason,), raw=record.as_text())


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _content(product: Product) -> str:
    return repr(product)
