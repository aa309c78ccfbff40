"""The layouts of layouts.toml: what the exports of shop systems need beside the names of their columns."""

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from glob import escape
from importlib.resources import files
from itertools import groupby
from typing import Any

from daogou.feed.mapping.mapping import FeedMapping
from daogou.feed.mapping.toml import parsed
from daogou.feed.readers.headings import fields_named, folded

_COLUMNS = ("column", "key", "parent", "children", "kind")
_WHERE = ("column", "columns")
_OWN = ("needs", "without", "facts", "order")
_MEASURED = re.compile(r"[(（]\s*[^\W\d]{1,8}\s*[)）]\s*$")
_SURE = 0.9  # that a name means a field
_FACT = 4  # columns of a numbered fact: its name, its values, and how it is shown


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A known layout with the columns of a feed: its part of the mapping, and whether other columns may be facts."""

    names: tuple[str, ...] = ()
    mapping: FeedMapping = field(default_factory=FeedMapping)
    open: bool = True


def layout_of(columns: Iterable[str]) -> Layout:
    """All that is known of a feed by its columns; nothing where no layout fits."""
    columns = list(columns)
    by_name = {folded(column): column for column in reversed(columns)}
    document: dict[str, Any] = {}
    names = []
    for name, layout in _layouts().items():
        real = _in_order(layout, columns) if "order" in layout else by_name
        if _fits(layout, real):
            names.append(name)
            document = _merged(document, _resolved(layout, real) | _beside(layout, real, columns))
    ignored = document.pop("ignore", [])
    document.setdefault("attributes", {})["ignore"] = ignored
    closed = any("facts" in _layouts()[name] for name in names)
    return Layout(names=tuple(names), mapping=parsed(document, whole=False), open=not closed)


@functools.cache
def _layouts() -> Mapping[str, Any]:
    return tomllib.loads(files("daogou.feed").joinpath("layouts.toml").read_text(encoding="utf-8"))


def _fits(layout: Mapping[str, Any], real: Mapping[str, str]) -> bool:
    missing = any(not _column(need, real) for need in layout.get("needs", ()))
    return bool(real) and not missing and not any(column in real for column in layout.get("without", ()))


def _in_order(layout: Mapping[str, Any], columns: Sequence[str]) -> dict[str, str]:
    """The columns by the names of the layout's order; nothing where they stand otherwise, or where a name says otherwise."""
    order = [name.strip() for name in layout["order"].split(",")]
    for names in (order, [name for name in order if not name.endswith("?")]):
        placed = dict(zip(names, columns, strict=False))
        measured = all(_MEASURED.search(column) for name, column in placed.items() if name.endswith("()"))
        real = {name.rstrip("?()"): column for name, column in placed.items()}
        if len(columns) >= len(names) and folded(columns[0]) == names[0] and measured and _as_named(layout, real):
            return real
    return {}


def _as_named(layout: Mapping[str, Any], real: Mapping[str, str]) -> bool:
    """Whether no column that a field is read from is surely called another field."""
    named = [
        (name, fields_named(column)) for name, rule in layout["product"].items() for column in _columns(rule, real)
    ]
    return all(name in fields or max(fields.values(), default=0) < _SURE for name, fields in named)


def _beside(layout: Mapping[str, Any], real: Mapping[str, str], columns: Sequence[str]) -> dict[str, Any]:
    """Columns of an order that say nothing to shoppers, and the numbered facts behind it."""
    if "order" not in layout:
        return {}
    variants = layout["variants"]
    told = (*layout["product"].values(), *layout["hide"], *layout["attributes"]["columns"], *variants.values())
    kept = {column for rule in told if not isinstance(rule, list) for column in _columns(rule, real)}
    idle = [column for column in real.values() if column not in kept]
    behind = groupby(columns[len(real) :], key=lambda column: re.findall(r"\d+", column))
    facts = [fact for numbers, group in behind if numbers and len(fact := list(group)) >= _FACT]
    return {
        "ignore": [escape(column) for column in (*idle, *(each for fact in facts for each in fact[2:]))],
        "pairs": [{"name": fact[0], "value": fact[1]} for fact in facts],
    }


def _column(text: str, real: Mapping[str, str]) -> str:
    return next((real[name] for name in text.split(" | ") if name in real), "")


def _resolved(layout: Mapping[str, Any], real: Mapping[str, str]) -> dict[str, Any]:
    """With the feed's own columns; what names a column that the feed lacks goes away."""
    found = {
        key: value for key, value in layout.items() if key not in (*_OWN, "product", "hide", "variants", "attributes")
    }
    fields = {name: _rule(rule, real) for name, rule in layout.get("product", {}).items()}
    found["product"] = {name: rule for name, rule in fields.items() if rule}
    found["hide"] = [each for rule in layout.get("hide", ()) if (each := _rule(rule, real))]
    named = layout.get("attributes", {}).get("columns", {})
    columns = {column: rule for name, rule in named.items() if (column := _column(name, real))}
    found["attributes"] = {"columns": columns}
    if "variants" in layout:
        texts = {key: _column(value, real) if key in _COLUMNS else value for key, value in layout["variants"].items()}
        found["variants"] = {key: value for key, value in texts.items() if value}
    return found


def _rule(rule: str | Mapping[str, Any], real: Mapping[str, str]) -> dict[str, Any]:
    if not isinstance(rule, str) and "constant" in rule:
        return dict(rule)
    columns = _columns(rule, real)
    rest = {} if isinstance(rule, str) else {key: value for key, value in rule.items() if key not in _WHERE}
    return rest | ({"column": columns[0]} if len(columns) == 1 else {"columns": columns}) if columns else {}


def _columns(rule: str | Mapping[str, Any], real: Mapping[str, str]) -> list[str]:
    texts = [rule] if isinstance(rule, str) else rule.get("columns", [rule.get("column", "")])
    return [column for text in texts if (column := _column(text, real))]


def _merged(first: dict[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Tables joined, lists one after the other; the first says what both say, but for fields."""
    for key, value in second.items():
        if isinstance(value, dict):
            first[key] = _merged(first.get(key, {}), value)
        elif isinstance(value, list):
            first[key] = [*first.get(key, []), *value]
        else:
            first[key] = value
    return first
