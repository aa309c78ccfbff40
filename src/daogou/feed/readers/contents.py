"""Which fields the cells of a column could be: for each, the share of them that fit."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from daogou.feed.availability import availability_of, says_unknown
from daogou.feed.prices import NotAPrice, OnRequest, PriceStyle, parse_price
from daogou.feed.readers.record import Scalar, text_of
from daogou.feed.values.numbers import number_in
from daogou.feed.values.times import moment
from daogou.feed.values.vocabulary import words

Test = Callable[[Scalar], bool]
_DATED = re.compile(r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}|\d{1,2} [A-Za-z]{3}|[A-Za-z]{3,9} \d{1,2},? \d{4}")
_OF = re.compile(r"\s*(?:/|out of|von|sur|de|su)\s*\d+.*|\s*(?:stars?|★+|sterne?|分|星)$", re.IGNORECASE)
_DIGITS = re.compile(r"""['="]*[\d\s-]{6,18}(?:\.0)?"?|[\d.]+E\+?\d+""", re.IGNORECASE)


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


def _is_number(value: Scalar) -> bool:
    return number_in(value) is not None


def _is_rating(value: Scalar) -> bool:
    number = stars_in(value)
    return number is not None and 0 <= number <= 100


def stars_in(value: Scalar) -> Decimal | None:
    """A rating, which may say of how many: "4.5 out of 5 stars"."""
    return number_in(_OF.sub("", text_of(value)).strip())


def _is_percent(value: Scalar) -> bool:
    number = number_in(text_of(value).rstrip("% "))
    return number is not None and 0 <= number <= 100


def _is_state(value: Scalar) -> bool:
    return availability_of(value) is not None or says_unknown(value)


def _is_barcode(value: Scalar) -> bool:
    return bool(_DIGITS.fullmatch(text_of(value).strip()))


def _is_currency(value: Scalar) -> bool:
    return bool(re.fullmatch(r"[A-Za-z]{3}", text_of(value).strip()))


def _is_condition(value: Scalar) -> bool:
    text = text_of(value)
    return len(text) <= 60 and text not in ("0", "1")


def _is_category(value: Scalar) -> bool:
    return is_words(value) and text_of(value).strip().casefold() not in words("values.kinds")


def _are_ids(values: Sequence[Scalar]) -> float:
    """Codes that differ from row to row."""
    texts = [text_of(value) for value in values]
    different = len(set(texts)) >= 0.5 * len(texts)
    return share(lambda value: len(text_of(value)) <= 200, values) if different else 0.0


def _each(test: Test) -> Callable[[Sequence[Scalar]], float]:
    return lambda values: share(test, values)


FITS: Mapping[str, Callable[[Sequence[Scalar]], float]] = {
    "id": _are_ids,
    "title": _each(is_words),
    "brand": _each(is_words),
    "category": _each(_is_category),
    **dict.fromkeys(("price", "list_price", "sale_price", "surcharge", "discount"), _each(is_price)),
    **dict.fromkeys(("price_valid_from", "price_valid_until"), _each(is_date)),
    "discount_percent": _each(_is_percent),
    "availability": _each(_is_state),
    "currency": _each(_is_currency),
    "condition": _each(_is_condition),
    "rating": _each(_is_rating),
    "rating_count": _each(_is_number),
    "link": _each(is_link),
    "image_link": _each(is_link),
    "gtin": _each(_is_barcode),
}
