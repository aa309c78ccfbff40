"""The words for whether a thing can be had."""

import re
from decimal import Decimal

from daogou.catalog.products.product import Availability
from daogou.feed.publication import says_hidden, says_shown
from daogou.feed.readers.record import Scalar, text_of
from daogou.feed.values.numbers import parse_number
from daogou.feed.values.vocabulary import table
from daogou.text.normalize import normalize

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
