"""What became of one row; and the rejected rows, in a JSONL file that a merchant can work through: row, reasons, raw."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from daogou.catalog.products.product import Product


@dataclass(frozen=True, kw_only=True)
class FeedRow:
    """What became of one row: a product, the reasons why it is none, or why it was `left_out` as it should be.

    Warnings say what was mended or left out of a product.
    """

    number: int
    product: Product | None = None
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    raw: str = ""  # the row, where it was rejected
    left_out: str = ""
    hidden_id: str = ""  # of what was left out


class RejectsFile:
    """Writes rejected rows; the file comes into being with the first of them, and an old one goes away."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._stream: TextIO | None = None

    @classmethod
    def beside(cls, feed: Path) -> Self:
        """feed.csv.gz -> feed.csv.gz.rejects.jsonl, in the feed's folder."""
        return cls(feed.with_name(f"{feed.name}.rejects.jsonl"))

    def __enter__(self) -> Self:
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()

    def add(self, row: FeedRow) -> None:
        """Writes a row that was rejected; a good row is passed over."""
        if row.reasons:
            self.write(row.number, row.reasons, row.warnings, row.raw)

    def write(self, number: int, reasons: Sequence[str], warnings: Sequence[str], raw: str) -> None:
        """One more rejected row."""
        if self._stream is None:
            self._stream = self.path.open("w", encoding="utf-8", errors="backslashreplace")
        self.count += 1
        entry = {"row": number, "reasons": reasons, "warnings": warnings, "raw": raw}
        self._stream.write(json.dumps(entry, ensure_ascii=False) + "\n")
