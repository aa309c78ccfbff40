"""What a cell says: numbers and money as people write them, texts without HTML and control characters, the words of vocabulary.toml."""

import ast
import functools
import html
import json
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from importlib.resources import files
from typing import Any

from daogou.feed.readers.record import Cell, Scalar, text_of
from daogou.text.words import normalize


@functools.cache
def table() -> Mapping[str, Any]:
    """The whole file."""
    return tomllib.loads(files("daogou.feed").joinpath("vocabulary.toml").read_text(encoding="utf-8"))


@functools.cache
def words(place: str) -> Mapping[str, int]:
    """A list of words by its place ("price.now"): each word and how far behind in the list it stands."""
    section, name = place.split(".")
    listed = (word.strip() for word in table()[section][name].split(","))
    return {word: rank for rank, word in reversed(list(enumerate(listed)))}


CURRENCIES = frozenset(table()["currency_codes"]["all"].split())
_WITHOUT_CENTS = frozenset(table()["currency_codes"]["without_cents"].split())
_WITH_THOUSANDTHS = frozenset(table()["currency_codes"]["with_thousandths"].split())


def currency_of(sign: str, *, default: str = "") -> str | None:
    """The currency a code, sign or word stands for; None where nobody uses it. `default` decides between dollars."""
    sign = sign.strip()
    folded = sign.casefold()
    if sign in CURRENCIES or folded in words("price.codes"):
        return "CNY" if folded == "rmb" else folded.upper()
    meant = table()["currencies"].get(folded, table()["currencies"].get(folded.rstrip("."), "")).split()
    if not meant:
        return None
    return default if default in meant else str(meant[0])


def minor_units(currency: str) -> Decimal:
    """How many of its smallest coin make one: 100 cents, 1 yen, 1000 fils."""
    return Decimal(1 if currency in _WITHOUT_CENTS else 1000 if currency in _WITH_THOUSANDTHS else 100)


def in_minor_units(amount: Decimal, currency: str) -> Decimal:
    """With the currency's own decimals: 30 EUR is 30.00; an amount that is finer than that keeps its digits."""
    rounded = amount.quantize(1 / minor_units(currency))
    return rounded if rounded == amount else amount.normalize()


AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_THOUSANDS = {mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ".,' "}
_LAKHS = re.compile(r"\d{1,2}(?:,\d{2})*,\d{3}")


def is_ambiguous(value: Scalar) -> bool:
    """Whether its own marks leave open what it says: 1.299."""
    return isinstance(value, str) and bool(AMBIGUOUS.fullmatch(value.strip()))


def parse_number(text: str, decimal: str = "") -> Decimal | None:
    """A number with any thousands and decimal marks: "1.234,56", "1,299", "1'299.00"; None where it is none.

    A single comma before three digits marks thousands, a single point does not, unless `decimal` says otherwise.
    """
    sign = -1 if text.startswith("-") else 1
    digits = text.strip().lstrip("+-").strip()
    mark = decimal_mark(digits, decimal)
    whole, point, rest = digits.rpartition(mark) if mark else (digits, "", "")
    if point and not re.fullmatch(r"[0-9]+", rest):
        return None
    plain = _without_thousands(whole or "0")
    if plain is None:
        return None
    return sign * Decimal(f"{plain}.{rest}" if point else plain)


def number_in(value: Scalar) -> Decimal | None:
    """A plain number in a cell, whatever its type; None where there is none."""
    if isinstance(value, bool):
        return None
    return value if isinstance(value, Decimal) else parse_number(normalize(text_of(value)))


def decimal_mark(digits: str, decimal: str = "") -> str:
    """The last of two different marks; a single one unless it marks thousands, which `decimal` may settle."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return "." if digits.rindex(".") > digits.rindex(",") else ","
    if points + commas != 1:
        return ""
    mark = "." if points else ","
    if AMBIGUOUS.fullmatch(digits):
        return mark if mark == (decimal or ".") else ""
    return mark


def _without_thousands(whole: str) -> str | None:
    if whole.isascii() and whole.isdigit():
        return whole
    grouped = any(pattern.fullmatch(whole) for pattern in _THOUSANDS.values()) or _LAKHS.fullmatch(whole)
    return re.sub(r"[.,' ]", "", whole) if grouped else None


NOTHING_SAID = frozenset(
    ("", "-", "--", "—", "/", "n/a", "#n/a", "null", "none", "nan", "nil", "undefined", "nat", "does not apply")
)
_HIDDEN = re.compile(r"<(style|script)\b.*?(</\1\s*>|$)|<!--.*?(-->|$)", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<\s*(br|/p|/div|/li|/tr|/h[1-6]|/ul|/ol)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_JUNK = re.compile(r"^[\s,;，、；|_~*·•>-]+|[\s,;，、；|_~·•<-]+$")
_GUARDED = re.compile(r"""'([^'\s]+)|="([^"]*)\"""")
_SPACES, _LINES = re.compile(r"[^\S\n]+"), re.compile(r" ?\n[\s]*")


def clean(text: str) -> str:
    """Without HTML, entities and control characters; single spaces, and line breaks where there were some."""
    if "<" in text or "&" in text:
        text = html.unescape(_without_tags(text))
        if _TAG.search(text):  # the tags themselves were written as entities
            text = html.unescape(_without_tags(text))
    if not text.isprintable() or "  " in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = "".join(
            c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Zl") else " " for c in text
        )
        text = _LINES.sub("\n", _SPACES.sub(" ", text))
    return text.strip()


def _without_tags(text: str) -> str:
    return _TAG.sub(" ", _BREAK.sub("\n", _HIDDEN.sub(" ", text)))


def code_of(text: str) -> str:
    """A code without what spreadsheets put around it: '4006381333931, ="4006381333931"."""
    match = _GUARDED.fullmatch(text.strip()) if "'" in text or "=" in text else None
    return match[1] or match[2] if match else text


def one_line(text: str) -> str:
    """Clean, with line breaks (also those that stand as a backslash and an n) turned into spaces."""
    return " ".join(clean(text.replace("\\n", " ")).split())


def says_nothing(value: Scalar) -> bool:
    """Whether a cell is there but empty: "", "N/A", "null", "-" ..."""
    return isinstance(value, str) and value.strip().casefold() in NOTHING_SAID


def decode_list(value: Scalar) -> list[Scalar]:
    """The texts of a JSON or Python list in a cell; what is no list stays as it is."""
    text = value.strip() if isinstance(value, str) else ""
    if not (text.startswith("[") and text.endswith("]")):
        return [value]
    for read in (json.loads, ast.literal_eval):
        try:
            items = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return [str(item) for item in items]
    return [text[1:-1]]


def bad_bytes(cells: Mapping[str, Cell]) -> list[str]:
    """Bytes that the feed's encoding does not have came in as lone surrogates."""
    return [
        f"{name} has bytes that do not belong to the feed's encoding"
        for name, cell in cells.items()
        if isinstance(cell, str) and has_bad_bytes(cell)
    ]


def has_bad_bytes(text: str) -> bool:
    """Whether such a byte stands in it."""
    return not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text)


def without_junk(title: str) -> str:
    """Without the marks that scrapers and exports leave at both ends."""
    if title[:1].isalnum() and title[-1:].isalnum():  # as most are
        return title
    return _JUNK.sub("", title) or title
