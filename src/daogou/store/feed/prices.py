"""Prices as people write them: "1.234,56 €", "¥1,299.00", "USD 12.50", "12.50 USD", 4995 cents."""

import re
from dataclasses import dataclass
from decimal import Decimal

from daogou.shop.product import Money
from daogou.store.feed.currencies import CURRENCIES, currency_of, in_minor_units
from daogou.store.feed.record import Scalar, text_of
from daogou.text.normalize import normalize

_MOST = Decimal(10) ** 12  # nothing in a shop costs more; such a number is a code in the wrong column
_FINEST = 4  # decimals; what is finer comes from a division or a float
_PRICE = re.compile(
    r"(?P<before>[^\d.,+-]*?)\s*(?P<sign>[+-]?)\s*(?P<again>[^\d.,+-]*?)\s*(?P<number>[\d.,' ]*\d)(?P<after>.*)"
)
_TAIL = re.compile(r"(?:[.,]\s?-{1,2})?\s*(?P<unit>[^\d]*)")
_THOUSANDS = {mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ".,' "}
_LAKHS = re.compile(r"\d{1,2}(?:,\d{2})*,\d{3}")


@dataclass(frozen=True, kw_only=True)
class PriceStyle:
    """How a feed writes its prices: the divisor (100 for cents), the currency where none is written, the decimal mark."""

    divide: Decimal = Decimal(1)
    currency: str = ""
    decimal: str = ""  # "." or ","; empty: read off each price


class NotAPrice(ValueError):
    """What is wrong with it, as the end of a sentence that begins with the field and the value."""


def parse_price(value: Scalar, style: PriceStyle) -> Money:
    """The amount, which is above zero, with its currency; NotAPrice says why it is none."""
    amount, written = _amount(value, style)
    currency = _currency(written, style.currency)
    if not amount.is_finite():
        raise NotAPrice("is not a number")
    if amount < 0:
        raise NotAPrice("is negative")
    if amount / style.divide > _MOST:
        raise NotAPrice("is larger than any price")
    asked = _divided(amount, style.divide, currency)
    if asked == 0:
        raise NotAPrice("is zero; a price must be above zero")
    return Money(amount=asked, currency=currency)


def parse_number(text: str, decimal: str = "") -> Decimal | None:
    """A number with any thousands and decimal marks: "1.234,56", "1,299", "1'299.00"; None where it is none.

    A single comma before three digits marks thousands, a single point does not (unless `decimal` says otherwise).
    """
    sign = -1 if text.startswith("-") else 1
    digits = text.strip().lstrip("+-").strip()
    mark = decimal or _decimal_mark(digits)
    whole, point, rest = digits.partition(mark) if mark else (digits, "", "")
    if point and not re.fullmatch(r"\d+", rest):
        return None
    plain = _without_thousands(whole or "0")
    if plain is None:
        return None
    return sign * Decimal(f"{plain}.{rest}" if point else plain)


def _amount(value: Scalar, style: PriceStyle) -> tuple[Decimal, str]:
    if isinstance(value, Decimal):
        return value, ""
    if isinstance(value, bool) or not isinstance(value, str):
        raise NotAPrice("is not an amount")
    text = normalize(value)
    if text.casefold() in ("nan", "inf", "-inf", "infinity"):
        return Decimal("nan"), ""
    match = _PRICE.fullmatch(text)
    tail = _TAIL.fullmatch(match["after"]) if match else None
    if match is None or tail is None:
        raise NotAPrice("is a range or a list, not one amount" if _has_two_numbers(text) else "is not an amount")
    written = " ".join(part.strip() for part in (match["before"], match["again"], tail["unit"]) if part.strip())
    number = parse_number(match["number"].strip(), style.decimal or _mark_by_place(match["number"], tail["unit"]))
    if number is None:
        raise NotAPrice("is not an amount")
    return (-number if match["sign"] == "-" else number), written


def _mark_by_place(number: str, after: str) -> str:
    """Where the currency stands behind, "1.299 €", people mark thousands with a point."""
    return "," if after.strip() and re.fullmatch(r"\d{1,3}(\.\d{3})+", number.strip()) and number[0] != "0" else ""


def _currency(written: str, default: str) -> str:
    """The currency that is written (a sign and a code may both stand there), else the default."""
    meant = currency_of(written, default=default) if written else default
    if written and meant is None:
        each = {currency_of(part, default=default) for part in written.split()}
        exact = each & {part.upper() for part in written.split()}
        meant = next(iter(exact or each)) if len(exact or each) == 1 else None
    if meant is None:
        raise NotAPrice(f"is not an amount with a currency ({written!r} is no ISO 4217 currency)")
    if not meant:
        raise NotAPrice("has no currency; name one in the mapping or with --currency")
    if meant not in CURRENCIES:
        raise NotAPrice(f"has the unknown currency {meant!r}")
    return meant


def _decimal_mark(digits: str) -> str:
    """The last of two different marks; a single one unless it marks thousands."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return "." if digits.rindex(".") > digits.rindex(",") else ","
    if points == 1:
        return "."
    if commas == 1 and not (_THOUSANDS[","].fullmatch(digits) and digits[0] != "0"):
        return ","
    return ""


def _without_thousands(whole: str) -> str | None:
    if whole.isascii() and whole.isdigit():
        return whole
    grouped = any(pattern.fullmatch(whole) for pattern in _THOUSANDS.values()) or _LAKHS.fullmatch(whole)
    return re.sub(r"[.,' ]", "", whole) if grouped else None


def _has_two_numbers(text: str) -> bool:
    return len(re.findall(r"\d[\d.,]*", text)) > 1


def _divided(amount: Decimal, divide: Decimal, currency: str) -> Decimal:
    exact = amount / divide
    decimals = -int(exact.normalize().as_tuple().exponent)
    return in_minor_units(round(exact, 2) if decimals > _FINEST else exact, currency)


def number_in(value: Scalar) -> Decimal | None:
    """A plain number in a cell, whatever its type; None where there is none."""
    if isinstance(value, bool):
        return None
    return value if isinstance(value, Decimal) else parse_number(normalize(text_of(value)))
