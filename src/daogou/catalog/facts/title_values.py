"""Values named in a title: colours, materials, whom it is for ... only where the words can hardly mean anything else."""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from daogou.catalog.matching.letters import plain_letters
from daogou.catalog.products.product import Attribute
from daogou.text.lists import table
from daogou.text.normalize import is_chinese, normalize
from daogou.text.thesaurus import thesaurus

_WORD = re.compile(r"[a-z0-9]+(?:[-/.'][a-z0-9]+)*")
_LONGEST = 4  # English words in a value's name
_MATERIAL_GOES_ON = ("plated", "tone", "look", "effect", "style", "colour", "color", "coloured", "colored", "free")
_PIGMENT = ("素", "头")  # 黑色素 is melanin, 黑头 are blackheads
_NEGATIONS = frozenset(("no", "non", "without", "not"))


@dataclass(frozen=True, kw_only=True)
class ValueWords:
    """Names of values that may be read out of a title -> (attribute, key), and where each attribute may be."""

    english: Mapping[tuple[str, ...], tuple[tuple[str, str], ...]]
    chinese: Mapping[str, tuple[tuple[str, str], ...]]
    longest_chinese: int  # characters
    whole: Mapping[str, tuple[tuple[str, str], ...]]  # every name: what a label that says nothing else means
    departments: Mapping[str, frozenset[str]]  # empty: everywhere
    nowhere: Mapping[str, frozenset[str]]  # departments in which its words mean something else


def values_in(text: str, *, brand: str, department: str) -> Iterator[Attribute]:
    """Text attributes that the normalised text names, each value once; the brand's own words name nothing."""
    folded = plain_letters(text)
    yield from _allowed((*_english(folded, plain_letters(normalize(brand))), *_chinese(folded)), department)


def values_of_label(label: str, *, brand: str, department: str) -> Iterator[Attribute]:
    """The same for a normalised label of few words: "cream" alone is a colour, in a title it may be a cream."""
    values = value_words().whole.get(plain_letters(label), ())
    yield from _allowed(values, department) if values else values_in(label, brand=brand, department=department)


def _allowed(values: Iterable[tuple[str, str]], department: str) -> Iterator[Attribute]:
    for attribute, key in dict.fromkeys(values):
        allowed = value_words().departments[attribute]
        if (not allowed or department in allowed) and department not in value_words().nowhere.get(attribute, ()):
            yield Attribute(name=attribute, value=key, source="title")


@functools.cache
def value_words() -> ValueWords:
    """Read once from the thesaurus and `title_values.toml`."""
    tables = table("title_values.toml")
    unsafe = {
        attribute: {word.strip() for word in words.split(",")} for attribute, words in tables.get("unsafe", {}).items()
    }
    english: defaultdict[tuple[str, ...], dict[tuple[str, str], None]] = defaultdict(dict)
    chinese: defaultdict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    whole: defaultdict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for (attribute, key), concept in thesaurus().values.items():
        if attribute not in tables.get("read", {}):
            continue
        for phrase in (*concept.phrases["en"], *concept.phrases["zh"]):
            name = plain_letters(normalize(phrase))
            whole[name][attribute, key] = None
            if name in unsafe.get(attribute, ()):
                continue
            if is_chinese(name):
                chinese[name][attribute, key] = None
            else:
                english[tuple(_WORD.findall(name))][attribute, key] = None
    for attribute, keys in tables.get("only_here", {}).items():
        for key, names in keys.items():
            for name in names.split(","):
                english[tuple(_WORD.findall(name))][attribute, key] = None
    return ValueWords(
        english={name: tuple(values) for name, values in english.items()},
        chinese={name: tuple(values) for name, values in chinese.items()},
        longest_chinese=max(map(len, chinese), default=0),
        whole={name: tuple(values) for name, values in whole.items()},
        departments={
            attribute: frozenset() if where == "*" else frozenset(where.split())
            for attribute, where in tables.get("read", {}).items()
        },
        nowhere={attribute: frozenset(where.split()) for attribute, where in tables.get("nowhere", {}).items()},
    )


def _english(folded: str, brand: str) -> Iterator[tuple[str, str]]:
    if brand:
        folded = folded.replace(brand, " ")
    words = _words(folded)
    names = value_words().english
    start = 0
    while start < len(words):
        size = next((size for size in range(_LONGEST, 0, -1) if tuple(words[start : start + size]) in names), 0)
        if size and not _turned(words, start, start + size):
            yield from names[tuple(words[start : start + size])]
        start += size or 1


def _words(folded: str) -> list[str]:
    """Words; black/silver and black-white are two words each, v-neck is one."""
    names = value_words().english
    words: list[str] = []
    for word in _WORD.findall(folded):
        words += [word] if (word,) in names else [part for part in re.split(r"[/]", word) if part]
    return words


def _turned(words: list[str], start: int, end: int) -> bool:
    """Whether the words around turn it into something else: "gold plated", "non wireless"."""
    before = words[start - 1] if start else ""
    after = words[end] if end < len(words) else ""
    return before in _NEGATIONS or after in _MATERIAL_GOES_ON


def _chinese(folded: str) -> Iterator[tuple[str, str]]:
    if not is_chinese(folded):
        return
    names = value_words().chinese
    start = 0
    while start < len(folded):
        size = next(
            (size for size in range(value_words().longest_chinese, 0, -1) if folded[start : start + size] in names), 0
        )
        if size and folded[start + size : start + size + 1] not in _PIGMENT:
            yield from names[folded[start : start + size]]
        start += size or 1
