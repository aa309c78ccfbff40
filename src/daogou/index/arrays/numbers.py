"""Numbers by attribute, in order: a comparison is two binary searches and a slice.

Values are kept as float64 and compared as Decimal: a float's shortest text is the Decimal it came from, but for the
few numbers with more digits than a float has, which are kept in writing.
"""

import json
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt

from daogou.catalog.matching.matching import TIMED, facts, same_number
from daogou.catalog.products.product import AttributeValue, Offer, Product
from daogou.index.arrays.arrays import Rows, key_of, open_array, save_arrays


@dataclass(frozen=True, kw_only=True)
class NumberColumn:
    """The numbers of one attribute, ascending, and the row each stands in."""

    values: npt.NDArray[np.float64]
    rows: Rows
    exact: Mapping[int, Decimal] = field(default_factory=dict)  # by position: what a float can't hold

    @staticmethod
    def of(facts: Iterable[tuple[Decimal, int]]) -> "NumberColumn":
        """The column of (number, row) pairs."""
        ordered = sorted(facts)
        values = np.array([float(number) for number, _ in ordered], dtype=np.float64)
        rows = np.array([row for _, row in ordered], dtype=np.int32)
        exact = {at: number for at, (number, _) in enumerate(ordered) if _differs(number)}
        return NumberColumn(values=values, rows=rows, exact=exact)

    def at_least(self, number: Decimal) -> Rows:
        """Rows with a number that is not smaller."""
        return self.rows[self._first(lambda value: value >= number) :]

    def at_most(self, number: Decimal) -> Rows:
        """Rows with a number that is not larger."""
        return self.rows[: self._first(lambda value: value > number)]

    def same_as(self, number: Decimal) -> Rows:
        """Rows with the same number, but for rounding between units."""
        start = self._first(lambda value: value >= number or same_number(value, number))
        end = self._first(lambda value: value > number and not same_number(value, number))
        return self.rows[start:end]

    def _first(self, reached: Callable[[Decimal], bool]) -> int:
        """The first position whose value has reached a bound; their number where none has."""
        return bisect_left(range(len(self.rows)), True, key=lambda at: reached(self._value(at)))

    def _value(self, at: int) -> Decimal:
        known = self.exact.get(at) if self.exact else None
        return Decimal(repr(float(self.values[at]))) if known is None else known


class _Facts:
    """The numbers of one attribute as they come: twelve bytes each, and in writing what a float can't hold."""

    def __init__(self) -> None:
        self._values, self._rows = array("d"), array("i")
        self._exact: dict[int, Decimal] = {}

    def add(self, number: Decimal, row: int) -> None:
        if _differs(number):
            self._exact[len(self._rows)] = number
        self._values.append(float(number))
        self._rows.append(row)

    def column(self) -> NumberColumn:
        if self._exact:
            known = (self._exact.get(at, Decimal(repr(value))) for at, value in enumerate(self._values))
            return NumberColumn.of(zip(known, self._rows, strict=True))
        values, rows = np.array(self._values, dtype=np.float64), np.array(self._rows, dtype=np.int32)
        ordered = np.lexsort((rows, values))
        return NumberColumn(values=values[ordered], rows=rows[ordered])


class NumbersWriter:
    """Collects (attribute, number, row)."""

    def __init__(self) -> None:
        self._facts: defaultdict[str, _Facts] = defaultdict(_Facts)

    def add(self, attribute: str, number: Decimal, row: int) -> None:
        """The row has that number."""
        self._facts[attribute].add(number, row)

    def save(self, folder: Path, table: str) -> None:
        """Write what `Numbers.open` reads."""
        keyed = sorted((key_of(attribute), attribute) for attribute in self._facts)
        columns = [self._facts[attribute].column() for _, attribute in keyed]
        starts = np.zeros(len(columns) + 1, dtype=np.int64)
        np.cumsum([len(column.rows) for column in columns], out=starts[1:])
        exact = {
            int(start) + at: str(number)
            for start, column in zip(starts, columns, strict=False)
            for at, number in column.exact.items()
        }
        (folder / f"{table}.exact.json").write_text(json.dumps(exact), encoding="utf-8")
        arrays = {"keys": np.array([key for key, _ in keyed], dtype=np.uint64), "starts": starts}
        arrays["values"] = np.concatenate([np.zeros(0), *(column.values for column in columns)])
        arrays["rows"] = np.concatenate([np.zeros(0, dtype=np.int32), *(column.rows for column in columns)])
        save_arrays(folder, table, arrays)


