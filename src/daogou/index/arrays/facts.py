"""Which rows meet a constraint: `matching.admits` over a whole segment at once, and never differently.

Numbers stand by attribute in order: a comparison is two binary searches and a slice. They are kept as float64 and compared as
Decimal: a float's shortest text is the Decimal it came from, but for the few numbers with more digits than a float has, which
are kept in writing.
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

from daogou.catalog.matching.matching import OWN, TIMED, facts, same_number
from daogou.catalog.matching.wording import fold, forms, searchable_text, sought
from daogou.catalog.products.need import TEXT, Constraint, Operator
from daogou.catalog.products.product import AttributeValue, Offer, Product
from daogou.index.arrays.arrays import Mask, Rows, key_of, open_array, save_arrays
from daogou.index.arrays.postings import Postings, PostingsWriter, Texts, TextsWriter

Stretch = tuple[datetime, Mapping[str, list[AttributeValue]]]  # the last moment of it; values by attribute

_NUMBERS, _VALUES = "numbers", "values"
_EXACT, _TIMED = "numbers.exact.json", "timed.json"
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = timedelta(microseconds=1)


class FactsWriter:
    """Collects what each row says, rows ascending from 0."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._values = PostingsWriter(folder, _VALUES)
        self._numbers: defaultdict[str, _Numbers] = defaultdict(_Numbers)
        self._texts = TextsWriter(folder)
        self._timed: dict[int, list[Stretch]] = {}  # rows that say different things at different times

    def add(self, row: int, product: Product) -> None:
        """One product's facts."""
        self._texts.add(row, searchable_text(product))
        known = stretches(product)
        if len(known) > 1:
            self._timed[row] = known
        at, timed = known[-1]
        said: list[tuple[str, AttributeValue]] = []
        for name in OWN:
            if name not in TIMED or len(known) == 1:
                said += [(name, value) for value in timed.get(name) or facts(product, name, at)]
        said += [(fact.name, fact.value) for fact in product.attributes if fact.name not in OWN]
        self._values.add([_term(name, value) for name, value in said if not isinstance(value, Decimal)], row)
        for name, value in said:
            if isinstance(value, Decimal):
                self._numbers[name].add(value, row)

    def save(self) -> None:
        """Write what `Facts` reads."""
        self._texts.save()
        self._values.save()
        self._save_numbers()
        timed = {
            row: [(at.isoformat(), {name: list(map(_written, said[name])) for name in said}) for at, said in known]
            for row, known in self._timed.items()
        }
        (self._folder / _TIMED).write_text(json.dumps(timed), encoding="utf-8")

    def _save_numbers(self) -> None:
        keyed = sorted((key_of(attribute), attribute) for attribute in self._numbers)
        columns = [self._numbers[attribute].column() for _, attribute in keyed]
        starts = np.cumsum([0, *(len(column.rows) for column in columns)], dtype=np.int64)
        exact = {
            int(start) + at: str(number)
            for start, column in zip(starts, columns, strict=False)
            for at, number in column.exact.items()
        }
        (self._folder / _EXACT).write_text(json.dumps(exact), encoding="utf-8")
        arrays = {"keys": np.array([key for key, _ in keyed], dtype=np.uint64), "starts": starts}
        arrays["values"] = np.concatenate([np.zeros(0), *(column.values for column in columns)])
        arrays["rows"] = np.concatenate([np.zeros(0, dtype=np.int32), *(column.rows for column in columns)])
        save_arrays(self._folder, _NUMBERS, arrays)


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


def _written(value: AttributeValue) -> str | bool:
    """A number is a text, yes and no are themselves."""
    return value if isinstance(value, bool) else str(value)


@dataclass(frozen=True, kw_only=True)
class NumberColumn:
    """The numbers of one attribute, ascending, and the row each stands in."""

    values: npt.NDArray[np.float64]
    rows: Rows
    exact: Mapping[int, Decimal] = field(default_factory=dict)  # by position: what a float can't hold

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


class _Numbers:
    """The numbers of one attribute as they come: twelve bytes each, and in writing what a float can't hold."""

    def __init__(self) -> None:
        self._values, self._rows = array("d"), array("i")
        self._exact: dict[int, Decimal] = {}

    def add(self, number: Decimal, row: int) -> None:
        held = float(number)
        if Decimal(repr(held)) != number:
            self._exact[len(self._rows)] = number
        self._values.append(held)
        self._rows.append(row)

    def column(self) -> NumberColumn:
        values, rows = np.array(self._values, dtype=np.float64), np.array(self._rows, dtype=np.int32)
        order = np.lexsort((rows, values))
        if self._exact:
            known = [self._exact.get(at, Decimal(repr(value))) for at, value in enumerate(self._values)]
            order = np.array(sorted(range(len(known)), key=lambda at: (known[at], self._rows[at])))
        exact = {place: self._exact[at] for place, at in enumerate(order.tolist()) if at in self._exact}
        return NumberColumn(values=values[order], rows=rows[order], exact=exact)


