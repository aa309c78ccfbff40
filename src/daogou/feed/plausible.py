"""What no product can be, however it comes in: given away, sold in a currency that nobody has, older than the calendar.

A feed's row and a POSTed one are held against the same list.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from daogou.catalog.products.product import Money, Offer, Product
from daogou.feed.values import CURRENCIES

_PART_NUMBER = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[A-Za-z0-9][A-Za-z0-9./_-]{2,39}")
_ROUNDED = re.compile(r"[\d.]+E\+?\d+", re.IGNORECASE)  # by a spreadsheet
_LENGTHS = (8, 12, 13, 14)


def mended(code: str) -> str:
    """A code as it was before a spreadsheet made a number of it: without ".0", with the zero that a UPC lost."""
    digits = re.sub(r"\.0+$", "", code)
    return f"0{digits}" if len(digits) == 11 and digits.isdigit() and not gtin_problem(f"0{digits}") else digits


def gtin_problem(code: str) -> str:
    """What is wrong with it, as the end of a sentence; empty where it is right (GS1 General Specifications, 7.9)."""
    digits = re.sub(r"[\s-]", "", code)
    if not digits.isascii() or not digits.isdigit():
        return "is not a number of digits (a spreadsheet may have rounded it)"
    if len(digits) not in _LENGTHS:
        return f"has {len(digits)} digits; a GTIN has 8, 12, 13 or 14"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return "has a wrong check digit" if weighted % 10 else ""


def is_part_number(code: str) -> bool:
    """Whether it is no number of that kind at all, but a maker's: letters and digits in one word."""
    return bool(_PART_NUMBER.fullmatch(code)) and not _ROUNDED.fullmatch(code)


MOST = Decimal(10) ** 15  # of any number of a row
MOST_RATINGS = 10**9
Problem = tuple[str, str]  # the field, and what is wrong with it


def implausible(product: Product) -> list[Problem]:
    """Everything about a product that cannot be true; empty where it may be sold."""
    return [*_of_offers(product.offers), *_of_rating(product), *_of_numbers(product)]


def _of_offers(offers: tuple[Offer, ...]) -> Iterator[Problem]:
    for offer in offers:
        yield from _of_money("price", offer.price)
        if offer.sale_price is not None:
            yield from _of_money("sale_price", offer.sale_price)
            if offer.sale_price.currency != offer.price.currency:
                yield "", "sale_price is in another currency than price"
            elif offer.sale_price.amount > offer.price.amount:
                yield "", "sale_price is higher than price"
        if offer.price_valid_from and offer.price_valid_until and offer.price_valid_from > offer.price_valid_until:
            yield "", "sale_price_from is later than sale_price_until"


def _of_money(field: str, money: Money) -> Iterator[Problem]:
    if not money.amount.is_finite() or not 0 < money.amount < MOST:
        yield field, "is not above zero" if money.amount <= 0 else f"is not below {MOST:,f}"
    if money.currency and money.currency not in CURRENCIES:  # "": a feed that names none
        yield field, f"has the unknown currency '{money.currency[:8]}'; write ISO 4217, such as EUR"


def _of_rating(product: Product) -> Iterator[Problem]:
    if product.rating is None:
        return
    if not 0 <= product.rating.value <= 5:
        yield "rating", "is not from 0 to 5"
    if not 0 <= product.rating.count <= MOST_RATINGS:
        yield "rating", f"has a count that is not from 0 to {MOST_RATINGS:,}"


def _of_numbers(product: Product) -> Iterator[Problem]:
    for attribute in product.attributes:
        value = attribute.value
        if isinstance(value, Decimal) and not (value.is_finite() and abs(value) < MOST):
            yield "attributes", f"'{attribute.name[:60]}' is not a number below {MOST:,f}"
