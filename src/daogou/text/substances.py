"""What people ask to have left out of a thing, by its names in both languages: sugar, 酒精, peanuts, a cable."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from daogou.text.lists import table
from daogou.text.words import stem

_ADJECTIVES = ("ic", "ed", "ated", "y")


@dataclass(frozen=True, kw_only=True)
class Substance:
    """One such thing: its names, what is a kind of it, and what says in one word that it is absent."""

    names: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def substance(word: str) -> Substance | None:
    """What goes by that name, or is meant by an adjective of it (alcoholic, salted); None where nothing is."""
    key = _key(word)
    roots = (key, *(key.removesuffix(ending) for ending in _ADJECTIVES if key.isalpha() and key.endswith(ending)))
    return next((found for root in roots if (found := _by_name().get(root))), None)


def left_out_by(word: str) -> Substance | None:
    """What a word says is not there: caffeine of "decaf", perfume of "unscented"; None for any other word.

    A word that more than one thing is left out by ("vegan") speaks of more than that, and is none.
    """
    found = _by_absence().get(_key(word), ())
    return found[0] if len(found) == 1 else None


@functools.cache
def _by_name() -> Mapping[str, Substance]:
    by_name: dict[str, Substance] = {}
    for first in (True, False):  # its own name before another's further name
        for one in _all():
            for name in one.names[:1] if first else one.names:
                by_name.setdefault(_key(name), one)
    return by_name


@functools.cache
def _by_absence() -> Mapping[str, tuple[Substance, ...]]:
    by_word: dict[str, tuple[Substance, ...]] = {}
    for one in _all():
        for word in one.absent:
            by_word[_key(word)] = (*by_word.get(_key(word), ()), one)
    return by_word


@functools.cache
def _all() -> tuple[Substance, ...]:
    return tuple(_substance(key, entry) for key, entry in table("substances.toml").items())


def _substance(key: str, entry: Mapping[str, str]) -> Substance:
    english = entry.get("en", "")
    own = () if english.startswith("=") else (key,)
    names = (*own, *_texts(english.removeprefix("=")), *_texts(entry.get("zh", "")))
    return Substance(names=names, kinds=_texts(entry.get("kinds", "")), absent=_texts(entry.get("absent", "")))


def _texts(value: str) -> tuple[str, ...]:
    return tuple(text.strip() for text in value.split(",") if text.strip())


def _key(word: str) -> str:
    return " ".join(stem(part) for part in word.casefold().replace("-", " ").split())
