"""Whether a row is offered at all: can it be had, is it shown to shoppers or hidden, is it a product or postage."""

import functools
import re
from collections.abc import Sequence
from decimal import Decimal

from daogou.catalog.products.product import Availability
from daogou.feed.mapping.mapping import SkipRule
from daogou.feed.readers.headings import folded
from daogou.feed.readers.record import Record, Scalar, text_of
from daogou.feed.rejects import FeedRow
from daogou.feed.values import parse_number, table, words
from daogou.text.words import normalize


def says_hidden(text: str) -> bool:
    """Whether a cell of a column for publication hides its product: "draft", "-1", "nein"; 系统下架 is 下架 by the system."""
    plain = _plain(text)
    return plain in _folded("values.hidden") or plain.endswith(_compounded("values.hidden"))


def says_shown(text: str) -> bool:
    """Whether it shows the product: "published", "1", "ja"."""
    return _plain(text) in _folded("values.shown")


def _plain(text: str) -> str:
    return text if text == "-1" else folded(re.sub(r"\.0+$", "", text))


@functools.cache
def _folded(place: str) -> frozenset[str]:
    return frozenset(_plain(word) for word in words(place))


@functools.cache
def _compounded(place: str) -> tuple[str, ...]:
    """Those in Chinese, where who did it, and how, stands before the word without a space."""
    return tuple(
        sorted(word for word in _folded(place) if len(word) > 1 and not word.isascii() and word[0] >= "\u4e00")
    )


_WANTED = "preorder"
_OVERSOLD = frozenset(["1", "2", "yes", "notify", "allow", "ja", "oui", "si", "sí"])
_ABOUT = re.compile(
    r"^(?:[<>~≈]|ca\.?|über|over|plus de|más de)\s*|\s*(?:\+|stk\.?|stück|pcs\.?|pieces|in stock|units|件|个)$"
)
_LEFT = re.compile(r"\b[1-9]\d* (?:left|available|in stock|verfügbar|auf lager|en stock|disponib)")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|,.*$|\s[-–|].*$")
_BY_WORD = {word: Availability(state) for state, words in table()["availability"].items() for word in words.split()}
# Sentences begin with them: "In stock, ships in two days"; the longest first, since "not available" begins otherwise.
_FIRST = sorted(
    (word for word in _BY_WORD if len(word) > 5 or (not word.isascii() and len(word) > 1)), key=len, reverse=True
)


def availability_of(value: Scalar) -> Availability | None:
    """By word, by schema.org address, by true or false, or by the number in stock; None where it says neither."""
    if isinstance(value, bool):
        return Availability.IN_STOCK if value else Availability.OUT_OF_STOCK
    if isinstance(value, Decimal):
        return _by_number(value)
    if not isinstance(value, str):
        return None
    text = normalize(value).casefold().rsplit("schema.org/", 1)[-1]
    number = parse_number(_ABOUT.sub("", text)) if any(map(str.isdigit, text)) else None
    if number is not None:
        return _by_number(number)
    if _LEFT.search(text):
        return Availability.IN_STOCK
    words = "".join(c for c in _ASIDE.sub("", text) if c.isalnum())
    return _BY_WORD.get(words) or next((_BY_WORD[word] for word in _FIRST if words.startswith(word)), None)


def says_unknown(value: Scalar) -> bool:
    """Whether the merchant says that nobody knows."""
    return text_of(value).casefold() in ("unknown", "unbekannt", "inconnu", "未知")


def stocked(
    found: Availability | None, *, counted: bool, tracked: str, backorders: str, preorder: str, purchasable: str
) -> Availability | None:
    """The availability, where stock may not be `counted`, may be oversold, or the product may not be bought at all."""
    if says_hidden(purchasable):
        return Availability.OUT_OF_STOCK
    if found is Availability.OUT_OF_STOCK and (says_shown(preorder) or _WANTED in backorders.casefold()):
        return Availability.PREORDER
    if says_hidden(tracked) and (counted or found is None):
        return found if found in (Availability.PREORDER, Availability.BACKORDER) else Availability.IN_STOCK
    if found is Availability.OUT_OF_STOCK and backorders.casefold() in ("continue", "true"):
        return Availability.IN_STOCK
    if found is Availability.OUT_OF_STOCK and backorders.casefold() in _OVERSOLD:
        return Availability.BACKORDER
    return found


def condition_of(text: str) -> str:
    """New, refurbished or used; any other word as it stands."""
    folded = text.casefold().rsplit("schema.org/", 1)[-1].removesuffix("condition").strip()
    return table()["condition"].get(folded, folded) or "new"


def _by_number(number: Decimal) -> Availability | None:
    if not number.is_finite():
        return None
    return Availability.IN_STOCK if number > 0 else Availability.OUT_OF_STOCK


class Skipper:
    """Knows the rules of a mapping, compiled once."""

    def __init__(self, skip: Sequence[SkipRule], hide: Sequence[SkipRule] = ()) -> None:
        self._skip = [(rule, re.compile(rule.matches or rule.unless)) for rule in skip]
        self._hide = [(rule, re.compile(rule.matches or rule.unless, re.IGNORECASE)) for rule in hide]

    def check(self, record: Record) -> FeedRow | None:
        """The row rejected or left out by the first rule that takes it out; None where none does."""
        if record.reasons:
            return None
        if record.left_out:
            return FeedRow(number=record.number, left_out=record.left_out)
        for rule, pattern in self._skip:
            if (pattern.fullmatch(record.text(rule.column)) is not None) == bool(rule.matches):
                return FeedRow(number=record.number, reasons=(f"skipped: {rule.because}",), raw=record.as_text())
        because = self.hidden(record)
        return FeedRow(number=record.number, left_out=because) if because else None

    def hidden(self, record: Record) -> str:
        """Why shoppers are not shown it; empty where they are."""
        for rule, pattern in self._hide:
            text = record.text(rule.column)
            if not (rule.singles and record.group) and _is_hidden(text, rule, pattern):
                return rule.because or f"hidden ({rule.column} is {text!r})"
        return ""


def _is_hidden(text: str, rule: SkipRule, pattern: re.Pattern[str]) -> bool:
    """By the rule's own pattern, else by the words for it."""
    if rule.matches or rule.unless:
        return (pattern.fullmatch(text) is not None) == bool(rule.matches)
    if words("values.reversed").keys() & set(folded(rule.column).split()):
        return bool(text) and says_shown(text)
    return says_hidden(text)
