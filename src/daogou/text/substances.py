"""What people ask to have left out of a thing, by its names in both languages: sugar, 酒精, peanuts, a cable."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from daogou.text.stated import UNITS
from daogou.text.words import normalize, stem, table

LEAST_PART = 4  # characters by which a code is known that is not typed whole
_OUT = re.compile(r"[^a-z0-9]+")
_BARCODE = 8  # digits; who pads a UPC to an EAN adds zeros in front
_DIGITS = 3  # that make a name a number: "d505", where "spf50" and "iphone15" only count something
_NAMES = "|".join(sorted((re.escape(n) for u in UNITS for n in u.names if re.fullmatch("[a-z ]+", n)), key=len)[::-1])
_AMOUNT = re.compile(
    rf"\d+(?:[.,]\d+)?[ -]?(?:{_NAMES}|[kpd]|hz|x)(?![a-z])|\d+(?:\.\d+)?(?: ?[x×*] ?\d+(?:\.\d+)?)+.*"
)


def folded_code(text: str) -> str:
    """Its Latin letters and digits alone, in lower case; a barcode without the zeros in front."""
    code = _OUT.sub("", normalize(text).casefold())
    return code.lstrip("0") if code.isdigit() and len(code) >= _BARCODE else code


def has_digit(code: str) -> bool:
    """Whether a digit stands in it: a plain word is no number, though some merchant may number a lamp "LAMP"."""
    return any(map(str.isdigit, code))


def mixed(code: str) -> bool:
    """Whether it has letters and digits."""
    return has_digit(code) and not code.isdigit()


def telling(code: str) -> bool:
    """Whether its very form says that it numbers something: letters with three digits, or letters and digits in turn."""
    turns = sum(1 for _ in groupby(code, str.isdigit)) - 1
    return mixed(code) and (turns > 1 or sum(map(str.isdigit, code)) >= _DIGITS)


def is_amount(text: str) -> bool:
    """Whether it is a quantity as people write them, or the sizes of something: 5000mah, 1080p, 30x40."""
    return _AMOUNT.fullmatch(text.strip().casefold()) is not None


def cuts_number(code: str, start: int, end: int) -> bool:
    """Whether that part of a code begins or ends amid a number: gt203 is no part of gt2036."""
    before, after = code[max(0, start - 1) : start + 1], code[end - 1 : end + 1]
    return (len(before) > 1 and before.isdigit()) or (len(after) > 1 and after.isdigit())


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
