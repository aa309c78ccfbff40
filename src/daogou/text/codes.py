"""Numbers by which exactly one product is meant: what of a text can be one, and the form in which two are compared."""

import re
from itertools import groupby

from daogou.text.normalize import normalize
from daogou.text.units import UNITS

LEAST_PART = 4  # characters by which a code is known that is not typed whole
_OUT = re.compile(r"[^a-z0-9]+")
_BARCODE = 8  # digits; who pads a UPC to an EAN adds zeros in front
_DIGITS = 3  # that make a name a number: "d505", where "spf50" and "iphone15" only count something
_NAMES = "|".join(sorted((re.escape(n) for u in UNITS for n in u.names if re.fullmatch("[a-z ]+", n)), key=len)[::-1])
_AMOUNT = re.compile(
    rf"\d+(?:[.,]\d+)?[ -]?(?:{_NAMES}|[kpd]|hz|x)(?![a-z])|\d+(?:\.\d+)?(?: ?[x×*] ?\d+(?:\.\d+)?)+.*"
)


def folded_code(text: str) -> str:
    """Its Latin letters and digits alone, in lower case; a barcode without the zeros in front."""
    code = _OUT.sub("", normalize(text).casefold())
    return code.lstrip("0") if code.isdigit() and len(code) >= _BARCODE else code


def has_digit(code: str) -> bool:
    """Whether a digit stands in it: a plain word is no number, though some merchant may number a lamp "LAMP"."""
    return any(map(str.isdigit, code))


def mixed(code: str) -> bool:
    """Whether it has letters and digits."""
    return has_digit(code) and not code.isdigit()


def telling(code: str) -> bool:
    """Whether its very form says that it numbers something: letters with three digits, or letters and digits in turn."""
    turns = sum(1 for _ in groupby(code, str.isdigit)) - 1
    return mixed(code) and (turns > 1 or sum(map(str.isdigit, code)) >= _DIGITS)


def is_amount(text: str) -> bool:
    """Whether it is a quantity as people write them, or the sizes of something: 5000mah, 1080p, 30x40."""
    return _AMOUNT.fullmatch(text.strip().casefold()) is not None


def cuts_number(code: str, start: int, end: int) -> bool:
    """Whether that part of a code begins or ends amid a number: gt203 is no part of gt2036."""
    before, after = code[max(0, start - 1) : start + 1], code[end - 1 : end + 1]
    return (len(before) > 1 and before.isdigit()) or (len(after) > 1 and after.isdigit())
