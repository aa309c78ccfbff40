"""Global trade item numbers (EAN, UPC, ISBN-13) and their check digit."""

import re

_LENGTHS = (8, 12, 13, 14)


def gtin_problem(code: str) -> str:
    """What is wrong with it, as the end of a sentence; empty where it is right (GS1 General Specifications, 7.9)."""
    digits = re.sub(r"[\s-]", "", code)
    if not digits.isascii() or not digits.isdigit():
        return "is not a number of digits (a spreadsheet may have rounded it)"
    if len(digits) not in _LENGTHS:
        return f"has {len(digits)} digits; a GTIN has 8, 12, 13 or 14"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return "has a wrong check digit" if weighted % 10 else ""
