"""Global trade item numbers (EAN, UPC, ISBN-13) and their check digit."""

import re

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
