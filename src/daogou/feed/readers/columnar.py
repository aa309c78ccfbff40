"""Parquet, a batch of rows at a time."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from daogou.errors import FeedError, MissingExtra
from daogou.feed.readers.record import Cell, Record, flatten

Row = TypeVar("Row")
_BATCH = 1_024  # rows in memory at once


class ParquetFile:
    """A Parquet feed; `rows` is known before the first row is read."""

    def __init__(self, path: Path) -> None:
        self._arrow = _arrow()
        try:
            self._file: Any = self._arrow.parquet.ParquetFile(path, memory_map=True)
        except (self._arrow.ArrowException, OSError) as error:
            raise FeedError(f"{path}: not a Parquet file, or a damaged one ({_first_line(error)})") from error
        self.rows: int = self._file.metadata.num_rows
        self.columns: tuple[str, ...] = tuple(self._file.schema_arrow.names)

    def records(self) -> Iterator[Record]:
        """Every row, numbered from 1; FeedError where the file is damaged."""
        for number, cells in enumerate(self._read(self._rows), start=1):
            yield Record(number=number, cells=cells)

    @property
    def nested(self) -> bool:
        """Whether a column holds lists or objects."""
        return any(self._arrow.types.is_nested(field.type) for field in self._file.schema_arrow)

    def objects(self) -> Iterator[dict[str, Any]]:
        """Every row as it is, with its lists and objects; FeedError where the file is damaged."""
        return self._read(lambda batch: batch.to_pylist())

    def _read(self, rows: Callable[[Any], Iterable[Row]]) -> Iterator[Row]:
        try:
            for batch in self._file.iter_batches(batch_size=_BATCH):
                yield from rows(batch)
        except (self._arrow.ArrowException, OSError) as error:
            raise FeedError(f"the Parquet file is damaged here ({_first_line(error)}); what follows is lost") from error

    def _rows(self, batch: Any) -> Iterator[dict[str, Cell]]:
        """Texts and whole numbers column by column, which is fast; anything else value by value."""
        fields, is_ = list(self._file.schema_arrow), self._arrow.types
        if all(_is_plain(field.type, is_) for field in fields):
            columns = [_plain_column(column, is_) for column in batch.columns]
            return (dict(zip(self.columns, values, strict=True)) for values in zip(*columns, strict=True))
        singles = [field.name for field in fields if is_.is_float32(field.type)]
        return (flatten(_as_written(row, singles)) for row in batch.to_pylist())


def _arrow() -> Any:
    """Pyarrow, which weighs more than everything else that a shop needs: imported where a feed is Parquet."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError as missing:
        raise MissingExtra("pyarrow, which reads Parquet,", "formats") from missing
    return pyarrow


def _is_plain(kind: Any, is_: Any) -> bool:
    return bool(is_.is_string(kind) or is_.is_large_string(kind) or is_.is_integer(kind))


def _plain_column(column: Any, is_: Any) -> list[Cell]:
    values = column.to_pylist()
    if is_.is_integer(column.type):
        return [None if value is None else Decimal(value) for value in values]
    return list(values)


def _as_written(row: dict[str, Any], singles: list[str]) -> dict[str, Any]:
    """Single precision: 0.1 is 0.1, not 0.10000000149."""
    for name in singles:
        if row[name] is not None and row[name] == row[name]:
            row[name] = Decimal(f"{row[name]:.7g}")
    return row


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
