"""Prices as people write them ("1.234,56 €", "from $249", ¥1,299起, 7€50), and when a sale price is asked."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from daogou.catalog.products.product import Money
from daogou.feed.readers.record import Scalar, text_of
from daogou.feed.times import Moment, moment
from daogou.feed.values import (
    AMBIGUOUS,
    CURRENCIES,
    currency_of,
    decimal_mark,
    in_minor_units,
    minor_units,
    parse_number,
    words,
)
from daogou.text.words import normalize

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
_AND_UP = re.compile(r"起(?!\w)|\d\s*\+")
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

    A range is its lower end, the lowest of what may be asked, as is what begins somewhere ("from $249", "¥1,299起").
    """
    amount, written, lowest = _amount(value, style)
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
    return Money(amount=asked, currency=currency, lowest=lowest)


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
        open_points += bool(AMBIGUOUS.fullmatch(number)) and "." in number
        mark = "" if AMBIGUOUS.fullmatch(number) else decimal_mark(number)
        votes[mark] += bool(mark)
    most = votes.most_common(2)
    if most and most[0][1] > (most[1][1] if len(most) > 1 else 0):
        return most[0][0]
    return "," if open_points and plain else ""


def _amount(value: Scalar, style: PriceStyle) -> tuple[Decimal, str, bool]:
    """The number, what is written around it, and whether it is the lowest of several."""
    if isinstance(value, Decimal):
        return value, "", False
    if isinstance(value, bool) or not isinstance(value, str):
        raise NotAPrice("is not an amount")
    text = _IN_THE_MIDDLE.sub(r"\1.\3 \2", normalize(value))
    if text.casefold() in ("nan", "inf", "-inf", "infinity"):
        return Decimal("nan"), "", False
    bare = _TAX.sub(" ", _PER_UNIT.sub(" ", _ASIDE.sub(" ", text)))
    found = list(_NUMBER.finditer(bare))
    if not found:
        raise OnRequest("is on request") if _is_on_request(text) else NotAPrice("is not an amount")
    match, lowest = (found[0], _begins(bare)) if len(found) == 1 else _meant(bare, found)
    number = _number(match.group(), bare, match.end(), "," if _FULL_UNITS.search(text) else style.decimal)
    negative = bool(re.search(r"(?:^|[^\w)])-\s*\D{0,4}$", bare[: match.start()])) and match is found[0]
    return (-number if negative else number), _NUMBER.sub(" ", bare), lowest


def _begins(text: str) -> bool:
    """Whether what is asked begins with the number: "ab 19,99 €", "199+"."""
    return bool(_said(text) & words("price.begins").keys()) or bool(_AND_UP.search(text))


def _meant(text: str, found: list[re.Match[str]]) -> tuple[re.Match[str], bool]:
    """Of two numbers: the lower end of a range, which is the lowest where it is one, or what the price is now."""
    if len(found) == 2:
        before, between = text[: found[0].start()], text[found[0].end() : found[1].start()]
        if _said(between) & words("price.now").keys() or _said(before) & words("price.was").keys():
            return found[1], False
        low, high = (parse_number(match.group()) for match in found)
        if _RANGE.fullmatch(between) and low is not None and high is not None and low <= high:
            return found[0], low < high
    raise NotAPrice("is a range or a list, not one amount")


def _number(digits: str, text: str, end: int, decimal: str) -> Decimal:
    if not decimal and AMBIGUOUS.fullmatch(digits) and any(map(currency_of, _WORD.findall(text))):
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


def _divided(amount: Decimal, divide: Decimal, currency: str) -> Decimal:
    exact = amount / divide
    decimals = -int(exact.normalize().as_tuple().exponent)
    return in_minor_units(round(exact, 2) if decimals > _FINEST else exact, currency)


_MARKS = re.compile(r"/|\bto\b|\bbis\b|[–—~至]|(?<=\s)-(?=\s)")
_NEVER = re.compile(r"0{4}-0{1,2}-0{1,2}\b.*|0+(?:\.0*)?")  # how databases write that there is no such moment


@dataclass(frozen=True, kw_only=True)
class SalePeriod:
    """From `begin` to `end`, both included, UTC; None: open. `problems`: what could not be read."""

    begin: datetime | None = None
    end: datetime | None = None
    problems: tuple[str, ...] = ()


def sale_period(
    begin: Scalar | None,
    end: Scalar | None,
    *,
    zone: tzinfo,
    layouts: tuple[str, str] = ("", ""),
    day_first: bool | None = None,
) -> SalePeriod:
    """What the cells say; `zone` is that of the shop, for dates that name none, and a day's end is its last moment.

    Google's `sale_price_effective_date` holds both, as "start/end", in whichever of the cells it stands.
    """
    begin, end = _unless_never(begin), _unless_never(end)
    for cell in (end, begin):
        if (both := _interval(cell, zone, day_first)) is not None:
            return _checked(*both)
    problems: list[str] = []
    moments: list[Moment | None] = []
    for name, cell, layout in zip(("beginning", "end"), (begin, end), layouts, strict=True):
        found = None if cell is None else moment(cell, zone=zone, layout=layout, day_first=day_first)
        moments.append(found)
        if cell is not None and found is None:
            problems.append(f"the sale's {name} {text_of(cell)[:60]!r} is not a time (write 2026-11-23T15:00:00Z)")
    return SalePeriod(problems=tuple(problems)) if problems else _checked(*moments)


def _checked(begin: Moment | None, end: Moment | None) -> SalePeriod:
    if begin and end and begin.at > end.end():
        said = f"the sale begins on {begin.at.astimezone(begin.zone):%Y-%m-%d}"
        return SalePeriod(problems=(f"{said}, after its end",))
    return SalePeriod(begin=begin.at if begin else None, end=end.end() if end else None)


def _interval(cell: Scalar | None, zone: tzinfo, day_first: bool | None) -> tuple[Moment, Moment] | None:
    """The two moments of "2026-11-20T00:00+0100/2026-11-30T23:59+0100"; a mark inside of a date parts nothing."""
    for first, second in _parted(cell) if isinstance(cell, str) else ():
        begin = moment(first, zone=zone, day_first=day_first)
        end = moment(second, zone=zone, day_first=day_first)
        if begin and end:
            return begin, end
    return None


def _parted(cell: str) -> Iterator[tuple[str, str]]:
    for mark in _MARKS.finditer(cell):
        yield cell[: mark.start()], cell[mark.end() :]


def _unless_never(cell: Scalar | None) -> Scalar | None:
    return None if cell is None or _NEVER.fullmatch(text_of(cell).strip()) else cell
