"""The thesaurus's type names, laid out for finding them in titles."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from daogou.catalog.matching.letters import plain_letters
from daogou.text.normalize import is_chinese, normalize
from daogou.text.thesaurus import TypeConcept, thesaurus
from daogou.text.title_words import WORD
from daogou.text.words import stem as plain_stem

Stems: TypeAlias = tuple[str, ...]
K = TypeVar("K", Stems, str)
V = TypeVar("V", Stems, str)

stem = functools.lru_cache(maxsize=100_000)(plain_stem)


@dataclass(frozen=True, kw_only=True)
class PhraseBook:
    """Names of types -> the keys that have that name. English names are stemmed words, Chinese ones are strings."""

    english: Mapping[Stems, tuple[str, ...]]
    english_by_end: Mapping[str, tuple[Stems, ...]]  # a name's last word -> the names
    lines: Mapping[Stems, tuple[str, ...]]  # product lines, English
    line_ends: frozenset[str]  # their last words
    chinese: Mapping[str, tuple[str, ...]]
    chinese_lines: Mapping[str, tuple[str, ...]]
    contexts: Mapping[str, frozenset[str]]  # type key -> words of a title that speak for it
    chinese_contexts: tuple[str, ...]  # the Chinese words among them
    longest: int  # English words in the longest name
    longest_chinese: int  # characters


@functools.cache
def phrase_book() -> PhraseBook:
    """Of the thesaurus that comes with the package."""
    types = thesaurus().types
    english = _index((_stems(phrase), key) for key, concept in types.items() for phrase in _spaced(concept))
    chinese = _index(
        (plain_letters(normalize(phrase)), key) for key, concept in types.items() for phrase in _zh(concept)
    )
    lines = [(plain_letters(normalize(line)), key) for key, concept in types.items() for line in concept.lines]
    english_lines = _index((_stems(line), key) for line, key in lines if not is_chinese(line))
    return PhraseBook(
        english=english,
        english_by_end=_index((name[-1], name) for name in english if name),
        lines=english_lines,
        line_ends=frozenset(line[-1] for line in english_lines),
        chinese=chinese,
        chinese_lines=_index((line, key) for line, key in lines if is_chinese(line)),
        contexts={key: frozenset(_context(concept)) for key, concept in types.items() if concept.context},
        chinese_contexts=tuple({word for concept in types.values() for word in concept.context if is_chinese(word)}),
        longest=max(len(stems) for stems in english),
        longest_chinese=max(len(phrase) for phrase in chinese),
    )


def stems_of(text: str) -> list[str]:
    """The words of a normalised text, stemmed, in order: "USB-Cables 2.0" -> usb, cable, 2.0."""
    return [stem(word) for word in WORD.findall(plain_letters(normalize(text)))]


def choose(keys: Sequence[str], around: Iterable[str], prior: Mapping[str, float]) -> str:
    """Of the types that share a name, the one that the words around it speak for; `prior` breaks ties."""
    if len(keys) == 1:
        return keys[0]
    words, contexts = set(around), phrase_book().contexts
    return max(keys, key=lambda key: (len(contexts.get(key, frozenset()) & words), prior.get(key, 0.0)))


def _stems(phrase: str) -> Stems:
    return tuple(stems_of(phrase))


def _spaced(concept: TypeConcept) -> Iterable[str]:
    """Its names in English and in whatever else is written with spaces."""
    return (phrase for language, phrases in concept.phrases.items() if language != "zh" for phrase in phrases)


def _zh(concept: TypeConcept) -> Iterable[str]:
    return concept.phrases["zh"]


def _context(concept: TypeConcept) -> Iterable[str]:
    for text in concept.context:
        yield from [text] if is_chinese(text) else stems_of(text)


def _index(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    index: dict[K, dict[V, None]] = {}
    for phrase, key in pairs:
        if phrase:
            index.setdefault(phrase, {})[key] = None
    return {phrase: tuple(keys) for phrase, keys in index.items()}
