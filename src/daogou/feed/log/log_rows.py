"""The rows of a log with their lists and objects as they are: JSON lines, arrays and objects, Parquet, tables."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any, TextIO

from daogou.feed.reader import to_the_end
from daogou.feed.readers.columnar import ParquetFile
from daogou.feed.readers.formats import Source
from daogou.feed.readers.record import Record, flatten

_CHUNK = 1 << 20  # characters read at a time
_LONGEST = 1 << 26  # characters of one value
_FILLING = re.compile(r"[\s,\[]*")  # between two values of an array
_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=Decimal)


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
            yield from map(_of_json, _values(text))
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
    reason = value if isinstance(value, _Broken) else f"the line is not a JSON object but {type(value).__name__}"
    return LogRow(number=number, record=Record(number=number, reasons=(str(reason),), raw=raw[:4_000]))


class _Broken(str):
    """Why a piece of JSON can't be read."""


def _values(text: TextIO) -> Iterator[tuple[int, Any, str]]:
    """(number, value, text) of JSON lines, each by itself; of an array or of objects over many lines, one after the other."""
    first = next((line for line in text if line.strip("\ufeff \t\r\n")), "").lstrip("\ufeff")
    if first.lstrip().startswith("[") or first.strip()[-1:] in ("{", ","):
        yield from _streamed(first, text)
        return
    for number, line in enumerate(chain((first,), text), start=1):
        if line.strip():
            yield number, _parsed(line), line.rstrip("\r\n")


def _streamed(buffer: str, text: TextIO) -> Iterator[tuple[int, Any, str]]:
    """Value by value, without holding more than one chunk and one value."""
    number, place = 0, 0
    while True:
        place = _FILLING.match(buffer, place).end()  # type: ignore[union-attr]
        try:
            value, end = _DECODER.raw_decode(buffer, place)
        except (json.JSONDecodeError, RecursionError) as error:
            more = "" if len(buffer) - place > _LONGEST else text.read(_CHUNK)
            if more:
                buffer, place = buffer[place:] + more, 0
                continue
            if buffer[place:].strip(" ]\r\n\t"):
                yield number + 1, _Broken(f"the JSON breaks off or is damaged here: {error}"), buffer[place:]
            return
        number, place = number + 1, end
        yield number, value, ""


def _parsed(line: str) -> Any:
    try:
        return _DECODER.decode(line.strip())
    except json.JSONDecodeError as error:
        return _Broken(f"the line is not JSON: {error.msg} at character {error.pos + 1}")
    except (RecursionError, ValueError) as error:
        return _Broken(f"the line is not JSON: {error}")
