"""Ordinary shopping words in English and Chinese: which words mean the same type, attribute or value.

The words stand in `types.toml`, `attributes.toml` and `values.toml` beside this file; they are our own, general, and
know no particular shop. The catalogue's own words come on top (shop/vocabulary).
"""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, kw_only=True)
class TypeConcept:
    """A kind of thing people buy: "laptop". `phrases[language]` are its names, the label first."""

    key: str
    phrases: Mapping[str, tuple[str, ...]]
    broader: str = ""  # the key of the kind it is a kind of
    ask: tuple[str, ...] = ()  # attributes worth asking a shopper about, most telling first
    accessory: bool = False  # a thing for another thing: a case, a cable, a cartridge


@dataclass(frozen=True, kw_only=True)
class AttributeConcept:
    """A property: "memory". `columns` are the snake_case feed columns that mean it."""

    key: str
    phrases: Mapping[str, tuple[str, ...]]
    columns: tuple[str, ...] = ()
    unit: str | None = None  # numbers are kept in this unit
    more: Mapping[str, tuple[str, ...]]  # adjectives that ask for more of it: big, heavy; superlatives: biggest, 最重
    less: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class ValueConcept:
    """A value of a text attribute: colour "black", with its names in each language, the label first."""

    attribute: str
    key: str
    phrases: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Thesaurus:
    """All concepts, by key."""

    types: Mapping[str, TypeConcept]
    attributes: Mapping[str, AttributeConcept]
    values: Mapping[tuple[str, str], ValueConcept]  # (attribute, key)

    def narrower(self, key: str) -> tuple[str, ...]:
        """The type and every kind of it, at any depth."""
        found = [key]
        for parent in found:
            found += [
                child for child, concept in self.types.items() if concept.broader == parent and child not in found
            ]
        return tuple(found)

    def type_label(self, key: str, language: str) -> str:
        """The type's name in that language; the key itself where the thesaurus does not know it."""
        concept = self.types.get(key)
        return _label(concept.phrases, language, key) if concept else key

    def attribute_label(self, key: str, language: str) -> str:
        """The attribute's name in that language; the key with spaces where the thesaurus does not know it."""
        concept = self.attributes.get(key)
        return _label(concept.phrases, language, key) if concept else key.replace("_", " ")

    def value_label(self, attribute: str, value: str, language: str) -> str:
        """The value's name in that language; the value itself where the thesaurus does not know it."""
        concept = self.values.get((attribute, value.casefold()))
        return _label(concept.phrases, language, value) if concept else value


@functools.cache
def thesaurus() -> Thesaurus:
    """The thesaurus that comes with the package, read once."""
    return Thesaurus(
        types={key: _type(key, entry) for key, entry in _read("types.toml").items()},
        attributes={key: _attribute(key, entry) for key, entry in _read("attributes.toml").items()},
        values={
            (attribute, key): ValueConcept(attribute=attribute, key=key, phrases=_phrases(entry))
            for attribute, entries in _read("values.toml").items()
            for key, entry in entries.items()
        },
    )


def _type(key: str, entry: Mapping[str, object]) -> TypeConcept:
    return TypeConcept(
        key=key,
        phrases=_phrases(entry),
        broader=str(entry.get("broader", "")),
        ask=_texts(entry.get("ask")),
        accessory=bool(entry.get("accessory", False)),
    )


def _attribute(key: str, entry: Mapping[str, object]) -> AttributeConcept:
    unit = entry.get("unit")
    return AttributeConcept(
        key=key,
        phrases=_phrases(entry),
        columns=_texts(entry.get("columns")),
        unit=str(unit) if unit else None,
        more=_phrases(entry.get("more")),
        less=_phrases(entry.get("less")),
    )


def _phrases(entry: object) -> dict[str, tuple[str, ...]]:
    table = entry if isinstance(entry, dict) else {}
    return {language: _texts(table.get(language)) for language in ("en", "zh")}


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(text) for text in value) if isinstance(value, list) else ()


def _label(phrases: Mapping[str, tuple[str, ...]], language: str, otherwise: str) -> str:
    return next(iter(phrases.get(language) or ()), otherwise)


def _read(name: str) -> dict[str, dict[str, object]]:
    return tomllib.loads(resources.files("daogou.text").joinpath(name).read_text(encoding="utf-8"))