class Numbers:
    """The columns of all attributes."""

    def __init__(self, folder: Path, table: str) -> None:
        self._keys = open_array(folder, table, "keys")
        self._starts = open_array(folder, table, "starts")
        self._values = open_array(folder, table, "values")
        self._rows = open_array(folder, table, "rows")
        exact = json.loads((folder / f"{table}.exact.json").read_text(encoding="utf-8"))
        self._exact = {int(at): Decimal(number) for at, number in exact.items()}

    def column(self, attribute: str) -> NumberColumn:
        """The attribute's numbers; an empty column where it has none."""
        key = np.uint64(key_of(attribute))
        at = int(np.searchsorted(self._keys, key))
        known = at < len(self._keys) and self._keys[at] == key
        start, end = (int(self._starts[at]), int(self._starts[at + 1])) if known else (0, 0)
        exact = {place - start: number for place, number in self._exact.items() if start <= place < end}
        return NumberColumn(values=self._values[start:end], rows=self._rows[start:end], exact=exact)


def _differs(number: Decimal) -> bool:
    return Decimal(repr(float(number))) != number


Stretch = tuple[datetime, Mapping[str, list[AttributeValue]]]  # the last moment of it; values by attribute

_FILE = "timed.json"
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = timedelta(microseconds=1)


def stretches(product: Product) -> list[Stretch]:
    """What the product says in each stretch of time, in order; the last lasts for ever."""
    ends = sorted({end for offer in product.offers if offer.sale_price for end in _turns(offer)})
    after = (ends[-1] if ends else _ALWAYS) + _MOMENT
    return [(at, {name: facts(product, name, at) for name in TIMED}) for at in (*ends, after)]


def _turns(offer: Offer) -> Iterator[datetime]:
    """The last moment before a sale begins, and its own last one."""
    if offer.price_valid_from:
        yield offer.price_valid_from - _MOMENT
    if offer.price_valid_until:
        yield offer.price_valid_until


class TimedWriter:
    """Collects rows with more than one stretch."""

    def __init__(self) -> None:
        self._rows: dict[int, list[Stretch]] = {}

    def add(self, row: int, known: list[Stretch]) -> None:
        """The row says different things at different times."""
        self._rows[row] = known

    def save(self, folder: Path) -> None:
        """Write what `Timed` reads; a number is a text, yes and no are themselves."""
        written = {
            row: [
                [
                    at.isoformat(),
                    {name: [v if isinstance(v, bool) else str(v) for v in values[name]] for name in values},
                ]
                for at, values in known
            ]
            for row, known in self._rows.items()
        }
        (folder / _FILE).write_text(json.dumps(written), encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class _Columns:
    """All that holds between two such moments."""

    interval: int
    numbers: Mapping[str, NumberColumn] = field(default_factory=dict)
    yes_no: Mapping[tuple[str, bool], Rows] = field(default_factory=dict)


class Timed:
    """The timed facts of one segment."""

    def __init__(self, folder: Path) -> None:
        written = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        self._rows = {
            int(row): [
                (datetime.fromisoformat(at), {name: [_read(v) for v in values[name]] for name in values})
                for at, values in known
            ]
            for row, known in written.items()
        }
        self._ends = sorted({at for known in self._rows.values() for at, _ in known[:-1]})
        self._current = _Columns(interval=-1)

    def interval(self, at: datetime) -> int:
        """How many sales have begun or ended before that moment."""
        return bisect_left(self._ends, at)

    def numbers(self, name: str, at: datetime) -> NumberColumn:
        """The numbers that hold at that moment."""
        return self._columns(at).numbers[name]

    def saying(self, name: str, value: bool, at: datetime) -> Rows:
        """The rows that say yes, or no, at that moment."""
        return self._columns(at).yes_no[name, value]

    def _columns(self, at: datetime) -> _Columns:
        interval, current = self.interval(at), self._current
        if current.interval != interval:
            current = self._current = self._made(interval, at)
        return current

    def _made(self, interval: int, at: datetime) -> _Columns:
        now = {
            row: next((v for until, v in known[:-1] if at <= until), known[-1][1]) for row, known in self._rows.items()
        }
        said = [(name, value, row) for row, values in now.items() for name in TIMED for value in values[name]]
        return _Columns(
            interval=interval,
            numbers={
                name: NumberColumn.of((v, row) for n, v, row in said if n == name and isinstance(v, Decimal))
                for name in TIMED
            },
            yes_no={
                (name, yes): np.array([row for n, v, row in said if n == name and v is yes], dtype=np.int32)
                for name in TIMED
                for yes in (True, False)
            },
        )


def _read(value: str | bool) -> AttributeValue:
    return value if isinstance(value, bool) else Decimal(value)
