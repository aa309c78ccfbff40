"""What bears out a saying: the rows it speaks of, the shopper's own words and numbers, and counts."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import product

from daogou.catalog.products.need import PRICE, ShopperNeed
from daogou.catalog.products.product import Money, Product
from daogou.text.stated import convert, units_named
from daogou.text.thesaurus import thesaurus
from daogou_evals.truth.saying import Quantity, Saying, folded, read_saying

STARS = Decimal(5)  # the scale of every rating may be named
_COUNTED = ("count", "sheets", "pages", "pairs")  # units that are nouns as well: "49 sheet protectors", "2 pairs"
LEAST_NAME = 4  # characters of a cut title that still name a product


@dataclass(frozen=True, kw_only=True)
class Bearing:
    """The ground under one text: these rows, this need, these counts."""

    rows: Sequence[Product]
    need: ShopperNeed
    at: datetime
    message: str = ""
    beside: Sequence[Product] = ()  # rows that a price may be compared with
    counts: Callable[[], Sequence[Decimal]] = tuple

    def problems(self, saying: Saying) -> Iterator[str]:
        """Everything that nothing bears out."""
        for quotation in saying.quotations:
            if not self._stands(quotation):
                yield f"“{quotation}” stands neither in the row nor in the shopper's words"
        yield from (f"{m.amount} {m.currency} is no price here" for m in saying.money if not self._is_price(m))
        yield from (f"{q.amount} {q.unit} is not in the row" for q in saying.quantities if not self._is_measure(q))
        yield from (f"the number {n} comes from nowhere" for n in saying.numbers if not self._is_number(n))

    def quoted(self, value: str, name: str) -> Iterator[str]:
        """Problems with a value that is said to be this field's."""
        if name in ("price", "full_price"):
            money = read_saying(value).money
            if not money or not all(amount in self._prices() for amount in money):
                yield f"{value!r} is not its price"
        elif not self._is_value(value, name):
            yield from self.problems(read_saying(value))
            if not any(c.isdigit() for c in value):
                yield f"{value!r} is not what the row says"

    def is_name(self, quotation: str) -> bool:
        """Whether the quotation is the beginning of a row's title."""
        start = folded(quotation.removesuffix("…"))
        return len(start) >= min(LEAST_NAME, len(folded(quotation))) and any(
            folded(title).startswith(start) for row in self.rows for title in _titles(row)
        )

    def _stands(self, quotation: str) -> bool:
        wanted = folded(quotation.strip("… "))
        return any(wanted in folded(text) for text in (*self._said(), *self._texts()))

    def _is_value(self, value: str, name: str) -> bool:
        """What the row holds in that field, or a thesaurus name of it; where it has no such field, the row's text."""
        wanted = folded(value.strip("…"))
        held = [text for row in self.rows for text in _held_texts(row, name)]
        if not held:
            return any(wanted in folded(text) for text in self._texts())
        labels = {folded(label) for text in held for label in _labels(name, text)}
        whole = any(wanted in folded(text) for text in held if text not in _WORDS)
        return whole or any(label == wanted or (wanted and label.startswith(wanted)) for label in labels)

    def _is_price(self, money: Money) -> bool:
        return money in (*self._prices(), *self._asked_money()) or money in self._differences()

    def _prices(self, rows: Sequence[Product] = ()) -> list[Money]:
        offers = [offer for row in rows or self.rows for offer in row.offers]
        return [price for offer in offers for price in (offer.price_at(self.at), offer.price)]

    def _asked_money(self) -> list[Money]:
        currencies = {price.currency for price in self._prices()} or {""}
        asked = [(c.value, c.unit) for c in self.need.constraints if c.attribute == PRICE]
        amounts = [(value, unit) for value, unit in asked if isinstance(value, Decimal)]
        return [
            Money(amount=v, currency=currency) for v, unit in amounts for currency in ({unit} if unit else currencies)
        ]

    def _differences(self) -> list[Money]:
        others = [*self._prices(), *self._prices(self.beside), *self._asked_money()]
        return [
            Money(amount=abs(one.amount - other.amount), currency=one.currency)
            for one, other in product(self._prices(), others)
            if one.currency == other.currency
        ]

    def _is_measure(self, quantity: Quantity) -> bool:
        """An attribute, a bound that was asked for, their difference, or the same words in the row's text."""
        measures = [(a.value, a.unit) for row in self.rows for a in row.attributes if isinstance(a.value, Decimal)]
        asked = [(c.value, c.unit) for c in self.need.constraints if isinstance(c.value, Decimal)]
        apart = [(abs(m - a), unit) for m, unit in measures for a, also in asked if unit == also]
        for unit in units_named(quantity.unit):
            for amount, held_in in (*measures, *asked, *apart):
                same = convert(amount, held_in, unit.symbol) if held_in else amount
                if same is not None and _shows(quantity.amount, same):
                    return True
        return self._is_written(quantity)

    def _is_written(self, quantity: Quantity) -> bool:
        """The row's text, or the shopper's, has this number with this unit, or a piece count in other words."""
        names = {name for unit in units_named(quantity.unit) for name in (unit.symbol.lower(), *unit.names)}
        read = [q for text in (*self._texts(), *self._said()) for q in _row_saying(text).quantities]
        if any(q.amount == quantity.amount and q.unit in names for q in read):
            return True
        counted = any(unit.dimension in _COUNTED for unit in units_named(quantity.unit))
        return counted and self._is_number(quantity.amount)

    def _is_number(self, number: Decimal) -> bool:
        written = number == STARS or any(number in _numbers(text) for text in (*self._texts(), *self._said()))
        return written or any(_shows(number, held) for held in self._held()) or number in self.counts()

    def _held(self) -> list[Decimal]:
        held = [a.value for row in self.rows for a in row.attributes if isinstance(a.value, Decimal)]
        ratings = [row.rating for row in self.rows if row.rating]
        asked = [c.value for c in self.need.constraints if isinstance(c.value, Decimal)]
        apart = [abs(one - other) for one in held for other in asked]
        return [*held, *asked, *apart, *(r.value for r in ratings), *(Decimal(r.count) for r in ratings)]

    def _texts(self) -> list[str]:
        texts = [text for row in self.rows for text in (*_titles(row), row.description, row.brand, *row.category)]
        texts += [text for row in self.rows for text in (*row.highlights, row.product_type)]
        texts += [a.value for row in self.rows for a in row.attributes if isinstance(a.value, str)]
        texts += [a.name.replace("_", " ") for row in self.rows for a in row.attributes]
        texts += [label for row in self.rows for a in row.attributes for label in _labels(a.name, str(a.value))]
        return texts + [t.description for row in self.rows for t in row.translations.values()]

    def _said(self) -> list[str]:
        need = self.need
        kinds = [label for key in need.category for label in _labels("category", key)]
        said = [*need.category, *kinds, self.message, *need.unsold]
        said += [need.query, need.purpose, need.recipient, need.about]
        for c in need.constraints:
            values = c.value if isinstance(c.value, tuple) else ()
            said += [c.said, c.attribute.replace("_", " "), str(c.value), *map(str, values)]
        return said + [text for notice in need.notices for text in notice.params.values()]


