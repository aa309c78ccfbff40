"""The layouts of layouts.toml: what the exports of shop systems need beside the names of their columns."""

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from daogou.feed.mapping.mapping import FeedMapping
from daogou.feed.mapping.toml import parsed
from daogou.feed.readers.headings import folded

_COLUMNS = ("column", "key", "parent", "children", "kind")
_OWN = ("needs", "without", "facts")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A known layout with the columns of a feed: its part of the mapping, and whether other columns may be facts."""

    names: tuple[str, ...] = ()
    mapping: FeedMapping = field(default_factory=FeedMapping)
    open: bool = True


def layout_of(columns: Iterable[str]) -> Layout:
    """All that is known of a feed by its columns; nothing where no layout fits."""
    real = {folded(column): column for column in reversed(list(columns))}
    document: dict[str, Any] = {}
    names = []
    for name, layout in _layouts().items():
        if all(_column(need, real) for need in layout["needs"]) and not any(
            column in real for column in layout.get("without", ())
        ):
            names.append(name)
            document = _merged(document, _resolved(layout, real))
    ignored = document.pop("ignore", [])
    document.setdefault("attributes", {})["ignore"] = ignored
    closed = any("facts" in _layouts()[name] for name in names)
    return Layout(names=tuple(names), mapping=parsed(document, whole=False), open=not closed)


@functools.cache
def _layouts() -> Mapping[str, Any]:
    return tomllib.loads(files("daogou.feed").joinpath("layouts.toml").read_text(encoding="utf-8"))


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
    rule = {"column": rule} if isinstance(rule, str) else dict(rule)
    if "constant" in rule:
        return rule
    columns = [column for text in rule.pop("columns", [rule.pop("column", "")]) if (column := _column(text, real))]
    return rule | ({"column": columns[0]} if len(columns) == 1 else {"columns": columns}) if columns else {}


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
