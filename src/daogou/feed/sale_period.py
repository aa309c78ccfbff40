"""When a sale price is asked: its beginning and end, in two cells or as one interval."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from daogou.feed.readers.record import Scalar, text_of
from daogou.feed.values.times import Moment, moment

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
