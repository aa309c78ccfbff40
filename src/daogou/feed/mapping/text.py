"""Mappings written as TOML, so that a guess can be printed, kept and corrected; `parse_mapping` reads it back."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from daogou.feed.mapping.mapping import AttributeRule, FeedMapping, FieldRule, UnitRule
from daogou.feed.readers.record import plain_number

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_UNSAID = FieldRule()


def mapping_text(mapping: FeedMapping) -> str:
    """The mapping as TOML; what is as it would be anyway is left out."""
    top = {
        "currency": mapping.currency,
        "language": mapping.language,
        "without_prices": mapping.without_prices,
    }
    parts = [[f"{key} = {_value(value)}" for key, value in top.items() if value]]
    parts.append(_section("product", {name: _field(rule) for name, rule in mapping.fields.items()}))
    for language, rules in mapping.translations.items():
        parts.append(_section(f"translations.{language}", {name: _field(rule) for name, rule in rules.items()}))
    parts += _attributes(mapping)
    listed = (("pairs", mapping.pairs), ("skip", mapping.skip), ("hide", mapping.hide))
    parts += [[f"[[{name}]]", *_said(each)] for name, several in listed for each in several]
    parts += [
        [f"[{name}]", *_said(one)] for name, one in (("variants", mapping.variants), ("group", mapping.group)) if one
    ]
    parts.append(_section("events", {name: _field(rule) for name, rule in mapping.events.items()}))
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _attributes(mapping: FeedMapping) -> Iterable[list[str]]:
    own = {"remaining": mapping.remaining, "ignore": list(mapping.ignore)}
    yield _section("attributes", {key: _value(value) for key, value in own.items() if value})
    yield _section("attributes.prefixes", {prefix: _value(str(kind)) for prefix, kind in mapping.prefixes.items()})
    yield _section("attributes.columns", {column: _column(rule) for column, rule in mapping.attributes.items()})
    yield _section("attributes.units", {name: _units(units) for name, units in mapping.units.items()})


def _section(name: str, entries: Mapping[str, str]) -> list[str]:
    return [f"[{name}]", *(f"{_key(key)} = {value}" for key, value in entries.items())] if entries else []


def _field(rule: FieldRule) -> str:
    said: dict[str, object] = {}
    for each in fields(FieldRule):
        value = getattr(rule, each.name)
        if each.name == "columns" and value:
            said |= {"column": value[0]} if len(value) == 1 else {"columns": list(value)}
        elif value != getattr(_UNSAID, each.name):
            said[each.name] = value
    if list(said) == ["column"]:
        return _value(said["column"])
    return _value(said)


def _column(rule: AttributeRule) -> str:
    said: dict[str, object] = {"name": rule.name, "kind": str(rule.kind) if rule.kind else "", "split": rule.split}
    said |= {"values": dict(rule.values), "decode": rule.decode, "pairs": rule.pairs}
    written = {key: _value(value) for key, value in said.items() if value}
    if rule.units:
        written["unit"] = _units(rule.units)
    return _inline(written)


def _units(units: tuple[UnitRule, ...]) -> str:
    if len(units) == 1 and units[0] == UnitRule(unit=units[0].unit):
        return _value(units[0].unit)
    rules = ({"when": rule.when, "at_most": rule.at_most, "unit": rule.unit, "drop": rule.drop} for rule in units)
    return _value([{key: value for key, value in rule.items() if value} for rule in rules])


def _said(rule: Any) -> list[str]:
    values = ((each.name, getattr(rule, each.name)) for each in fields(rule))
    return [f"{name} = {_value(Decimal(value) if type(value) is int else value)}" for name, value in values if value]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, Mapping):
        return _inline({str(key): _value(inner) for key, inner in value.items()})
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return _text(str(value))


def _text(text: str) -> str:
    """A pattern full of backslashes is easier to read in single quotes."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _inline(entries: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{_key(key)} = {value}" for key, value in entries.items()) + " }" if entries else "{}"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)
