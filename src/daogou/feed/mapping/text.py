"""Mappings written as TOML, so that a guess can be printed, kept and corrected; `parse_mapping` reads it back."""

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from typing import Any

from daogou.feed.mapping.mapping import FeedMapping, FieldRule, UnitRule
from daogou.feed.readers.record import plain_number

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def mapping_text(mapping: FeedMapping) -> str:
    """The mapping as TOML; what is as it would be anyway is left out."""
    top = ("currency", "language", "without_prices")
    attributes = {"remaining": mapping.remaining, "ignore": mapping.ignore}
    sections: dict[str, Mapping[str, object]] = {
        "": {key: value for key in top if (value := getattr(mapping, key))},
        "product": mapping.fields,
        **{f"translations.{language}": rules for language, rules in mapping.translations.items()},
        "attributes": {key: value for key, value in attributes.items() if value},
        "attributes.prefixes": {prefix: str(kind) for prefix, kind in mapping.prefixes.items()},
        "attributes.columns": mapping.attributes,
        "attributes.units": mapping.units,
    }
    parts = [_section(f"[{name}]" if name else "", entries) for name, entries in sections.items()]
    for name in ("pairs", "skip", "hide"):
        parts += [_section(f"[[{name}]]", _said(each)) for each in getattr(mapping, name)]
    for name in ("variants", "group"):
        rule = getattr(mapping, name)
        parts.append(f"[{name}]\n{_section('', _said(rule))}".strip() if rule else "")
    parts.append(_section("[events]", mapping.events))
    return "\n\n".join(filter(None, parts)) + "\n"


def _section(head: str, entries: Mapping[str, object]) -> str:
    written = [f"{_key(key)} = {_value(value)}" for key, value in entries.items()]
    return "\n".join(([head] if head else []) + written) if written else ""


def _said(rule: Any) -> dict[str, object]:
    """What a rule says beside what it would say anyway; a single column or unit by itself."""
    said: dict[str, object] = {}
    for each in fields(rule):
        value = getattr(rule, each.name)
        usual = each.default_factory() if each.default_factory is not MISSING else each.default
        if value == usual:
            continue
        one = each.name in ("columns", "units") and len(value) == 1
        said[each.name[:-1] if one else each.name] = value[0] if one else value
    return said


def _value(value: object) -> str:
    if is_dataclass(value):
        said = _said(value)
        alone = next(iter(said), "") if len(said) == 1 else ""
        plain = (alone, type(value)) in (("column", FieldRule), ("unit", UnitRule))
        return _value(said[alone]) if plain else _inline(said)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return plain_number(Decimal(value))
    if isinstance(value, Mapping):
        return _inline(value)
    if isinstance(value, (list, tuple)):
        one = value[0] if len(value) == 1 else None
        if isinstance(one, UnitRule) and list(_said(one)) == ["unit"]:
            return _value(one.unit)
        return "[" + ", ".join(_inline(_said(item)) if is_dataclass(item) else _value(item) for item in value) + "]"
    return _text(str(value))


def _text(text: str) -> str:
    """A pattern full of backslashes is easier to read in single quotes."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _inline(entries: Mapping[Any, object]) -> str:
    written = ", ".join(f"{_key(str(key))} = {_value(value)}" for key, value in entries.items())
    return f"{{ {written} }}" if written else "{}"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)
