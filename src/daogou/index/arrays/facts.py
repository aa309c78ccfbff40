"""Which rows meet a constraint: shop.matching.admits over a whole segment at once, and never differently."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np

from daogou.catalog.matching.matching import OWN, TIMED, facts
from daogou.catalog.matching.wording import fold, forms, searchable_text, sought
from daogou.catalog.products.need import TEXT, Constraint, ConstraintValue, Operator
from daogou.catalog.products.product import AttributeValue, Product
from daogou.index.arrays.arrays import Mask, Rows
from daogou.index.arrays.numbers import NumberColumn, Numbers, NumbersWriter, Timed, TimedWriter, stretches
from daogou.index.arrays.postings import Postings, PostingsWriter, Texts, TextsWriter


class FactsWriter:
    """Collects what each row says, rows ascending from 0."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._values = PostingsWriter(folder, "values")
        self._numbers = NumbersWriter()
        self._texts = TextsWriter(folder)
        self._timed = TimedWriter()

    def add(self, row: int, product: Product) -> None:
        """One product's facts."""
        self._texts.add(row, searchable_text(product))
        known = stretches(product)
        if len(known) > 1:
            self._timed.add(row, known)
        at, timed = known[-1]
        said: list[tuple[str, AttributeValue]] = []
        for name in OWN:
            if name not in TIMED or len(known) == 1:
                said += [(name, value) for value in timed.get(name) or facts(product, name, at)]
        said += [(fact.name, fact.value) for fact in product.attributes if fact.name not in OWN]
        self._values.add([_term(name, value) for name, value in said if not isinstance(value, Decimal)], row)
        for name, value in said:
            if isinstance(value, Decimal):
                self._numbers.add(name, value, row)

    def save(self) -> None:
        """Write what `Facts` reads."""
        self._texts.save()
        self._values.save()
        self._numbers.save(self._folder, "numbers")
        self._timed.save(self._folder)


class Facts:
    """The facts of one segment."""

    def __init__(self, folder: Path, row_count: int) -> None:
        self._row_count = row_count
        self._values = Postings(folder, "values")
        self._numbers = Numbers(folder, "numbers")
        self._texts = Texts(folder)
        self._timed = Timed(folder)

    def mask(self, constraint: Constraint, at: datetime) -> Mask:
        """(n_rows,) True where the constraint admits the product at that moment."""
        if constraint.attribute == TEXT and constraint.operator is Operator.IS_NOT:
            return np.ones(self._row_count, dtype=np.bool_)
        if constraint.attribute == TEXT:
            return self._mask(self._texts.rows(form) for form in _forms(constraint.value))
        if constraint.operator in (Operator.AT_LEAST, Operator.AT_MOST):
            return self._mask(self._compared(constraint, at))
        found = self._mask(self._equal(constraint, at))
        return found if constraint.operator is Operator.IS else ~found

    def interval(self, constraint: Constraint, at: datetime) -> int:
        """A number that changes whenever the constraint's rows may change by themselves."""
        return self._timed.interval(at) if constraint.attribute in TIMED else 0

    def _compared(self, constraint: Constraint, at: datetime) -> Iterator[Rows]:
        value = constraint.value
        if not isinstance(value, Decimal):
            return
        for column in self._columns(constraint.attribute, at):
            yield column.at_least(value) if constraint.operator is Operator.AT_LEAST else column.at_most(value)

    def _equal(self, constraint: Constraint, at: datetime) -> Iterator[Rows]:
        name, value = constraint.attribute, constraint.value
        if isinstance(value, bool):
            yield self._values.rows(*_term(name, value))
            if name in TIMED:
                yield self._timed.saying(name, value, at)
            return
        if isinstance(value, Decimal):
            yield from (column.same_as(value) for column in self._columns(name, at))
        yield from (self._values.rows(*_term(name, text)) for text in _texts(value))

    def _columns(self, name: str, at: datetime) -> Iterator[NumberColumn]:
        yield self._numbers.column(name)
        if name in TIMED:
            yield self._timed.numbers(name, at)

    def _mask(self, found: Iterable[Rows]) -> Mask:
        mask = np.zeros(self._row_count, dtype=np.bool_)
        for rows in found:
            mask[rows] = True
        return mask


def _term(name: str, value: str | bool) -> tuple[str, ...]:
    return ("is", name, str(value)) if isinstance(value, bool) else ("text", name, fold(value))


def _forms(value: ConstraintValue) -> Iterator[str]:
    """Every form of every word, each once."""
    yield from dict.fromkeys(form for word in sought(_texts(value)) for form in forms(word))


def _texts(value: ConstraintValue) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)
