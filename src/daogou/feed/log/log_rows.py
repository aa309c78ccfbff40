"""The rows of a log with their lists and objects as they are: JSON lines, arrays and objects, Parquet, tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from daogou.feed.reader import to_the_end
from daogou.feed.readers.columnar import ParquetFile
from daogou.feed.readers.formats import Source
from daogou.feed.readers.json_lines import json_values, no_object
from daogou.feed.readers.record import Record, flatten


@dataclass(frozen=True, kw_only=True)
class LogRow:
    """One row: what it holds, by the names that it gives, or why it can't be read. `record` is the same as flat cells."""

    number: int
    whole: Mapping[str, Any] = field(default_factory=dict)
    record: Record


def log_rows(source: Source) -> Iterator[LogRow]:
    """Every row, good or bad; FeedError where the file breaks off before the first."""
    if source.format == "jsonl":
        with source._text() as text:
            yield from map(_of_json, json_values(text))
        source.file.finished()
    elif source.format == "parquet" and (parquet := ParquetFile(source.file.path)).nested:
        for number, whole in enumerate(parquet.objects(), start=1):
            yield LogRow(number=number, whole=whole, record=Record(number=number, cells=flatten(whole)))
    else:
        for record in to_the_end(source):
            yield LogRow(number=record.number, whole=record.cells, record=record)


def _of_json(found: tuple[int, Any, str]) -> LogRow:
    number, value, raw = found
    if isinstance(value, dict):
        return LogRow(number=number, whole=value, record=Record(number=number, cells=flatten(value)))
    return LogRow(number=number, record=Record(number=number, reasons=(no_object(value),), raw=raw))
