"""Moments as exports write them: ISO, epochs in s, ms, µs or ns, US and European dates, months in words, zones by name."""

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from daogou.feed.readers.record import Scalar, text_of

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_YEAR = r"(?P<year>\d{4})"
_SHORT_YEAR = r"(?P<year>\d{4}|'?\d\d)"
_MONTH = r"(?P<word>[A-Za-z]{3})[a-z]{0,6}\.?"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR}(?P<mark>[-/.])(?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d)",
        rf"{_YEAR}年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})[日号]?",
        rf"(?P<a>\d{{1,2}})(?P<mark>[-/.])(?P<b>\d{{1,2}})[-/.]{_SHORT_YEAR}(?!\d)",
        rf"(?:[A-Za-z]{{3,9}},? )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ /.-]{{1,2}}{_MONTH},?[ /-]{_SHORT_YEAR}(?!\d)",
        rf"(?:[A-Za-z]{{3,9}},? )?{_MONTH}[ -](?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[ -]{_SHORT_YEAR}(?!\d)",
    )
)
_UNIX_DATE = re.compile(rf"[A-Za-z]{{3}} {_MONTH} +(\d{{1,2}}) (\d\d:\d\d:\d\d) (.+ )?(\d{{4}})$")
_TIME = re.compile(
    r"(?:[T,: ]|at)*(?P<half>上午|下午)?(?P<hour>\d{1,2})[:h时点點](?P<minute>\d\d)(?:[:分](?P<second>\d\d)(?:[.,](?P<part>\d{1,9}))?)?[分秒]?"
    r"\s*(?P<noon>[AaPp])?(?:\.?[Mm]\.?)?(?![A-Za-z\d])"
)
_OFFSET = re.compile(r"(?:UTC|GMT)?(?P<sign>[+−-])(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?(?::00)?(?: [A-Z]{3,4})?$")
_ABBREVIATED = {  # hours from UTC; CST is read as American, which is where exports write it
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "HST": -10,
    "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "WET": 0, "WEST": 1, "BST": 1, "EET": 2, "EEST": 3, "MSK": 3,
    "IST": 5.5, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AWST": 8, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PER_SECOND = {10: 1, 13: 10**3, 16: 10**6, 19: 10**9}  # by the digits of a moment from 2001 to 2286
_LATEST = 10**10  # seconds
_COMPACT = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A moment, aware, UTC; `whole_day`: only the day was said, and `at` is where it begins."""

    at: datetime
    whole_day: bool = False
    zone: tzinfo = UTC

    def end(self) -> datetime:
        """The last microsecond of the day that was said; else the moment itself."""
        if not self.whole_day:
            return self.at
        day = self.at.astimezone(self.zone).date() + _DAY
        midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return midnight.astimezone(UTC) - timedelta(microseconds=1)


def moment(value: Scalar, *, zone: tzinfo = UTC, layout: str = "", day_first: bool | None = None) -> Moment | None:
    """What a cell says, None where it is no moment; `zone` is that of times that name none.

    `layout` is strptime's; `day_first` settles 11/12/2026, which is the 12th of November where nothing is known.
    """
    try:
        if isinstance(value, datetime):
            return _placed(value, zone)
        if isinstance(value, bool):
            return None
        text = " ".join(text_of(value).strip().strip("'\"[]").split())
        if layout:
            return _placed(datetime.strptime(text, layout), zone)
        return _epoch(text) or _iso(text, zone) or _written(text, zone, day_first)
    except (ValueError, OverflowError):  # the 31st of February, the year 12026
        return None


def day_first_in(values: Iterable[Scalar]) -> bool | None:
    """Whether a column writes 31/12/2026 or 12/31/2026; None where no cell of it tells."""
    for value in values:
        found = _DATES[2].match(text_of(value).strip()) if isinstance(value, str) else None
        if found and int(found["a"]) > 12 >= int(found["b"]):
            return True
        if found and int(found["b"]) > 12 >= int(found["a"]):
            return False
    return None


def _epoch(text: str) -> Moment | None:
    """Seconds since 1970 and their parts; a number of another length is none of a moment of our time."""
    whole, _, part = text.partition(".")
    if not (whole.isascii() and whole.isdecimal()) or (part and not part.isdecimal()):
        return None
    if part and 0 < int(whole) < _LATEST:
        return Moment(at=_EPOCH + timedelta(microseconds=int(Decimal(text) * 10**6)))
    per_second = _PER_SECOND.get(len(whole))
    return Moment(at=_EPOCH + timedelta(microseconds=int(whole) * 10**6 // per_second)) if per_second else None


def _iso(text: str, zone: tzinfo) -> Moment | None:
    if text.isdecimal():
        return _placed(datetime.strptime(text, _COMPACT[len(text)]), zone) if len(text) in _COMPACT else None
    try:
        return _placed(datetime.fromisoformat(text), zone)
    except ValueError:
        return None


def _written(text: str, zone: tzinfo, day_first: bool | None) -> Moment | None:
    if unix := _UNIX_DATE.match(text):
        text = f"{unix[2]} {unix['word']} {unix[5]} {unix[3]} {unix[4] or ''}".strip()
    date = next((found for pattern in _DATES if (found := pattern.match(text))), None)
    if date is None:
        return None
    day = _day(date, day_first)
    time = _TIME.match(text, date.end())
    left = text[time.end() if time else date.end() :].strip()
    named = _zone(re.sub(r" ?\([^)]*\)$", "", left)) if left else None
    if left and named is None:
        return None
    written = day + (_since_midnight(time) if time else timedelta())
    return _placed(written.replace(tzinfo=named), zone)


def _day(date: re.Match[str], day_first: bool | None) -> datetime:
    parts = date.groupdict()
    year = int(parts["year"].strip("'"))
    year = year if year > 99 else 2000 + year if year < 70 else 1900 + year
    if parts.get("word"):
        return datetime(year, _MONTHS.index(parts["word"].casefold()) + 1, int(parts["day"]))
    if parts.get("a"):
        first, second = int(parts["a"]), int(parts["b"])
        european = day_first if day_first is not None else parts["mark"] != "/"
        european = european if max(first, second) <= 12 else first > 12
        return datetime(year, second if european else first, first if european else second)
    return datetime(year, int(parts["month"]), int(parts["day"]))


def _since_midnight(time: re.Match[str]) -> timedelta:
    hour = int(time["hour"])
    half = (time["noon"] or "").casefold() or {"上午": "a", "下午": "p"}.get(time["half"] or "", "")
    if (half and not 1 <= hour <= 12) or hour > 23:
        raise ValueError(f"{hour} is no hour")
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    second, part = int(time["second"] or 0), (time["part"] or "").ljust(6, "0")[:6]
    return timedelta(hours=hour, minutes=int(time["minute"]), seconds=second, microseconds=int(part))


@functools.lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo | None:
    """Z, UTC, +01:00, -0500, "+0000 UTC", GMT+8, CET, Europe/Berlin; None where it is no zone."""
    if name in ("Z", "UTC", "GMT", "z"):
        return UTC
    if found := _OFFSET.match(name):
        shift = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        return timezone(shift if found["sign"] == "+" else -shift)
    if name in _ABBREVIATED:
        return timezone(timedelta(hours=_ABBREVIATED[name]))
    try:
        return ZoneInfo(name) if "/" in name else None
    except (ValueError, OSError, KeyError):
        return None


def _placed(written: datetime, zone: tzinfo) -> Moment:
    """A day, or a midnight without a zone, which is how spreadsheets write a day, is the whole day."""
    if written.tzinfo is not None:
        return Moment(at=written.astimezone(UTC))
    whole_day = (written.hour, written.minute, written.second, written.microsecond) == (0, 0, 0, 0)
    return Moment(at=written.replace(tzinfo=zone).astimezone(UTC), whole_day=whole_day, zone=zone)
