"""A book of phrases: the longest one that stands at a place in a message, and what it means."""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from importlib import resources
from typing import Generic, TypeVar

from daogou.ask.tokens.tokens import Token, tokenize
from daogou.text.words import stem, table

# Everyday English words that are never taken for a misspelt product: banana is no bandana.
ENGLISH = frozenset(resources.files("daogou.ask").joinpath("english.txt").read_text(encoding="utf-8").split())


class Kind(Enum):
    """What a phrase names."""

    TYPE = auto()
    BRAND = auto()
    VALUE = auto()
    ATTRIBUTE = auto()
    MORE = auto()  # an adjective that asks for more of an attribute: big, 重
    LESS = auto()


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a phrase can mean; `values` are product types, brands or attribute values, any of them.

    `count` is how many products bear it out (0: the shop has none of it), `most` says that it is a superlative.
    """

    kind: Kind
    attribute: str = ""
    values: tuple[str, ...] = ()
    count: int = 0
    most: bool = False
    concept: str = ""  # the thesaurus' key, where it stands there


T = TypeVar("T")
_PLAIN = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*")  # nothing that a tokenizer has to think about


class PhraseBook(Generic[T]):
    """Phrases of any length, compared by token keys, each with one or more entries."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, ...], list[T]] = {}
        self._longest: dict[str, int] = {}  # first key -> tokens in the longest phrase that starts so

    def add(self, phrase: str, entry: T) -> None:
        """Learn a phrase; a phrase without any token is left out, an entry it has already is not doubled."""
        self.add_keys(keys_of(phrase), entry)

    def add_keys(self, keys: tuple[str, ...], entry: T) -> None:
        """Learn a phrase that has been cut into keys."""
        if not keys:
            return
        entries = self._entries.setdefault(keys, [])
        if entry not in entries:
            entries.append(entry)
        self._longest[keys[0]] = max(self._longest.get(keys[0], 0), len(keys))

    def longest(self, tokens: Sequence[Token], start: int) -> tuple[int, tuple[T, ...]]:
        """How many tokens the longest phrase at `start` has (0: none), and its entries."""
        most = min(self._longest.get(tokens[start].key, 0), len(tokens) - start)
        keys = tuple(token.key for token in tokens[start : start + most])
        for length in range(most, 0, -1):
            entries = self._entries.get(keys[:length])
            if entries:
                return length, tuple(entries)
        return 0, ()

    def get(self, keys: tuple[str, ...]) -> tuple[T, ...]:
        """The entries of exactly these keys."""
        return tuple(self._entries.get(keys, ()))

    def items(self) -> Iterator[tuple[tuple[str, ...], list[T]]]:
        """Every phrase with its entries."""
        return iter(self._entries.items())


def keys_of(phrase: str) -> tuple[str, ...]:
    """A phrase as the keys it is compared by."""
    if _PLAIN.fullmatch(phrase):
        return tuple(stem(word) for word in phrase.lower().split())
    return tuple(token.key for token in tokenize(phrase))


class Cue(Enum):
    """What a small word does in a sentence."""

    NOT = auto()
    EXCEPT = auto()  # anything but, 除了
    EXCEPT_AFTER = auto()  # HP 除外
    NOT_AFTER = auto()  # HP 的不要
    AT_MOST = auto()
    AT_MOST_AFTER = auto()
    AT_LEAST = auto()
    AT_LEAST_AFTER = auto()
    ABOUT = auto()
    ABOUT_AFTER = auto()
    BETWEEN = auto()
    TO = auto()
    OR = auto()
    AND = auto()
    STOP = auto()  # , . ; !
    BUT = auto()
    PRICE = auto()
    BRAND = auto()
    RATING = auto()
    MOST = auto()  # 最, most
    LEAST = auto()
    MORE = auto()  # 更, more
    LESS = auto()
    CHEAPEST = auto()
    DEAREST = auto()
    BEST_RATED = auto()
    BEST_SELLING = auto()
    NEWEST = auto()
    CHEAP = auto()
    CHEAPER = auto()
    DEARER = auto()
    IN_STOCK = auto()
    ON_SALE = auto()
    WITH = auto()
    FOR = auto()
    FOR_AFTER = auto()  # 露营用的
    OF = auto()
    ANY = auto()
    INDIFFERENT = auto()  # doesn't matter, 无所谓
    FORGET = auto()
    ALSO = auto()
    GIFT = auto()
    PERSON = auto()
    WANT = auto()
    SAME = auto()  # the price stays the same, 价格不变
    SELL = auto()
    FILLER = auto()
    SUBJECTIVE = auto()  # good, nice: no row can bear it out


@functools.cache
def cue_book() -> PhraseBook[Cue]:
    """Every cue phrase of both languages, read once."""
    book: PhraseBook[Cue] = PhraseBook()
    for name, phrases in table("cues.toml").items():
        for phrase in phrases.split("|"):
            book.add(phrase, Cue[name.upper()])
    return book
