"""Which rows meet a constraint: shop.matching.passes over a whole segment at once, and never differently."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np

from daogou.shop.matching import fold, searchable_text
from daogou.shop.need import (
    AVAILABILITY,
    BRAND,
    CATEGORY,
    CONDITION,
    PRICE,
    RATING,
    TEXT,
    Constraint,
    ConstraintValue,
    Operator,
)
from daogou.shop.product import AttributeValue, Product
from daogou.store.index.arrays import Mask, Rows
from daogou.store.index.numbers import NumberColumn, Numbers, NumbersWriter
from daogou.store.index.postings import Postings, PostingsWriter
from daogou.store.index.texts import Texts, TextsWriter

_OWN = (PRICE, BRAND, CATEGORY, AVAILABILITY, CONDITION, RATING, TEXT)  # attributes that the product itself answers
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT = timedelta(microseconds=1)


class FactsWriter:
    """Collects what each row says, rows ascending from 0."""

    def __init__(self, folder: Path) -> None:
        self._values = PostingsWriter()
        self._numbers = NumbersWriter()
        self._texts = TextsWriter(folder)
        self._moving: dict[int, list[tuple[str, str]]] = {}

    def add(self, row: int, product: Product) -> None:
        """One product's facts."""
        self._texts.add(row, searchable_text(product))
        for name, value in _facts(product):
            if isinstance(value, Decimal):
                self._numbers.add(name, value, row)
            else:
                self._values.add(_term(name, value), row)
        prices = _prices(product)
        if len(prices) > 1:
            self._moving[row] = prices
        elif prices:
            self._numbers.add(PRICE, Decimal(prices[0][1]), row)

    def save(self, folder: Path) -> None:
        """Write what `Facts` reads."""
        self._texts.save(folder)
        self._values.save(folder, "values")
        self._numbers.save(folder, "numbers")
        (folder / "moving_prices.json").write_text(json.dumps(self._moving), encoding="utf-8")


class Facts:
    """The facts of one segment."""

    def __init__(self, folder: Path, row_count: int) -> None:
        self._row_count = row_count
        self._values = Postings(folder, "values")
        self._numbers = Numbers(folder, "numbers")
        self._texts = Texts(folder)
        self._moving = _MovingPrices(folder)

    def mask(self, constraint: Constraint, at: datetime) -> Mask:
        """(n_rows,) True where the product passes the constraint at that moment."""
        if constraint.attribute == TEXT:
            found = self._mask(self._texts.rows(fold(word)) for word in _texts(constraint.value))
            return found if constraint.operator is Operator.IS else ~found
        if constraint.operator in (Operator.AT_LEAST, Operator.AT_MOST):
            return self._mask(self._compared(constraint, at))
        found = self._mask(self._equal(constraint, at))
        return found if constraint.operator is Operator.IS else ~found

    def interval(self, at: datetime) -> int:
        """A number that changes whenever a price changes by itself."""
        return self._moving.interval(at)

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
            return
        if isinstance(value, Decimal):
            yield from (column.same_as(value) for column in self._columns(name, at))
        yield from (self._values.rows(*_term(name, text)) for text in _texts(value))

    def _columns(self, name: str, at: datetime) -> Iterator[NumberColumn]:
        yield self._numbers.column(name)
        if name == PRICE:
            yield self._moving.column(at)

    def _mask(self, found: Iterable[Rows]) -> Mask:
        mask = np.zeros(self._row_count, dtype=np.bool_)
        for rows in found:
            mask[rows] = True
        return mask


@dataclass(frozen=True, kw_only=True)
class _Interval:
    number: int
    column: NumberColumn


class _MovingPrices:
    """Prices that change by themselves when a sale ends; between two ends they are a column like any other."""

    def __init__(self, folder: Path) -> None:
        written = json.loads((folder / "moving_prices.json").read_text(encoding="utf-8"))
        self._prices = {
            int(row): [(datetime.fromisoformat(until), Decimal(amount)) for until, amount in prices]
            for row, prices in written.items()
        }
        self._ends = sorted({until for prices in self._prices.values() for until, _ in prices[:-1]})
        self._current = _Interval(number=-1, column=NumberColumn.of(()))

    def interval(self, at: datetime) -> int:
        """How many sales have ended before that moment."""
        return bisect_left(self._ends, at)

    def column(self, at: datetime) -> NumberColumn:
        """What is asked at that moment."""
        number = self.interval(at)
        current = self._current
        if current.number != number:
            asked = ((_asked(prices, at), row) for row, prices in self._prices.items())
            current = self._current = _Interval(number=number, column=NumberColumn.of(asked))
        return current.column


def _asked(prices: list[tuple[datetime, Decimal]], at: datetime) -> Decimal:
    return next((amount for until, amount in prices[:-1] if at <= until), prices[-1][1])


def _prices(product: Product) -> list[tuple[str, str]]:
    """(the last moment at which it holds, amount), in order; the last holds for ever."""
    ends = sorted({offer.price_valid_until for offer in product.offers if offer.sale_price and offer.price_valid_until})
    after = (ends[-1] if ends else _ALWAYS) + _MOMENT
    asked = ((at.isoformat(), product.price_at(at)) for at in (*ends, after))
    return [(at, str(price.amount)) for at, price in asked if price]


def _facts(product: Product) -> Iterator[tuple[str, AttributeValue]]:
    if product.brand:
        yield BRAND, product.brand
    if product.product_type:
        yield CATEGORY, product.product_type
    if product.availability:
        yield AVAILABILITY, product.availability.value
    yield from ((CONDITION, offer.condition) for offer in product.offers)
    if product.rating:
        yield RATING, product.rating.value
    yield from ((fact.name, fact.value) for fact in product.attributes if fact.name not in _OWN)


def _term(name: str, value: str | bool) -> tuple[str, ...]:
    return ("is", name, str(value)) if isinstance(value, bool) else ("text", name, fold(value))


def _texts(value: ConstraintValue) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)
