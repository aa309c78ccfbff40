"""One row as it stands in a feed, before anybody has asked what it means."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

Scalar: TypeAlias = str | Decimal | bool | datetime
Cell: TypeAlias = Scalar | tuple[Scalar, ...] | None

_PLAIN = (str, int, bool, Decimal)
_NOTHING: Mapping[str, Cell] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Record:
    """One row: its cells by column name, or the reasons why it can't be read.

    `number` is where a person finds it: the spreadsheet row of a CSV (the header is row 1), the line of a JSONL file,
    the how-maniest row of a Parquet file or item of an XML feed (from 1). `raw` is the text of an unreadable row. A variant
    knows its `group`, and what tells its id from the group's (`suffix`); `left_out` says why a row is no product.
    """

    number: int
    cells: Mapping[str, Cell] = field(default_factory=lambda: _NOTHING)
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    raw: str = ""
    group: str = ""
    suffix: str = ""
    left_out: str = ""

    def text(self, column: str) -> str:
        """A cell as one stripped text; empty where there is none, or a list."""
        cell = self.cells.get(column)
        return "" if cell is None or isinstance(cell, tuple) else text_of(cell).strip()

    def as_text(self) -> str:
        """The row for the rejects file: its own text, or its cells as JSON."""
        return self.raw or json.dumps(_plain(self.cells), ensure_ascii=False)


def flatten(value: object, name: str = "") -> dict[str, Cell]:
    """Nested JSON as cells: {"offers": {"price": 5}} -> {"offers.price": 5}; a list is one cell."""
    if isinstance(value, Mapping):
        cells: dict[str, Cell] = {}
        for key, inner in value.items():
            kind = type(inner)
            if not name and (inner is None or kind in _PLAIN):  # most cells are that: no time to lose
                cells[str(key)] = Decimal(inner) if kind is int else inner
                continue
            column = f"{name}.{key}" if name else str(key)
            if isinstance(inner, (Mapping, list, tuple)):
                cells |= flatten(inner, column)
            else:
                cells[column] = _scalar(inner)
        return cells
    if isinstance(value, (list, tuple)) and value and all(isinstance(item, Mapping) for item in value):
        return _columns([flatten(item, name) for item in value])
    return {name: _cell(value)}


def text_of(scalar: Scalar) -> str:
    """A scalar as a person would write it: 6.0 is "6", True is "true"."""
    if isinstance(scalar, bool):
        return "true" if scalar else "false"
    if isinstance(scalar, Decimal):
        return plain_number(scalar)
    return scalar.isoformat() if isinstance(scalar, datetime) else scalar


def plain_number(number: Decimal) -> str:
    """Without an exponent and without trailing zeros."""
    if not number.is_finite():
        return str(number)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _columns(rows: list[dict[str, Cell]]) -> dict[str, Cell]:
    """A list of objects as columns: [{"text": "a"}, {"text": "b"}] -> text: ("a", "b")."""
    columns: dict[str, list[Scalar]] = {}
    for row in rows:
        for name, cell in row.items():
            columns.setdefault(name, []).extend(cell if isinstance(cell, tuple) else () if cell is None else (cell,))
    return {name: tuple(values) for name, values in columns.items()}


def _cell(value: object) -> Cell:
    if isinstance(value, (list, tuple)):
        return tuple(scalar for item in value if (scalar := _scalar(item)) is not None)
    return _scalar(value)


def _scalar(value: object) -> Scalar | None:
    if value is None or isinstance(value, (str, Decimal, bool, datetime)):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return None if value != value else Decimal(repr(value))
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, (Mapping, Sequence)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _plain(cells: Mapping[str, Cell]) -> dict[str, object]:
    return {
        name: [text_of(item) for item in cell] if isinstance(cell, tuple) else None if cell is None else text_of(cell)
        for name, cell in cells.items()
    }
