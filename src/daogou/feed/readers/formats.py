"""Which format a feed is in, told by its content and then by its name, and its records."""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from daogou.errors import FeedError
from daogou.feed.readers.columnar import ParquetFile
from daogou.feed.readers.delimited import read_header, read_rows
from daogou.feed.readers.encoding import Encoding, detect_encoding
from daogou.feed.readers.json_lines import read_json
from daogou.feed.readers.merchant_xml import read_merchant_xml
from daogou.feed.readers.opening import FeedFile
from daogou.feed.readers.record import Record
from daogou.feed.readers.spreadsheet import Spreadsheet

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
