"""Facts that change by themselves when a sale begins or ends; between two such moments they are columns like any other."""

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np

from daogou.catalog.matching.matching import TIMED, facts
from daogou.catalog.products.product import AttributeValue, Offer, Product
from daogou.index.arrays.arrays import Rows
from daogou.index.arrays.numbers import NumberColumn

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