class Facts:
    """The facts of one segment."""

    def __init__(self, folder: Path, row_count: int) -> None:
        self._row_count = row_count
        self._values = Postings(folder, _VALUES)
        self._texts = Texts(folder)
        self._keys, self._starts, self._numbers, self._rows = (
            open_array(folder, _NUMBERS, name) for name in ("keys", "starts", "values", "rows")
        )
        exact = json.loads((folder / _EXACT).read_text(encoding="utf-8"))
        self._exact = {int(at): Decimal(number) for at, number in exact.items()}
        self._timed = {
            int(row): [(datetime.fromisoformat(at), said) for at, said in known]
            for row, known in json.loads((folder / _TIMED).read_text(encoding="utf-8")).items()
        }
        self._ends = sorted({at for known in self._timed.values() for at, _ in known[:-1]})
        self._now: tuple[int, Mapping[str, _Timed]] = (-1, {})

    def mask(self, constraint: Constraint, at: datetime) -> Mask:
        """(n_rows,) True where the constraint admits the product at that moment."""
        name, operator, value = constraint.attribute, constraint.operator, constraint.value
        if name == TEXT and operator is Operator.IS_NOT:
            return np.ones(self._row_count, dtype=np.bool_)
        if name == TEXT:
            words = dict.fromkeys(form for word in sought(constraint.texts) for form in forms(word))
            return self._mask(map(self._texts.rows, words))
        if operator in (Operator.AT_LEAST, Operator.AT_MOST):
            columns = self._columns(name, at) if isinstance(value, Decimal) else ()
            compare = NumberColumn.at_least if operator is Operator.AT_LEAST else NumberColumn.at_most
            return self._mask(compare(column, value) for column in columns)  # type: ignore[arg-type]
        found = self._mask(self._equal(constraint, at))
        return found if operator is Operator.IS else ~found

    def interval(self, constraint: Constraint, at: datetime) -> int:
        """A number that changes whenever the constraint's rows may change by themselves: how many sales have begun or ended."""
        return bisect_left(self._ends, at) if constraint.attribute in TIMED else 0

    def _equal(self, constraint: Constraint, at: datetime) -> Iterator[Rows]:
        name, value = constraint.attribute, constraint.value
        if isinstance(value, bool):
            yield self._values.rows(*_term(name, value))
            if name in self._at(at):
                _, no, yes = self._at(at)[name]
                yield yes if value else no
            return
        if isinstance(value, Decimal):
            yield from (column.same_as(value) for column in self._columns(name, at))
        yield from (self._values.rows(*_term(name, text)) for text in constraint.texts)

    def _columns(self, name: str, at: datetime) -> Iterator[NumberColumn]:
        key = np.uint64(key_of(name))
        place = int(np.searchsorted(self._keys, key))
        if place < len(self._keys) and self._keys[place] == key:
            start, end = int(self._starts[place]), int(self._starts[place + 1])
            exact = {here - start: number for here, number in self._exact.items() if start <= here < end}
            yield NumberColumn(values=self._numbers[start:end], rows=self._rows[start:end], exact=exact)
        if name in self._at(at):
            yield self._at(at)[name][0]

    def _at(self, at: datetime) -> "Mapping[str, _Timed]":
        """What rows with sales say between the turns of sales that the moment lies in, by attribute."""
        interval, current = bisect_left(self._ends, at), self._now
        if current[0] != interval:
            said: defaultdict[str, list[tuple[AttributeValue, int]]] = defaultdict(list)
            for row, known in self._timed.items():
                for name, values in next((said for until, said in known[:-1] if at <= until), known[-1][1]).items():
                    said[name] += [(one if isinstance(one, bool) else Decimal(one), row) for one in values]
            current = self._now = (interval, {name: _timed(pairs) for name, pairs in said.items()})
        return current[1]

    def _mask(self, found: Iterable[Rows]) -> Mask:
        mask = np.zeros(self._row_count, dtype=np.bool_)
        for rows in found:
            mask[rows] = True
        return mask


_Timed = tuple[NumberColumn, Rows, Rows]  # the numbers; the rows that say no; those that say yes


def _timed(said: Iterable[tuple[AttributeValue, int]]) -> _Timed:
    numbers = _Numbers()
    answers: tuple[list[int], list[int]] = ([], [])
    for value, row in said:
        if isinstance(value, Decimal):
            numbers.add(value, row)
        else:
            answers[bool(value)].append(row)
    no, yes = (np.array(rows, dtype=np.int32) for rows in answers)
    return numbers.column(), no, yes


def _term(name: str, value: str | bool) -> tuple[str, ...]:
    return ("is", name, str(value)) if isinstance(value, bool) else ("text", name, fold(value))
