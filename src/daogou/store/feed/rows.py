"""One record to one product, or every reason why not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from decimal import Decimal

from daogou.shop.product import Availability, Money, Offer, Product, Rating, Translation
from daogou.store.feed.attributes import AttributeReader
from daogou.store.feed.availability import availability_of
from daogou.store.feed.cells import clean, one_line, read_cells
from daogou.store.feed.gtin import gtin_problem, is_part_number
from daogou.store.feed.mapping import FeedMapping, FieldRule
from daogou.store.feed.prices import NotAPrice, PriceStyle, number_in, parse_price
from daogou.store.feed.record import Cell, Record, Scalar, text_of
from daogou.store.feed.sale_period import SalePeriod, sale_period
from daogou.text.normalize import language_of

_LONGEST = {"id": 200, "title": 1_000, "brand": 200, "link": 2_000, "image_link": 2_000}  # characters
_LONGEST_DESCRIPTION = 50_000
_LOST = "\ufffd"


@dataclass(frozen=True, kw_only=True)
class FeedRow:
    """What became of one row: a product, or the reasons why there is none; warnings say what was mended or left out."""

    number: int
    product: Product | None = None
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    raw: str = ""  # the row, where it was rejected


class RowReader:
    """Turns records into products by one mapping."""

    def __init__(self, mapping: FeedMapping, *, currency: str = "", zone: tzinfo = UTC) -> None:
        self._mapping = mapping
        self._currency, self._zone = mapping.currency or currency, zone
        self._attributes = AttributeReader(mapping, frozenset(mapping.columns()))

    def read(self, record: Record) -> FeedRow:
        """The product of a record, or all that is wrong with it."""
        reasons, warnings = list(record.reasons), list(record.warnings)
        product = None
        if not reasons:
            row = _Row(record.cells, self._mapping, self._currency, self._zone, reasons, warnings)
            reasons += _bad_bytes(record.cells)
            product = row.product(self._attributes)
        if reasons:
            return FeedRow(number=record.number, reasons=tuple(reasons), warnings=tuple(warnings), raw=record.as_text())
        return FeedRow(number=record.number, product=product, warnings=tuple(warnings))


class _Row:
    """The fields of one record; what is wrong gathers in `reasons`, what was mended in `warnings`."""

    def __init__(
        self,
        cells: Mapping[str, Cell],
        mapping: FeedMapping,
        currency: str,
        zone: tzinfo,
        reasons: list[str],
        warnings: list[str],
    ) -> None:
        self._cells, self._mapping, self._currency, self._zone = cells, mapping, currency, zone
        self._reasons, self._warnings = reasons, warnings

    def product(self, attributes: AttributeReader) -> Product:
        """All fields; worth nothing when `reasons` has grown."""
        title = self._needed("title")
        found, warnings = attributes.read(self._cells, title)
        self._warnings += warnings
        return Product(
            id=self._needed("id"),
            title=title,
            offers=self._offers(),
            language=self._mapping.language or language_of(title),
            item_group_id=self._line("item_group_id"),
            description=self._description(),
            brand=self._line("brand"),
            gtin=self._gtin(),
            mpn=self._line("mpn") or self._number_for_barcode(),
            category=tuple(self._lines("category")),
            product_type=self._line("product_type"),
            attributes=found,
            highlights=tuple(self._lines("highlights")),
            link=self._line("link"),
            image_link=self._line("image_link"),
            rating=self._rating(),
            translations=self._translations(),
        )

    def _values(self, name: str) -> list[Scalar]:
        rule = self._mapping.fields.get(name)
        return read_cells(rule, self._cells) if rule else []

    def _first(self, name: str) -> Scalar | None:
        values = self._values(name) if name in self._mapping.fields else ()
        return values[0] if values else None

    def _lines(self, name: str) -> list[str]:
        lines = (one_line(text_of(value)) for value in self._values(name))
        return [line for line in lines if line]

    def _line(self, name: str) -> str:
        value = self._first(name)
        if value is None:
            return ""
        raw = text_of(value)
        line = one_line(raw)
        if name == "title" and line != " ".join(raw.split()) and not _has_bad_bytes(raw):
            self._warnings.append(f"title {raw[:60]!r}: HTML or control characters were taken out")
        if _LOST in line:
            self._warnings.append(f"{name} {line[:60]!r} has characters that were lost before (U+FFFD)")
        if len(line) > _LONGEST.get(name, 1_000):
            self._reasons.append(f"{name} is {len(line)} characters long; at most {_LONGEST.get(name, 1_000)} are read")
        return line

    def _needed(self, name: str) -> str:
        line = self._line(name)
        if not line:
            self._reasons.append(f"{name} is missing{self._where(name)}")
        return line

    def _where(self, name: str) -> str:
        rule = self._mapping.fields.get(name)
        return f" (column {' or '.join(map(repr, rule.columns))})" if rule and rule.columns else ""

    def _description(self) -> str:
        text = "\n".join(clean(text_of(value).replace("\\n", "\n")) for value in self._values("description"))
        if len(text) > _LONGEST_DESCRIPTION:
            self._warnings.append(f"description was cut at {_LONGEST_DESCRIPTION} of {len(text)} characters")
        return text[:_LONGEST_DESCRIPTION]

    def _gtin(self) -> str:
        """The first that is right; a wrong one is left out, since it may be another product's."""
        problems = []
        for code in self._lines("gtin"):
            if is_part_number(code):
                continue
            problem = gtin_problem(code)
            if not problem:
                return code
            problems.append(f"gtin {code[:40]!r} {problem}; it was left out")
        self._warnings += problems
        return ""

    def _number_for_barcode(self) -> str:
        """A maker's number that stands in the column of barcodes: D619."""
        return next(filter(is_part_number, self._lines("gtin")), "")

    def _offers(self) -> tuple[Offer, ...]:
        price = self._price()
        availability = self._availability()
        if price is None:
            return ()
        price, sale_price = self._sale(price)
        period = self._sale_period() if sale_price else SalePeriod()
        if period.problems:  # when it is asked nobody can tell: the regular price is never too low
            self._warnings += [f"{problem}; the sale was left out" for problem in period.problems]
            sale_price = None
        return (
            Offer(
                price=price,
                sale_price=sale_price,
                price_valid_from=period.begin,
                price_valid_until=period.end,
                availability=availability,
                condition=self._line("condition").casefold() or "new",
                seller=self._line("seller"),
            ),
        )

    def _price(self) -> Money | None:
        value = self._first("price")
        if value is None:
            if not self._mapping.without_prices:
                self._reasons.append(f"price is missing{self._where('price')}")
            return None
        return self._money("price", value, self._reasons.append)

    def _money(self, name: str, value: Scalar, complain: Callable[[str], None]) -> Money | None:
        rule = self._mapping.fields[name]
        try:
            return parse_price(value, self._style(rule))
        except NotAPrice as error:
            complain(f"{name} {text_of(value)[:60]!r} {error}")
            return None

    def _style(self, rule: FieldRule) -> PriceStyle:
        own = self._line("currency").upper()
        return PriceStyle(divide=rule.divide, currency=own or rule.currency or self._currency, decimal=rule.decimal)

    def _sale(self, price: Money) -> tuple[Money, Money | None]:
        """The price and the sale price: a list price above the price makes the price a sale price."""
        sale, listed = self._lower("sale_price"), self._lower("list_price")
        if sale is not None and sale.currency == price.currency and sale.amount < price.amount:
            return price, sale
        if sale is not None and sale != price:
            self._warnings.append(f"sale_price {text_of(sale.amount)!r} is not below the price; it was left out")
        if listed is not None and listed.currency == price.currency and listed.amount > price.amount:
            return listed, price
        return price, None

    def _lower(self, name: str) -> Money | None:
        value = self._first(name)
        if value is None or number_in(value) == 0:
            return None
        return self._money(name, value, lambda problem: self._warnings.append(f"{problem}; it was left out"))

    def _availability(self) -> Availability | None:
        value = self._first("availability")
        if value is None:
            return None
        found = availability_of(value)
        if found is None:
            self._reasons.append(
                f"availability {text_of(value)[:60]!r} is none of in_stock, out_of_stock, preorder, backorder"
                " (map it with values = {...})"
            )
        return found

    def _sale_period(self) -> SalePeriod:
        names = ("price_valid_from", "price_valid_until")
        begin, end = map(self._first, names)
        layouts = [self._mapping.fields[name].format if name in self._mapping.fields else "" for name in names]
        return sale_period(begin, end, zone=self._zone, layouts=(layouts[0], layouts[1]))

    def _rating(self) -> Rating | None:
        value = self._first("rating")
        if value is None:
            return None
        scale = self._mapping.fields["rating"].scale
        number = number_in(value)
        if number is None or not number.is_finite() or not 0 <= number <= scale:
            self._reasons.append(f"rating {text_of(value)[:60]!r} is not a number from 0 to {scale}")
            return None
        count = self._count()
        if count == 0:
            return None
        return Rating(value=_rounded(number * 5 / scale), count=count or 0)

    def _count(self) -> int | None:
        value = self._first("rating_count")
        number = None if value is None else number_in(value)
        if value is not None and (number is None or number < 0 or number != number.to_integral_value()):
            self._reasons.append(f"rating_count {text_of(value)[:60]!r} is not a whole number")
            return None
        return None if number is None else int(number)

    def _translations(self) -> dict[str, Translation]:
        found = {}
        for language, rules in self._mapping.translations.items():
            title = self._translated(rules, "title")
            if title:
                found[language] = Translation(title=one_line(title), description=self._translated(rules, "description"))
        return found

    def _translated(self, rules: Mapping[str, FieldRule], name: str) -> str:
        values = read_cells(rules[name], self._cells) if name in rules else []
        return clean(text_of(values[0])) if values else ""


def _rounded(number: Decimal) -> Decimal:
    return number if number == round(number, 2) else round(number, 2)


def _bad_bytes(cells: Mapping[str, Cell]) -> list[str]:
    """Bytes that the feed's encoding does not have came in as lone surrogates."""
    return [
        f"{name} has bytes that do not belong to the feed's encoding"
        for name, cell in cells.items()
        if isinstance(cell, str) and _has_bad_bytes(cell)
    ]


def _has_bad_bytes(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text)
