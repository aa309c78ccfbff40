"""How the suites go through what they ask: line by line from a file, one by one with a bar."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from daogou.errors import UserError
from daogou.progress import Progress

T = TypeVar("T")


def read_lines(path: Path, parse: Callable[[Any], T], expected: str) -> list[T]:
    """Each line of a JSONL file, parsed; UserError names the first that is not what was expected."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                found.append(parse(json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                raise UserError(f"{path}, line {number}: not {expected} ({error!r})") from error
    return found


def tracked(items: Sequence[T], step: str, on_progress: Progress) -> Iterator[T]:
    """The same items, each counted when it is done with."""
    for number, item in enumerate(items, start=1):
        yield item
        on_progress(step, number, len(items))
