"""The word lists of the package, read in one place, so that an evaluation can measure what one of them is worth.

A list is named by its file (`values.toml`, `types/food.toml`, `types/` for a whole folder), and a part of it by a key that stands in
it at any depth (`values.toml:scent`, `types/:context`).
"""

import tomllib
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import Any

FOLDERS = ("types",)
_left_out: frozenset[str] = frozenset()


def table(file: str) -> dict[str, Any]:
    """One file's tables, without what `leave_out` named; a list that is left out keeps its outer keys."""
    found: dict[str, Any] = tomllib.loads(resources.files("daogou.text").joinpath(file).read_text(encoding="utf-8"))
    for name in _left_out:
        path, _, key = name.partition(":")
        if path == file or (path.endswith("/") and file.startswith(path)):
            found = _without(found, key) if key else {one: type(value)() for one, value in found.items()}
    return found


def files(folder: str) -> list[str]:
    """Its files by name, as `table` takes them."""
    names = (one.name for one in resources.files("daogou.text").joinpath(folder).iterdir())
    return sorted(f"{folder}/{name}" for name in names if name.endswith(".toml"))


def names() -> tuple[str, ...]:
    """Everything that `leave_out` may be given."""
    own = (one.name for one in resources.files("daogou.text").iterdir() if one.name.endswith(".toml"))
    every = {file: file for file in own} | {file: f"{folder}/" for folder in FOLDERS for file in files(folder)}
    keys = {f"{name}:{key}" for file, name in every.items() for key in _keys(table(file))}
    return tuple(sorted({*every, *every.values(), *keys}))


def leave_out(lists: Iterable[str]) -> None:
    """Read these as if they were empty from now on; what has been read stays as it is."""
    global _left_out
    _left_out = frozenset(lists)


def _without(value: Any, key: str) -> Any:
    if not isinstance(value, dict):
        return value
    return {one: _without(within, key) for one, within in value.items() if one != key}


def _keys(value: Any) -> Iterator[str]:
    """Its sections, and the fields of its entries (not the entries themselves)."""
    for key, within in value.items():
        if isinstance(within, dict) and not all(isinstance(one, dict) for one in within.values()):
            yield from within
        elif isinstance(within, dict):
            yield key
            yield from _keys(within)
