"""Mappings as TOML: read with every problem named at once."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from daogou.catalog.products.vocabulary import AttributeKind
from daogou.errors import MappingError
from daogou.feed.mapping.mapping import (
    EVENT_FIELDS,
    FIELDS,
    LIST_FIELDS,
    MONEY_FIELDS,
    AttributeRule,
    FeedMapping,
    FieldRule,
    GroupRule,
    PairRule,
    SkipRule,
    UnitRule,
    VariantRule,
)
from daogou.feed.toml_checks import Checks, from_file
from daogou.text.stated import BY_SYMBOL

_TOP = (
    "currency",
    "language",
    "without_prices",
    "product",
    "translations",
    "attributes",
    "pairs",
    "skip",
    "hide",
    "variants",
    "group",
    "events",
)
_ATTRIBUTES = ("prefixes", "columns", "units", "remaining", "ignore")
_COLUMN = ("name", "kind", "unit", "units", "split", "values", "decode", "pairs")
_GENERAL = ("column", "columns", "constant", "decode", "join", "join_column", "pattern", "values", "prefix", "blank")
_KINDS = {"text": AttributeKind.TEXT, "number": AttributeKind.NUMBER, "bool": AttributeKind.BOOL}
Rule = TypeVar("Rule")


def load_mapping(path: Path) -> FeedMapping:
    """The mapping in a file; MappingError holds every problem."""
    return from_file(path, parse_mapping, MappingError)


def parse_mapping(text: str) -> FeedMapping:
    """The mapping in a TOML text; MappingError holds every problem."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError([f"not TOML: {error}"]) from error
    return parsed(document)


def parsed(document: Mapping[str, Any], *, whole: bool = True) -> FeedMapping:
    """The mapping of a document; of a part of one where it is not `whole`."""
    parser = _Parser()
    mapping = parser.mapping(document)
    if whole:
        parser.complete(mapping, document)
    if parser.problems:
        raise MappingError(parser.problems)
    return mapping


