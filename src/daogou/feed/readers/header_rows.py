"""Which row of a table names its columns: titles, comments and a second row of labels may stand around it."""

import re
from collections.abc import Sequence

from daogou.feed.readers.headings import fields_named

LOOKED_AT = 12  # rows
_NUMBERS = re.compile(r"\s*\d[\d.,:/ -]*")
_LIKELY = 0.55


def header_rows(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """The place of the row with the names, and of the first row of data."""
    if (declared := _declared(rows)) is not None:
        return declared
    known = [known_columns(row) for row in rows]
    best = max(known, default=0)
    headings = [
        place for place, count in enumerate(known) if count >= 2 and 2 * count >= best and _is_heading(rows[place])
    ]
    if not headings:
        widest = max((_filled(row) for row in rows), default=0)
        place = next((i for i, row in enumerate(rows) if 2 * _filled(row) > widest), 0)
        return place, place + 1
    first = headings[0]
    last = first
    while last + 1 in headings:
        last += 1
    together = range(first, last + 1)
    return max(together, key=lambda place: (_machine_made(rows[place]), known[place], -place)), last + 1


def _declared(rows: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    """What Amazon's templates say above their table: "settings=attributeRow=5&dataRow=7&..."."""
    said = next((cell for cell in rows[0] if "attributeRow=" in cell), "") if rows else ""
    found = [re.search(rf"\b{name}=(\d+)", said) for name in ("attributeRow", "dataRow")]
    places = [int(match[1]) - 1 for match in found if match]
    return (places[0], places[1]) if len(places) == 2 and 0 <= places[0] < places[1] < len(rows) else None


def known_columns(row: Sequence[str]) -> int:
    """How many cells of a row are names of columns that a feed may have."""
    return sum(max(fields_named(cell).values(), default=0) >= _LIKELY for cell in row if 0 < len(cell) < 80)


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _is_heading(row: Sequence[str]) -> bool:
    """Names of columns are words: no numbers, no times, no addresses."""
    return not any(_NUMBERS.fullmatch(cell) or "://" in cell for cell in row)


def _machine_made(row: Sequence[str]) -> bool:
    """Whether it has the names that a program gives, "item_sku", beside those for people."""
    return sum("_" in cell for cell in row) >= 2
