"""Which fields the cells of a column could be: for each, the share of them that fit."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from daogou.feed.offering import availability_of, says_unknown
from daogou.feed.prices import NotAPrice, OnRequest, PriceStyle, parse_price
from daogou.feed.readers.record import Scalar, text_of
from daogou.feed.times import moment
from daogou.feed.values import number_in, words

Test = Callable[[Scalar], bool]
_DATED = re.compile(r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}|\d{1,2} [A-Za-z]{3}|[A-Za-z]{3,9} \d{1,2},? \d{4}")
_OF = re.compile(r"\s*(?:/|out of|von|sur|de|su)\s*\d+.*|\s*(?:stars?|★+|sterne?|分|星)$", re.IGNORECASE)
_CONSTANT = re.compile(r"[A-Z]+(?:_[A-Z]+)+|\w+#\w+")  # ITEM_VARIATION, content#product
_DIGITS = r"""['="]*[\d\s-]{6,18}(?:\.0)?"?|[\d.]+E\+?\d+"""


_FACTS = re.compile(r"[^=\n]{1,40}=[^=;|\n]{1,60}(?:[;|,][^=\n]{1,40}=[^=;|\n]{1,60})*")


def share(test: Test, values: Sequence[Scalar]) -> float:
    """How many of the values pass a test."""
    return sum(map(test, values)) / len(values) if values else 0.0


def is_price(value: Scalar) -> bool:
    """Whether it can be read as an amount, or says that there is none."""
    try:
        parse_price(value, PriceStyle(currency="USD"))
    except OnRequest:
        return True
    except NotAPrice as error:
        return "currency" in str(error) or "zero" in str(error)
    return True


def written_currency(value: Scalar) -> str:
    """The currency that an amount is written with; empty where it is none."""
    try:
        return parse_price(value, PriceStyle()).currency
    except NotAPrice:
        return ""


def writes_money(value: Scalar) -> bool:
    """Whether it is an amount with its currency."""
    return bool(written_currency(value))


def is_words(value: Scalar) -> bool:
    """Whether it is a text with letters in it."""
    return isinstance(value, str) and any(c.isalpha() for c in value)


def is_link(value: Scalar) -> bool:
    """Whether it looks like an address."""
    text = text_of(value).strip()
    return " " not in text and ("/" in text or "." in text)


def is_date(value: Scalar) -> bool:
    """Whether it is a day or a time, or a span of them; no number is."""
    text = text_of(value).strip()
    return (
        not text.isdigit() and bool(_DATED.match(text)) and (moment(value) is not None or "/" in text or text[0] == "0")
    )


def stars_in(value: Scalar) -> Decimal | None:
    """A rating, which may say of how many: "4.5 out of 5 stars"."""
    return number_in(_OF.sub("", text_of(value)).strip())


def _is_category(value: Scalar) -> bool:
    text = text_of(value).strip()
    return is_words(value) and text.casefold() not in words("values.kinds") and not _CONSTANT.fullmatch(text)


def _are_ids(values: Sequence[Scalar]) -> float:
    """Codes that differ from row to row."""
    texts = [text_of(value) for value in values]
    different = len(set(texts)) >= 0.5 * len(texts)
    return share(lambda value: len(text_of(value)) <= 200, values) if different else 0.0


def _within(number: Decimal | None) -> bool:
    return number is not None and 0 <= number <= 100


def _written_as(pattern: str) -> Test:
    return lambda value: bool(re.fullmatch(pattern, text_of(value).strip(), re.IGNORECASE))


def _each(test: Test) -> Callable[[Sequence[Scalar]], float]:
    return lambda values: share(test, values)


FITS: Mapping[str, Callable[[Sequence[Scalar]], float]] = {
    "id": _are_ids,
    "title": _each(is_words),
    "description": _each(lambda value: not _FACTS.fullmatch(text_of(value).strip())),
    "brand": _each(is_words),
    "category": _each(_is_category),
    **dict.fromkeys(("price", "list_price", "sale_price", "surcharge", "discount"), _each(is_price)),
    **dict.fromkeys(("price_valid_from", "price_valid_until"), _each(is_date)),
    "discount_percent": _each(lambda value: _within(number_in(text_of(value).rstrip("% ")))),
    "availability": _each(lambda value: availability_of(value) is not None or says_unknown(value)),
    "currency": _each(_written_as(r"[A-Za-z]{3}")),
    "condition": _each(_written_as(r"(?![01]$).{0,60}")),
    "rating": _each(lambda value: _within(stars_in(value))),
    "rating_count": _each(lambda value: number_in(value) is not None),
    "link": _each(is_link),
    "image_link": _each(is_link),
    "gtin": _each(_written_as(_DIGITS)),
}
