"""The guide's sentences: templates in `phrases.toml`, and English nouns in the number that a sentence needs."""

import functools
import tomllib
import zlib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from daogou.reply.sentences.rendering import clean
from daogou.text.thesaurus import thesaurus

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """The templates of one language; `seed` fixes which variant is said."""

    language: str
    seed: str = ""

    def say(self, key: str, **values: str) -> str:
        """The phrase with its places filled; `key` is "table.name". A price may begin somewhere: "at from $199" is "from $199"."""
        return self.variants(key)[self._choice(key)].format(**values).replace(" at from ", " from ")

    def label(self, attribute: str) -> str:
        """The attribute's name in this language."""
        key = f"label.{attribute}"
        return self.say(key) if self.has(key) else cased(clean(thesaurus().attribute_label(attribute, self.language)))

    def has(self, key: str) -> bool:
        """Whether there is such a phrase."""
        return key in templates(self.language)

    def variants(self, key: str) -> tuple[str, ...]:
        """Every way of saying it, unfilled."""
        return templates(self.language)[key]

    def _choice(self, key: str) -> int:
        return zlib.crc32(f"{self.seed}|{key}".encode()) % len(self.variants(key))


@functools.cache
def templates(language: str) -> dict[str, tuple[str, ...]]:
    """Every template of the language by key."""
    tables = tomllib.loads(resources.files("daogou.reply").joinpath("phrases.toml").read_text(encoding="utf-8"))
    return {
        f"{table}.{name}": tuple(entry[language])
        for table, entries in tables.items()
        for name, entry in entries.items()
    }


_QUALITIES = ("able", "ible", "proof", "resistant", "free", "safe", "less", "friendly")


def plural(noun: str, count: int = 2) -> str:
    """The noun for that many: "laptop" -> "laptops", "pencil case" -> "pencil cases"; plurals and mass nouns stay."""
    before, space, last = noun.rpartition(" ")
    if count == 1 or not last.isascii() or not last.replace("-", "").isalpha():
        return noun
    return before + space + _plural(last)


def is_mass(noun: str) -> bool:
    """Whether people don't count it: "luggage", "tea"."""
    last = _last(noun)
    return last in _words()[0] or last.endswith("wear")


def counted(noun: str, count: int) -> str:
    """The noun as it stands after a number, or after "one": "laptops", "kinds of tea", "pair of gloves"."""
    if is_mass(noun):
        return f"{'kind' if count == 1 else 'kinds'} of {noun}"
    if count == 1 and not _is_pair(noun) and plural(noun) == noun and noun.isascii() and _last(noun).isalpha():
        return f"kind of {noun}"  # a plural: "crisps"
    if not _is_pair(noun):
        return plural(noun, count)
    return f"{'pair' if count == 1 else 'pairs'} of {noun}"


def is_quality(attribute: str) -> bool:
    """Whether a yes/no attribute is an adjective, which a thing is, and not a part, which it has: "waterproof", "dishwasher_safe"."""
    last = attribute.casefold().replace("_", " ").rpartition(" ")[2]
    return last.endswith(_QUALITIES) or last in ("vegan", "organic", "halal", "kosher", "multifunction", "refurbished")


def cased(label: str) -> str:
    """A label with its abbreviations in capitals: "hdmi cable" -> "HDMI cable"."""
    return " ".join(_cased(word) for word in label.split(" "))


def _last(noun: str) -> str:
    return noun.casefold().rpartition(" ")[2]


def _is_pair(noun: str) -> bool:
    return _last(noun) in _words()[3]


def _cased(word: str) -> str:
    capitals = _words()[2]
    if word in capitals:
        return word.upper()
    if word in _proper():
        return word.capitalize()
    return word[:-1].upper() + "s" if word[-1:] == "s" and word[:-1] in capitals else word


@functools.cache
def _proper() -> frozenset[str]:
    return frozenset(_entries()["proper"])


def _plural(word: str) -> str:
    irregular = _words()[1]
    if is_mass(word) or word.casefold() in irregular.values():
        return word
    if word.casefold() in irregular:
        return irregular[word.casefold()]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


@functools.cache
def _words() -> tuple[frozenset[str], dict[str, str], frozenset[str], frozenset[str]]:
    entries = _entries()
    mass, capitals, pairs = (frozenset(entries[name]) for name in ("mass", "capitals", "pairs"))
    return mass, dict(entries["irregular"]), capitals, pairs


@functools.cache
def _entries() -> dict[str, Any]:
    return tomllib.loads(resources.files("daogou.reply").joinpath("nouns.toml").read_text(encoding="utf-8"))
