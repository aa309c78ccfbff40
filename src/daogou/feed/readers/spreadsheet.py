"""Spreadsheets (.xlsx, .xls, .ods): the sheet that looks most like a table of products."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from daogou.errors import FeedError
from daogou.feed.readers.header_rows import LOOKED_AT, header_rows, known_columns
from daogou.feed.readers.headings import folded, shortened
from daogou.feed.readers.record import Cell, Record, plain_number

_SALE = ("sale price", "sale from", "sale to")
_DATES = ("date start", "date end")


class Spreadsheet:
    """A spreadsheet feed; `rows` counts all of the chosen sheet."""

    def __init__(self, path: Path) -> None:
        from python_calamine import CalamineError, CalamineWorkbook

        try:
            book: Any = CalamineWorkbook.from_path(str(path))
            sheets: list[list[list[Any]]] = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
        except CalamineError as error:
            raise FeedError(
                f"{path}: this is no spreadsheet that can be read ({error}); save it as CSV (UTF-8)"
            ) from error
        self._rows = max(sheets, key=lambda rows: (_known(rows), len(rows)), default=[])
        if not self._rows:
            raise FeedError(f"{path}: there is nothing in the spreadsheet")
        place, self._first = header_rows([[_text(cell) for cell in row] for row in self._rows[:LOOKED_AT]])
        self.columns = tuple(
            shortened(_text(cell).strip()) or f"column {number}"
            for number, cell in enumerate(self._rows[place], start=1)
        )
        self._sales = _sales(sheets, self._rows[place][0])
        self.columns += _SALE if self._sales else ()
        self.rows = len(self._rows) - self._first

    def records(self) -> Iterator[Record]:
        """Every row that says something, by its number in the sheet."""
        for number, row in enumerate(self._rows[self._first :], start=self._first + 1):
            cells = {name: _cell(value) for name, value in zip(self.columns, row, strict=False)}
            cells |= self._sales.get(_text(row[0]), {})
            if any(cell is not None for cell in cells.values()):
                yield Record(number=number, cells=cells)


def _known(rows: Sequence[Sequence[Any]]) -> int:
    return max((known_columns([_text(cell) for cell in row]) for row in rows[:LOOKED_AT]), default=0)


def _sales(sheets: Sequence[Sequence[Sequence[Any]]], key: Any) -> dict[str, dict[str, Cell]]:
    """Product -> its sale for all customers, of a sheet beside the products that begins with the same column."""
    found: dict[str, dict[str, Cell]] = {}
    for rows in sheets:
        names = [folded(_text(cell)) for cell in rows[0]] if rows else []
        if not rows or rows[0][0] != key or not {"price", *_DATES} <= set(names) or "quantity" in names:
            continue
        for said in (dict(zip(names, row, strict=False)) for row in rows[1:]):
            if folded(_text(said.get("customer group", ""))) in ("", "default"):
                sale = (_cell(said[name]) for name in ("price", *_DATES))
                found.setdefault(_text(said[names[0]]), dict(zip(_SALE, sale, strict=True)))
    return found


def _cell(value: Any) -> Cell:
    if isinstance(value, float):
        number = Decimal(f"{value:.15g}")
        return plain_number(number) if value == int(value) else number
    if isinstance(value, (date, time, timedelta)) and not isinstance(value, datetime):
        return str(value)
    return value if value != "" else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)
