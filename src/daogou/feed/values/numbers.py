"""Numbers as people write them: "1.234,56", "1,299", "1'299.00", "1,29,900"."""

import re
from decimal import Decimal

from daogou.feed.readers.record import Scalar, text_of
from daogou.text.normalize import normalize

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
