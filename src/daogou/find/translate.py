"""A shopper's words in the other language, phrase by phrase, as far as the thesaurus goes."""

import functools
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from daogou.catalog.matching.letters import plain_letters
from daogou.text.normalize import is_chinese
from daogou.text.thesaurus import thesaurus

LONGEST = 10  # words of English, characters of Chinese

_PIECES = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+")
_SPACES_WITHIN = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")

Phrases = Mapping[str, tuple[str, ...]]  # of one concept, by language


def translate(text: str, language: str) -> str:
    """The phrases that the thesaurus knows, longest first, by their label in that language; the rest stays.

    A type's phrase may say a property as well: 无线鼠标 is a "wireless mouse", not any mouse.
    """
    types, properties = _names(language)
    pieces = _PIECES.findall(plain_letters(text))
    said: list[str] = []
    while pieces:
        length = _longest(pieces, types, properties)
        phrase = _phrase(pieces[:length])
        inner = _inner(pieces[:length], properties) if phrase in types else []
        said += [*inner, types.get(phrase) or properties.get(phrase) or phrase]
        pieces = pieces[length:]
    return _joined(said)


def _longest(pieces: list[str], *tables: Mapping[str, str]) -> int:
    """How many pieces the longest known phrase at the start takes; 1 where none is known."""
    lengths = range(min(LONGEST, len(pieces)), 1, -1)
    return next((n for n in lengths if any(_phrase(pieces[:n]) in table for table in tables)), 1)


def _inner(pieces: list[str], properties: Mapping[str, str]) -> list[str]:
    """The properties that are said inside a phrase; one Chinese character alone may be part of any word."""
    least = 2 if is_chinese(pieces[0]) else 1
    spans = [(start, end) for start in range(len(pieces)) for end in range(start + least, len(pieces) + 1)]
    phrases = [_phrase(pieces[start:end]) for start, end in spans if end - start < len(pieces)]
    return list(dict.fromkeys(properties[phrase] for phrase in phrases if phrase in properties))


def _phrase(pieces: list[str]) -> str:
    """Pieces as they are written: English words apart, Chinese together."""
    return _SPACES_WITHIN.sub("", " ".join(pieces))


def _joined(said: list[str]) -> str:
    """With spaces, but none between pieces of Chinese that stayed as they were."""
    text = "".join(piece if is_chinese(piece) and len(piece) == 1 else f" {piece} " for piece in said)
    return " ".join(text.split())


@functools.cache
def _names(language: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Phrase of another language -> name in this one: of types, and of attributes and their values."""
    words = thesaurus()
    attributes = [concept.phrases for concept in words.attributes.values()]
    values = [concept.phrases for concept in words.values.values()]
    types = [concept.phrases for concept in words.types.values()]
    return _table(types, language), _table([*attributes, *values], language)


def _table(concepts: Iterable[Phrases], language: str) -> Mapping[str, str]:
    return MappingProxyType(
        {
            plain_letters(phrase): phrases[language][0]
            for phrases in concepts
            if phrases.get(language)
            for other in phrases
            if other != language
            for phrase in phrases[other]
        }
    )
