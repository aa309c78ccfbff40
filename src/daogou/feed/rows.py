"""One record to one product, or every reason why not."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from decimal import Decimal

from daogou.catalog.products.product import Attribute, Availability, Money, Offer, Product, Rating, Translation
from daogou.feed.attributes import AttributeReader, read_cells
from daogou.feed.mapping.mapping import FeedMapping, FieldRule
from daogou.feed.offering import availability_of, condition_of, says_hidden, says_unknown, stocked
from daogou.feed.plausible import gtin_problem, implausible, is_part_number, mended
from daogou.feed.prices import NotAPrice, OnRequest, PriceStyle, SalePeriod, parse_price, sale_period
from daogou.feed.readers.contents import stars_in
from daogou.feed.readers.headings import fields_named
from daogou.feed.readers.record import Record, Scalar, text_of
from daogou.feed.rejects import FeedRow
from daogou.feed.values import (
    bad_bytes,
    clean,
    code_of,
    has_bad_bytes,
    in_minor_units,
    number_in,
    one_line,
    without_junk,
)
from daogou.text.words import language_of

_LONGEST = {"id": 200, "title": 1_000, "brand": 200, "link": 2_000, "image_link": 2_000}  # characters
_LONGEST_DESCRIPTION = 50_000
_LOST = "\ufffd"
ALSO_IN = "also_in"  # the attribute for further categories of a product


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
            row = _Row(record, self._mapping, self._currency, self._zone, reasons, warnings)
            reasons += bad_bytes(record.cells)
            product = row.product(self._attributes)
            reasons += (f"{field} {problem}".strip() for field, problem in implausible(product))
        if reasons:
            return FeedRow(number=record.number, reasons=tuple(reasons), warnings=tuple(warnings), raw=record.as_text())
        return FeedRow(number=record.number, product=product, warnings=tuple(warnings))

    def id_of(self, record: Record) -> str:
        """The id alone; empty where it has none."""
        return _Row(record, self._mapping, "", self._zone, [], []).id()


@dataclass
class _Row:
    """The fields of one record; what is wrong gathers in `_reasons`, what was mended in `_warnings`."""

    _record: Record
    _mapping: FeedMapping
    _currency: str
    _zone: tzinfo
    _reasons: list[str]
    _warnings: list[str]

    def __post_init__(self) -> None:
        self._cells = self._record.cells

    def product(self, attributes: AttributeReader) -> Product:
        """All fields; worth nothing when `reasons` has grown."""
        title = without_junk(self._needed("title"))
        found, warnings = attributes.read(self._cells, title)
        self._warnings += warnings
        category, *further = self._paths()
        own, availability = self.id(), self._availability()
        offers = self._offers(availability)
        return Product(
            id=own,
            title=title,
            offers=offers,
            language=self._mapping.language or language_of(title),
            item_group_id=self._record.group or self._code("item_group_id"),
            description=self._description(),
            brand=self._line("brand") or _said_as(found, "brand"),
            gtin=self._gtin(found),
            mpn=self._code("mpn")
            or next(filter(is_part_number, self._lines("gtin")), ""),  # a maker's number may stand as a barcode: D619
            category=category,
            product_type=self._line("product_type"),
            attributes=(*found, *(Attribute(name=ALSO_IN, value=" > ".join(path)) for path in further)),
            highlights=tuple(self._lines("highlights")),
            link=self._line("link"),
            image_link=self._line("image_link"),
            rating=self._rating(),
            translations=self._translations(),
            unpriced=None if offers else availability,
        )

    def id(self) -> str:
        """Made of the row's own code, and of the options of a variant."""
        return code_of(self._needed("id")) + (f":{self._record.suffix}" if self._record.suffix else "")

    def _code(self, name: str) -> str:
        return code_of(self._line(name))

    def _paths(self) -> list[tuple[str, ...]]:
        """The path of categories that says most, then the others."""
        rule = self._mapping.fields.get("category")
        if rule is None or not rule.paths:
            return [tuple(self._lines("category"))]
        cells = [text_of(value) for value in read_cells(replace(rule, split=""), self._cells)]
        split = [re.split(rf"(?<!\\)(?:{'|'.join(map(re.escape, rule.paths))})", cell) for cell in cells]
        paths = [_path(text.replace("\\", ""), rule) for texts in split for text in texts]
        kept = [path for path in dict.fromkeys(paths) if path]
        within = [path for path in kept if not any(other[: len(path)] == path != other for other in kept)]
        return sorted(within, key=len, reverse=True) or [()]

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
        if name == "title" and line != " ".join(raw.split()) and not has_bad_bytes(raw):
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

    def _gtin(self, facts: Sequence[Attribute]) -> str:
        """The first that is right, also among the facts; a wrong one is left out, since it may be another product's."""
        problems = []
        for line in (*self._lines("gtin"), *(str(f.value) for f in facts if "gtin" in fields_named(f.name))):
            code = mended(code_of(line))
            if is_part_number(code):
                continue
            problem = gtin_problem(code)
            if not problem:
                return code
            problems.append(f"gtin {code[:40]!r} {problem}; it was left out")
        self._warnings += problems
        return ""

    def _offers(self, availability: Availability | None) -> tuple[Offer, ...]:
        price = self._price()
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
                condition=condition_of(self._line("condition")),
                seller=self._line("seller"),
            ),
        )

    def _price(self) -> Money | None:
        """None where the merchant names none: its price is had on request."""
        value = self._first("price")
        if value is None or says_hidden(self._flag("price_shown")):
            return None
        price = self._money("price", value, self._reasons.append)
        added = self._lower("surcharge")
        return replace(price, amount=price.amount + added.amount) if price and added else price

    def _money(self, name: str, value: Scalar, complain: Callable[[str], None]) -> Money | None:
        rule = self._mapping.fields[name]
        try:
            return parse_price(value, self._style(rule))
        except OnRequest:
            return None
        except NotAPrice as error:
            complain(f"{name} {text_of(value)[:60]!r} {error}")
            return None

    def _style(self, rule: FieldRule) -> PriceStyle:
        own = self._line("currency").upper()
        return PriceStyle(divide=rule.divide, currency=own or rule.currency or self._currency, decimal=rule.decimal)

    def _sale(self, price: Money) -> tuple[Money, Money | None]:
        """The price and the sale price: a list price above the price makes the price a sale price."""
        sale, listed = self._lower("sale_price"), self._lower("list_price")
        if says_hidden(self._flag("on_sale")):
            sale = None
        if sale is None:
            sale = self._discounted(price)
        if sale is not None and sale.currency == price.currency and sale.amount < price.amount:
            return price, sale
        if sale is not None and sale != price:
            self._warnings.append(f"sale_price {text_of(sale.amount)!r} is not below the price; it was left out")
        if listed is not None and listed.currency == price.currency and listed.amount > price.amount:
            return listed, price
        return price, None

    def _discounted(self, price: Money) -> Money | None:
        """The price less what the merchant takes off, as an amount or in percent."""
        amount, percent = self._first("discount"), self._first("discount_percent")
        kind = self._first("discount_kind")
        if percent is None and kind is not None and "percent" in text_of(kind).casefold():
            amount, percent = None, amount
        part = number_in(text_of(percent).rstrip("% ")) if percent is not None else None
        if part and 0 < part < 100:
            return replace(price, amount=in_minor_units(round(price.amount * (100 - part) / 100, 2), price.currency))
        off = self._lower("discount") if amount is not None else None
        return replace(price, amount=price.amount - off.amount) if off and off.amount < price.amount else None

    def _lower(self, name: str) -> Money | None:
        value = self._first(name)
        if value is None or number_in(value) == 0:
            return None
        return self._money(name, value, self._leave_out)

    def _leave_out(self, problem: str) -> None:
        self._warnings.append(f"{problem}; it was left out")

    def _availability(self) -> Availability | None:
        """What the first column that can be read says, unless stock isn't counted or may be oversold."""
        rule = self._mapping.fields.get("availability")
        found, unread, counted = None, "", False
        for column in rule.columns if rule else ():
            for value in read_cells(replace(rule, columns=(column,)), self._cells) if rule else ():
                counted = counted or (found is None and number_in(value) is not None)
                found = found or availability_of(value)
                unread = unread or (
                    text_of(value) if availability_of(value) is None and not says_unknown(value) else ""
                )
        if rule and rule.constant:
            found = availability_of(rule.constant)
        if found is None and unread:
            self._leave_out(
                f"availability {unread[:60]!r} is none of in_stock, out_of_stock, preorder, backorder"
                " (map it with values = {...})"
            )
        flags = {name: self._flag(name) for name in ("tracked", "backorders", "preorder", "purchasable")}
        return stocked(found, counted=counted, **flags)

    def _flag(self, name: str) -> str:
        """What stands in a column of yes and no; "none" is a no."""
        rule = self._mapping.fields.get(name)
        if rule is None:
            return ""
        told = next((text for column in rule.columns if (text := self._record.text(column))), "")
        return rule.values.get(told.casefold(), told) or rule.constant or rule.blank

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
        number = stars_in(value)
        if number is None or not number.is_finite() or not 0 <= number <= scale:
            self._leave_out(f"rating {text_of(value)[:60]!r} is not a number from 0 to {scale}")
            return None
        count = self._count()
        if count == 0:
            return None
        return Rating(value=_rounded(number * 5 / scale), count=count or 0)

    def _count(self) -> int | None:
        value = self._first("rating_count")
        number = None if value is None else number_in(value)
        if value is not None and (number is None or number < 0 or number != number.to_integral_value()):
            self._leave_out(f"rating_count {text_of(value)[:60]!r} is not a whole number")
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


def _path(text: str, rule: FieldRule) -> tuple[str, ...]:
    steps = [one_line(step) for step in (text.split(rule.split) if rule.split else [text])]
    kept = [rule.values.get(step.casefold(), step) for step in steps]
    return tuple(step for step in kept if step)


def _said_as(facts: Sequence[Attribute], field: str) -> str:
    return next((str(fact.value) for fact in facts if fields_named(fact.name).get(field, 0) > 0.8), "")


def _rounded(number: Decimal) -> Decimal:
    return number if number == round(number, 2) else round(number, 2)
