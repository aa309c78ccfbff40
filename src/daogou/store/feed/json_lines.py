"""JSONL: one JSON object a line."""

import json
from collections.abc import Iterator
from decimal import Decimal

from daogou.errors import FeedError
from daogou.store.feed.record import Record, flatten


def read_json_lines(lines: Iterator[str]) -> Iterator[Record]:
    """Every line that is not blank, good or bad; `number` is the line, from 1."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if number == 1 and line.lstrip().startswith("["):
            raise FeedError("this is a JSON array; a feed has one object a line (jq -c '.[]' feed.json > feed.jsonl)")
        yield _record(number, line)


def _record(number: int, line: str) -> Record:
    try:
        value = json.loads(line.rstrip("\r\n"), parse_float=Decimal, parse_constant=Decimal)
    except json.JSONDecodeError as error:
        return _broken(number, f"the line is not JSON: {error.msg} at character {error.pos + 1}", line)
    except (RecursionError, ValueError) as error:
        return _broken(number, f"the line is not JSON: {error}", line)
    if not isinstance(value, dict):
        return _broken(number, f"the line is not a JSON object but {_kind(value)}", line)
    return Record(number=number, cells=flatten(value))


def _broken(number: int, reason: str, line: str) -> Record:
    return Record(number=number, reasons=(reason,), raw=line.rstrip("\r\n"))


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