_WORDS = {
    "True": ("yes", "是", "有"),
    "False": ("no", "否", "无"),
    "in_stock": ("in stock", "有货"),
    "out_of_stock": ("out of stock", "缺货"),
    "preorder": ("pre-order", "可预订"),
    "backorder": ("back order", "待补货"),
}


def _held_texts(row: Product, name: str) -> list[str]:
    own = {
        "brand": [row.brand] if row.brand else [],
        "category": [row.product_type, *row.category] if row.product_type else [],
        "availability": [offer.availability.value for offer in row.offers if offer.availability],
        "condition": [offer.condition for offer in row.offers],
    }
    return own[name] if name in own else [str(a.value) for a in row.values(name)]


def _labels(name: str, text: str) -> list[str]:
    known = thesaurus()
    labels = [known.value_label(name, text, language) for language in ("en", "zh")]
    labels += [known.type_label(text, language) for language in ("en", "zh")] if name == "category" else []
    return [*labels, *_WORDS.get(text, ())]


def _titles(row: Product) -> list[str]:
    return [row.title, *(translation.title for translation in row.translations.values())]


@functools.lru_cache(maxsize=50_000)
def _numbers(text: str) -> frozenset[Decimal]:
    saying = _row_saying(text)
    amounts = [money.amount for money in saying.money] + [quantity.amount for quantity in saying.quantities]
    return frozenset((*saying.numbers, *amounts))


@functools.lru_cache(maxsize=50_000)
def _row_saying(text: str) -> Saying:
    return read_saying(text.replace("“", '"').replace("”", '"'))


def _shows(printed: Decimal, held: Decimal) -> bool:
    """Whether `printed` is `held`, rounded to the decimals that it shows (two at least)."""
    exponent = printed.as_tuple().exponent
    places = max(2, -exponent if isinstance(exponent, int) else 0)
    return abs(printed - held) <= Decimal("0.5").scaleb(-places)
