"""Prices as people write them: "1.234,56 €", "from $249", "¥1,299起", "19,90 € TTC", "Rs. 12,999", "7€50", 4995 cents."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from daogou.shop.product import Money
from daogou.store.table.currencies import CURRENCIES, currency_of, in_minor_units, minor_units
from daogou.store.table.record import Scalar, text_of
from daogou.store.table.vocabulary import words
from daogou.text.normalize import normalize

_MOST = Decimal(10) ** 12  # nothing in a shop costs more; such a number is a code in the wrong column
_FINEST = 4  # decimals; what is finer comes from a division or a float
_NUMBER = re.compile(r"(?:(?<![\d.,])[.,])?\d+(?:[.,']\d+| \d{3}(?!\d))*")
_IN_THE_MIDDLE = re.compile(r"(?<![\d.,])(\d+)\s?([€£$])\s?(\d\d)(?!\d)")  # 7€50
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|(?:[.,:]\s?|(?<=\d):?)-{1,2}(?=\D*$)|[*†]+")
_FULL_UNITS = re.compile(r"\d{3},\s?-{1,2}")  # 1.299,-
_PER_UNIT = re.compile(r"\s*(?:/|\b(?:per|pro|je|par|por|al|每)\b\s?)\s*\d*\s?[^\W\d]{1,8}\.?(?=\s|$)", re.IGNORECASE)
_TAX = re.compile(r"\d+(?:[.,]\d+)?\s?%\s*(?:mwst|ust|vat|tax|tva|iva|btw|gst)?\b\.?", re.IGNORECASE)
_RANGE = re.compile(r"[^\d]*?(?:-|~|\bto\b|\bbis\b|\bà\b|\ba\b|\bhasta\b|至|到)[^\d]*")
_WORD = re.compile(r"[^\W\d_]{0,3}[€$£¥₩₹₽₺₫฿₪₱₴₸₦]|[^\W\d_]+\.?")
_THOUSANDS = {mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ".,' "}
_LAKHS = re.compile(r"\d{1,2}(?:,\d{2})*,\d{3}")
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_MYRIADS = Decimal(10_000)


@dataclass(frozen=True, kw_only=True)
class PriceStyle:
    """How a feed writes its prices: the divisor (100 for cents), the currency where none is written.

    `decimal` is the mark of most of its prices; it decides only what a price's own marks leave open (1.299).
    """

    divide: Decimal = Decimal(1)
    currency: str = ""
    decimal: str = ""


class NotAPrice(ValueError):
    """What is wrong with it, as the end of a sentence that begins with the field and the value."""


class OnRequest(NotAPrice):
    """The merchant names no price, on purpose."""


def parse_price(value: Scalar, style: PriceStyle) -> Money:
    """The amount, which is above zero, with its currency ("" where nobody names one); NotAPrice says why it is none.

    A range is told by its lower end.
    """
    amount, written = _amount(value, style)
    currency = _currency(written, style.currency)
    if not amount.is_finite():
        raise NotAPrice("is not a number")
    if amount < 0:
        raise NotAPrice("is negative")
    if amount / style.divide > _MOST:
        raise NotAPrice("is larger than any price")
    hundredths = style.divide == 100  # of what has cents; else the currency's own smallest coin is meant
    asked = _divided(amount, minor_units(currency) if hundredths else style.divide, currency)
    if asked == 0:
        raise NotAPrice("is zero; a price must be above zero")
    return Money(amount=asked, currency=currency)


def decimal_habit(values: Iterable[Scalar]) -> str:
    """The decimal mark of most prices of a column; "" where they don't say.

    Points before three digits are thousands where other prices of the column have no mark at all.
    """
    votes, open_points, plain = Counter[str](), 0, 0
    for value in values:
        match = _NUMBER.search(_ASIDE.sub(" ", normalize(value))) if isinstance(value, str) else None
        if match is None:
            continue
        number = match.group()
        plain += number.isdigit()
        open_points += bool(_AMBIGUOUS.fullmatch(number)) and "." in number
        mark = "" if _AMBIGUOUS.fullmatch(number) else _decimal_mark(number, "")
        votes[mark] += bool(mark)
    most = votes.most_common(2)
    if most and most[0][1] > (most[1][1] if len(most) > 1 else 0):
        return most[0][0]
    return "," if open_points and plain else ""


def is_ambiguous(value: Scalar) -> bool:
    """Whether its own marks leave open what it says: 1.299."""
    return isinstance(value, str) and bool(_AMBIGUOUS.fullmatch(value.strip()))


def parse_number(text: str, decimal: str = "") -> Decimal | None:
    """A number with any thousands and decimal marks: "1.234,56", "1,299", "1'299.00"; None where it is none.

    A single comma before three digits marks thousands, a single point does not, unless `decimal` says otherwise.
    """
    sign = -1 if text.startswith("-") else 1
    digits = text.strip().lstrip("+-").strip()
    mark = _decimal_mark(digits, decimal)
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


def _amount(value: Scalar, style: PriceStyle) -> tuple[Decimal, str]:
    if isinstance(value, Decimal):
        return value, ""
    if isinstance(value, bool) or not isinstance(value, str):
        raise NotAPrice("is not an amount")
    text = _IN_THE_MIDDLE.sub(r"\1.\3 \2", normalize(value))
    if text.casefold() in ("nan", "inf", "-inf", "infinity"):
        return Decimal("nan"), ""
    bare = _TAX.sub(" ", _PER_UNIT.sub(" ", _ASIDE.sub(" ", text)))
    found = list(_NUMBER.finditer(bare))
    if not found:
        raise OnRequest("is on request") if _is_on_request(text) else NotAPrice("is not an amount")
    match = found[0] if len(found) == 1 else _meant(bare, found)
    number = _number(match.group(), bare, match.end(), "," if _FULL_UNITS.search(text) else style.decimal)
    negative = bool(re.search(r"(?:^|[^\w)])-\s*\D{0,4}$", bare[: match.start()])) and match is found[0]
    return (-number if negative else number), _NUMBER.sub(" ", bare)


def _meant(text: str, found: list[re.Match[str]]) -> re.Match[str]:
    """Of two numbers: the lower end of a range, or what the price is now."""
    if len(found) == 2:
        before, between = text[: found[0].start()], text[found[0].end() : found[1].start()]
        if _said(between) & words("price.now").keys() or _said(before) & words("price.was").keys():
            return found[1]
        low, high = (parse_number(match.group()) for match in found)
        if _RANGE.fullmatch(between) and low is not None and high is not None and low <= high:
            return found[0]
    raise NotAPrice("is a range or a list, not one amount")


def _number(digits: str, text: str, end: int, decimal: str) -> Decimal:
    if not decimal and _AMBIGUOUS.fullmatch(digits) and any(map(currency_of, _WORD.findall(text))):
        decimal = "," if "." in digits else "."  # who writes the currency writes "1.299 €" for a thousand
    number = parse_number(digits, decimal)
    if number is None:
        raise NotAPrice("is not an amount")
    return number * _MYRIADS if text[end:].lstrip().startswith(("万", "萬")) else number


def _is_on_request(text: str) -> bool:
    folded = text.casefold()
    return any(word in folded for word in words("price.on_request"))


def _said(text: str) -> set[str]:
    """The words of a text, and its Chinese characters in pairs."""
    folded = text.casefold()
    return set(re.findall(r"[^\W\d_]+", folded)) | {folded[place : place + 2] for place in range(len(folded) - 1)}


def _currency(written: str, default: str) -> str:
    """The currency that is written (a sign and a code may both stand there), else the default."""
    meant: dict[str, None] = {}
    unknown = []
    for word in _WORD.findall(written):
        bare = word.strip("起约万萬每个件個")
        if not bare:
            continue
        if currency := currency_of(bare, default=default):
            meant.setdefault(currency)
        elif word.rstrip(".").casefold() not in words("price.notes") and bare == word:
            unknown.append(word)
    exact = [code for code in meant if code in written.split()]
    chosen = exact or list(meant)
    codes = [word for word in unknown if word.isascii() and word.isupper() and len(word) == 3]
    if len(chosen) > 1 or codes:
        said = " ".join(codes or _WORD.findall(written))
        raise NotAPrice(f"is not an amount with a currency ({said!r} is no ISO 4217 currency)")
    if unknown and not chosen:
        raise NotAPrice("is not an amount")
    currency = chosen[0] if chosen else default
    if currency and currency not in CURRENCIES:
        raise NotAPrice(f"has the unknown currency {currency!r}")
    return currency


def _decimal_mark(digits: str, decimal: str) -> str:
    """The last of two different marks; a single one unless it marks thousands, which `decimal` may settle."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return "." if digits.rindex(".") > digits.rindex(",") else ","
    if points + commas != 1:
        return ""
    mark = "." if points else ","
    if _AMBIGUOUS.fullmatch(digits):
        return mark if mark == (decimal or ".") else ""
    return mark


def _without_thousands(whole: str) -> str | None:
    if whole.isascii() and whole.isdigit():
        return whole
    grouped = any(pattern.fullmatch(whole) for pattern in _THOUSANDS.values()) or _LAKHS.fullmatch(whole)
    return re.sub(r"[.,' ]", "", whole) if grouped else None


def _divided(amount: Decimal, divide: Decimal, currency: str) -> Decimal:
    exact = amount / divide
    decimals = -int(exact.normalize().as_tuple().exponent)
    return in_minor_units(round(exact, 2) if decimals > _FINEST else exact, currency)