class _Parser(Checks):
    """Reads a document and gathers problems; what is wrong reads as if it weren't there."""

    def mapping(self, document: Mapping[str, Any]) -> FeedMapping:
        self.known(document, _TOP, "")
        product = self.table(document, "product", "")
        attributes = self.table(document, "attributes", "")
        self.known(attributes, _ATTRIBUTES, "attributes.")
        columns, units = (self.table(attributes, name, "attributes.") for name in ("columns", "units"))
        return FeedMapping(
            currency=self.currency(document, "currency", ""),
            language=self.choice(document, "language", "", ("en", "zh"), ""),
            without_prices=self.typed(document, "without_prices", "", bool, False),
            fields=self._fields(product, "product.", FIELDS),
            translations=self._translations(self.table(document, "translations", "")),
            events=self._fields(self.table(document, "events", ""), "events.", EVENT_FIELDS),
            prefixes=self._prefixes(self.table(attributes, "prefixes", "attributes.")),
            attributes={column: self._column(column, value) for column, value in columns.items()},
            units={name: self._units(value, f"attributes.units.{name}") for name, value in units.items()},
            remaining=self.typed(attributes, "remaining", "attributes.", bool, False),
            ignore=self.texts(attributes, "ignore", "attributes."),
            pairs=self._rules(document, "pairs", PairRule),
            skip=self._rules(document, "skip", SkipRule),
            hide=self._rules(document, "hide", SkipRule),
            variants=self._one(document, "variants", VariantRule),
            group=self._one(document, "group", GroupRule),
        )

    def complete(self, mapping: FeedMapping, document: Mapping[str, Any]) -> None:
        """Reports what every mapping needs and this one lacks."""
        needed = ["id", "title"] + ([] if mapping.without_prices else ["price"])
        given = document.get("product")
        for name in needed:
            if name not in mapping.fields and not (isinstance(given, Mapping) and name in given):
                hint = "; or say without_prices = true" if name == "price" else ""
                self.problems.append(f"product.{name} is missing{hint}")
        if mapping.events and "item_id" not in mapping.events:
            self.problems.append("events.item_id is missing")

    def _fields(self, table: Mapping[str, Any], place: str, known: tuple[str, ...]) -> dict[str, FieldRule]:
        self.known(table, known, place)
        rules = {name: self._field(name, table[name], f"{place}{name}") for name in known if name in table}
        return {name: rule for name, rule in rules.items() if rule is not None}

    def _field(self, name: str, value: object, place: str) -> FieldRule | None:
        if isinstance(value, str):
            return FieldRule(columns=(value,))
        if isinstance(value, list) and value and all(isinstance(column, str) for column in value):
            return FieldRule(columns=tuple(value))
        if not isinstance(value, Mapping):
            return self.wrong(place, value, 'a column, a list of columns, or a table such as {column = "..."}', None)
        one, several = self.typed(value, "column", f"{place}.", str, ""), self.texts(value, "columns", f"{place}.")
        rule = self.rule(
            FieldRule,
            value,
            f"{place}.",
            known=_GENERAL + _special(name),
            columns=((one,) if one else ()) + several,
            constant=self._constant(value, place),
        )
        if not {"column", "columns", "constant", "otherwise"} & set(value):
            self.problems.append(f"{place} names neither a column nor a constant")
        return rule

    def _constant(self, table: Mapping[str, Any], place: str) -> str | None:
        value = table.get("constant")
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (int, float)):
            return str(value)
        return self.wrong(f"{place}.constant", value, "a text, a number, or true or false", None)

    def _translations(self, table: Mapping[str, Any]) -> dict[str, dict[str, FieldRule]]:
        self.known(table, ("en", "zh"), "translations.")
        found = {}
        for language in ("en", "zh"):
            if language in table:
                inner = self.table(table, language, "translations.")
                found[language] = self._fields(inner, f"translations.{language}.", ("title", "description"))
                if "title" not in inner:
                    self.problems.append(f"translations.{language}.title is missing")
        return found

    def _prefixes(self, table: Mapping[str, Any]) -> dict[str, AttributeKind]:
        kinds = {prefix: self.choice(table, prefix, "attributes.prefixes.", tuple(_KINDS), "") for prefix in table}
        return {prefix: _KINDS[kind] for prefix, kind in kinds.items() if kind}

    def _column(self, column: str, value: object) -> AttributeRule:
        place = f"attributes.columns.{column}"
        if isinstance(value, str):
            return AttributeRule(name=value)
        if not isinstance(value, Mapping):
            return self.wrong(place, value, "the attribute's name, or a table", AttributeRule())
        kind = self.choice(value, "kind", f"{place}.", tuple(_KINDS), "")
        units = self._units(value.get("unit", value.get("units")), f"{place}.unit")
        return self.rule(
            AttributeRule, value, f"{place}.", known=_COLUMN, kind=_KINDS[kind] if kind else None, units=units
        )

    def _units(self, value: object, place: str) -> tuple[UnitRule, ...]:
        """A unit's symbol, or a list of {unit, at_most, drop} from the smallest numbers up."""
        if value is None:
            return ()
        if isinstance(value, str):
            return (UnitRule(unit=self._unit(value, place)),)
        if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
            return self.wrong(place, value, 'a unit, or a list such as [{unit = "GHz", at_most = 10}, ...]', ())
        return tuple(self._unit_rule(entry, place) for entry in value)

    def _unit_rule(self, entry: Mapping[str, Any], place: str) -> UnitRule:
        return self.rule(UnitRule, entry, f"{place}.", unit=self._unit(entry["unit"], place) if "unit" in entry else "")

    def _unit(self, unit: object, place: str) -> str:
        """Any symbol does; one that looks like a known unit by mistake of case is corrected by a problem."""
        if not isinstance(unit, str) or not unit.strip():
            return self.wrong(place, unit, "a unit", "")
        by_case = {symbol.casefold(): symbol for symbol in BY_SYMBOL}
        meant = by_case.get(unit.casefold())
        if meant and meant != unit:
            self.problems.append(f"{place} is {unit!r}; the unit is written {meant!r}")
        return unit

    def _rules(self, document: Mapping[str, Any], name: str, kind: type[Rule]) -> tuple[Rule, ...]:
        """The rules of a list of tables."""
        value = document.get(name, [])
        if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
            return self.wrong(name, value, f"tables that begin with [[{name}]]", ())
        return tuple(self._listed(kind, entry, f"{name}[{place}]") for place, entry in enumerate(value, start=1))

    def _listed(self, kind: type[Rule], entry: Mapping[str, Any], place: str) -> Rule:
        rule = self.rule(kind, entry, f"{place}.")
        skips = place.startswith("skip")
        needed = ("column",) * (kind is SkipRule) + ("because",) * skips
        self.problems += [f"{place}.{key} is missing" for key in needed if key not in entry]
        if skips and ("matches" in entry) == ("unless" in entry):
            self.problems.append(f"{place} needs either matches or unless")
        return rule

    def _one(self, document: Mapping[str, Any], name: str, kind: type[Rule]) -> Rule | None:
        if name not in document:
            return None
        value = document[name]
        return (
            self.rule(kind, value, f"{name}.")
            if isinstance(value, Mapping)
            else self.wrong(name, value, "a table", None)
        )


def _special(name: str) -> tuple[str, ...]:
    if name in MONEY_FIELDS:
        return ("divide", "currency", "decimal")
    if name in LIST_FIELDS:
        return ("split", "paths") if name == "category" else ("split",)
    special: dict[str, tuple[str, ...]] = {
        "id": ("hash", "otherwise"),
        "item_id": ("hash",),
        "event_id": ("hash",),
        "item_group_id": ("hash",),
        "rating": ("scale",),
        "price_valid_from": ("format",),
        "price_valid_until": ("format",),
        "timestamp": ("format",),
    }
    return special.get(name, ())
