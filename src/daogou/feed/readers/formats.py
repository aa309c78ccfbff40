"""Which format a feed is in, told by its content and then by its name, and its records."""

import codecs
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from daogou.errors import FeedError, MissingExtra
from daogou.feed.readers.delimited import LOOKED_AT, header_rows, known_columns, read_header, read_rows
from daogou.feed.readers.documents import read_json, read_merchant_xml
from daogou.feed.readers.headings import folded, shortened
from daogou.feed.readers.opening import Encoding, FeedFile, detect_encoding
from daogou.feed.readers.record import Cell, Record, flatten, plain_number

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
        singles = [field.name for field in self._file.schema_arrow if self._arrow.types.is_float32(field.type)]
        return (flatten(_as_written(row, singles)) for row in batch.to_pylist())


def _arrow() -> Any:
    """Pyarrow, which weighs more than everything else that a shop needs: imported where a feed is Parquet."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError as missing:
        raise MissingExtra("pyarrow, which reads Parquet,", "formats") from missing
    return pyarrow


def _as_written(row: dict[str, Any], singles: list[str]) -> dict[str, Any]:
    """Single precision: 0.1 is 0.1, not 0.10000000149."""
    for name in singles:
        if row[name] is not None and row[name] == row[name]:
            row[name] = Decimal(f"{row[name]:.7g}")
    return row


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


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
        known = [max((known_columns([*map(str, row)]) for row in rows[:LOOKED_AT]), default=0) for rows in sheets]
        self._rows = max(
            zip(known, map(len, sheets), sheets, strict=True), key=lambda each: each[:2], default=(0, 0, [])
        )[2]
        if not self._rows:
            raise FeedError(f"{path}: there is nothing in the spreadsheet")
        place, self._first = header_rows([[str(cell) for cell in row] for row in self._rows[:LOOKED_AT]])
        self.columns = tuple(
            shortened(str(cell).strip()) or f"column {number}" for number, cell in enumerate(self._rows[place], start=1)
        )
        self._sales = _sales(sheets, self._rows[place][0])
        self.columns += _SALE if self._sales else ()
        self.rows = len(self._rows) - self._first

    def records(self) -> Iterator[Record]:
        """Every row that says something, by its number in the sheet."""
        for number, row in enumerate(self._rows[self._first :], start=self._first + 1):
            cells = {name: _cell(value) for name, value in zip(self.columns, row, strict=False)}
            cells |= self._sales.get(str(row[0]), {})
            if any(cell is not None for cell in cells.values()):
                yield Record(number=number, cells=cells)


def _sales(sheets: Sequence[Sequence[Sequence[Any]]], key: Any) -> dict[str, dict[str, Cell]]:
    """Product -> its sale for all customers, of a sheet beside the products that begins with the same column."""
    found: dict[str, dict[str, Cell]] = {}
    for rows in sheets:
        names = [folded(str(cell)) for cell in rows[0]] if rows else []
        if not rows or rows[0][0] != key or not {"price", *_DATES} <= set(names) or "quantity" in names:
            continue
        for said in (dict(zip(names, row, strict=False)) for row in rows[1:]):
            if folded(str(said.get("customer group", ""))) in ("", "default"):
                sale = (_cell(said[name]) for name in ("price", *_DATES))
                found.setdefault(str(said[names[0]]), dict(zip(_SALE, sale, strict=True)))
    return found


def _cell(value: Any) -> Cell:
    if isinstance(value, float):
        number = Decimal(f"{value:.15g}")
        return plain_number(number) if value == int(value) else number
    if isinstance(value, (date, time, timedelta)) and not isinstance(value, datetime):
        return str(value)
    return value if value != "" else None


_BY_SUFFIX = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".json": "jsonl",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xml": "xml",
}
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
_TABLES: dict[str, type[ParquetFile] | type[Spreadsheet]] = {"parquet": ParquetFile, "spreadsheet": Spreadsheet}
_HEAD = 4_096
_ZEROS = 0.05  # the share of zero bytes that no text has


@dataclass(kw_only=True)
class Source:
    """A feed that can be read from its beginning as often as need be."""

    file: FeedFile
    format: str  # "csv", "jsonl", "xml", "parquet", "spreadsheet"
    encoding: Encoding
    columns: tuple[str, ...] = ()  # empty: rows may have any
    total_rows: int | None = None  # where the file says so
    notices: list[str] = field(default_factory=list)

    def records(self) -> Iterator[Record]:
        """All rows, good and bad; FeedError where the file breaks off."""
        if self.format in _TABLES:
            yield from _TABLES[self.format](self.file.path).records()
        else:
            with self._text() as text:
                yield from self._parsed(text)
        self.file.finished()

    def _parsed(self, text: io.TextIOWrapper) -> Iterator[Record]:
        if self.format == "xml":
            return read_merchant_xml(text)
        if self.format == "jsonl":
            return read_json(text)
        return read_rows(text, read_header(text))

    def _text(self) -> io.TextIOWrapper:
        newline = None if self.format == "xml" else ""
        return io.TextIOWrapper(
            self.file.open(), encoding=self.encoding.codec, errors=self.encoding.errors, newline=newline
        )


def open_source(path: Path) -> Source:
    """The feed at that path; FeedError where it is no feed at all."""
    file = FeedFile(path)
    head = file.head(_HEAD)
    format = _format(path, head)
    if format in _TABLES:
        table = _TABLES[format](path)
        return Source(
            file=file,
            format=format,
            encoding=Encoding(codec="utf-8"),
            columns=table.columns,
            total_rows=table.rows,
        )
    source = Source(file=file, format=format, encoding=_encoding(file, format, head))
    if source.encoding.notice:
        source.notices.append(source.encoding.notice)
    if format == "csv":
        _look_at_header(source)
    return source


def _format(path: Path, head: bytes) -> str:
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "spreadsheet"
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise FeedError(f"{path}: there is nothing in it but blanks")
    if head.count(0) > _ZEROS * len(head) and not head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        raise FeedError(f"{path}: this is not text (nor Parquet, gzip or zstd)")
    first = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1]
    if first == b"<":
        return "xml"
    if first in (b"{", b"["):
        return "jsonl"
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() not in (".gz", ".zst")]
    named = _BY_SUFFIX.get(suffixes[-1] if suffixes else "", "csv")
    return "csv" if named == "xml" else named


def _encoding(file: FeedFile, format: str, head: bytes) -> Encoding:
    declared = _DECLARED.match(head) if format == "xml" else None
    if declared and declared[1].lower() not in (b"utf-8", b"utf-16"):
        codec = "gb18030" if declared[1].lower() in (b"gb2312", b"gbk") else declared[1].decode("ascii").lower()
        try:
            codecs.lookup(codec)
        except LookupError as error:
            raise FeedError(f"{file.path}: the XML declares the unknown encoding {codec!r}") from error
        return Encoding(codec=codec)
    return detect_encoding(file)


def _look_at_header(source: Source) -> None:
    with source._text() as text:
        header = read_header(text)
    source.columns = header.columns
    source.notices += header.notices
