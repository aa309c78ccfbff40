"""What an answer's text says, read with no knowledge of who wrote it: quotations, amounts of money, quantities, numbers."""

import functools
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from daogou.catalog.products.product import Money
from daogou.text.stated import UNITS

NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "CNY", "元": "CNY", "欧元": "EUR", "美元": "USD", "英镑": "GBP"}
_CODES = "AUD|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|HKD|HUF|IDR|ILS|INR|JPY|KRW|MXN|MYR|NOK|NZD|PHP|PLN|RUB|SEK|SGD|THB|TRY|TWD|USD|VND|ZAR"
_MONEY_BEFORE = re.compile(rf"(?P<sign>[€$£¥]|\b(?:{_CODES}) )(?P<number>{NUMBER})")
_MONEY_AFTER = re.compile(rf"(?P<number>{NUMBER}) ?(?P<sign>欧元|美元|英镑|元)")
_QUOTED = re.compile(r"“([^”]*)”")
_ATTACHED_ONLY = {"in", "a", "t", "'", "''"}  # also words or marks of their own: units only without a space before
_NAMES = sorted({name for unit in UNITS for name in (unit.symbol.lower(), *unit.names)}, key=len, reverse=True)
_LATIN = "|".join(re.escape(name) for name in _NAMES if name.isascii())
_OTHER = "|".join(re.escape(name) for name in _NAMES if not name.isascii())
_QUANTITY = re.compile(rf"(?P<number>{NUMBER})(?P<gap> ?)(?P<unit>{_OTHER}|(?:{_LATIN})(?![a-z0-9]))", re.IGNORECASE)
_BARE = re.compile(NUMBER)
_MARKUP = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A number with the unit's name behind it, as written."""

    amount: Decimal
    unit: str


@dataclass(frozen=True, kw_only=True)
class Saying:
    """Everything in a text that a row, the shopper or a count has to bear out."""

    quotations: tuple[str, ...] = ()
    money: tuple[Money, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    numbers: tuple[Decimal, ...] = ()
    plain: str = field(default="", compare=False)  # the text without its quotations


def read_saying(text: str) -> Saying:
    """Quotations first, then money, quantities and bare numbers in what is left."""
    plain = _QUOTED.sub(" “” ", text)
    rest, money = _taken(plain, (_MONEY_BEFORE, _MONEY_AFTER))
    quantities = [
        Quantity(amount=_decimal(match["number"]), unit=match["unit"].lower())
        for match in _QUANTITY.finditer(rest)
        if not (match["gap"] and match["unit"].lower() in _ATTACHED_ONLY)
    ]
    left = _QUANTITY.sub(lambda m: m[0] if m["gap"] and m["unit"].lower() in _ATTACHED_ONLY else " ", rest)
    return Saying(
        quotations=tuple(_QUOTED.findall(text)),
        money=tuple(money),
        quantities=tuple(quantities),
        numbers=tuple(_decimal(found) for found in _BARE.findall(left)),
        plain=plain,
    )


@functools.lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """Without markup, entities, quotes, links' case and double spaces: the form in which quotations are compared."""
    bare = _MARKUP.sub(" ", html.unescape(_MARKUP.sub(" ", text)))
    return re.sub(r"[\s\"“”„「」\ufffd]+", "", bare).casefold()


def _taken(text: str, patterns: tuple[re.Pattern[str], ...]) -> tuple[str, list[Money]]:
    money: list[Money] = []
    for pattern in patterns:
        money += _amounts(pattern, text)
        text = pattern.sub(" ", text)
    return text, money


def _amounts(pattern: re.Pattern[str], text: str) -> Iterator[Money]:
    for match in pattern.finditer(text):
        sign = match["sign"].strip()
        yield Money(amount=_decimal(match["number"]), currency=_SIGNS.get(sign, sign))


def _decimal(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))
