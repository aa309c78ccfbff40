"""A feed from beginning to end: `for row in read_feed(path)`."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from itertools import islice
from pathlib import Path

from daogou.catalog.products.product import Money, Product
from daogou.errors import FeedError, MappingError
from daogou.feed.mapping.guessing import Guess, guess_mapping
from daogou.feed.mapping.mapping import FeedMapping, GroupRule
from daogou.feed.offering import Skipper
from daogou.feed.readers.formats import Source, open_source
from daogou.feed.readers.record import Record
from daogou.feed.readers.variants import Variants
from daogou.feed.rejects import FeedRow
from daogou.feed.rows import RowReader
from daogou.feed.toml_checks import nearest


@dataclass(kw_only=True)
class _Gathered:
    first: FeedRow
    last: Product
    rows: int = 0
    titles: Counter[str] = field(default_factory=Counter)
    prices: Counter[Money] = field(default_factory=Counter)


class Merger:
    """Takes good rows in, gives products out at the end; holds the products, not the rows."""

    def __init__(self, rule: GroupRule) -> None:
        self._rule = rule
        self._groups: dict[str, _Gathered] = {}

    def add(self, row: FeedRow) -> None:
        """One more row of a product."""
        product = row.product
        assert product is not None
        group = self._groups.get(product.id)
        if group is None:
            group = self._groups[product.id] = _Gathered(first=row, last=product)
        group.last = product
        group.rows += 1
        group.titles[product.title] += 1
        group.prices.update(offer.price for offer in product.offers)

    def products(self) -> Iterator[FeedRow]:
        """One row for each product, numbered by the first row it was seen in."""
        for group in self._groups.values():
            if group.rows < self._rule.at_least:
                yield FeedRow(
                    number=group.first.number,
                    reasons=(f"the product occurs in {group.rows} rows; at least {self._rule.at_least} are asked for",),
                    raw=group.last.title,
                )
            else:
                yield replace(group.first, product=self._product(group))

    def _product(self, group: _Gathered) -> Product:
        first, last = group.first.product, group.last
        assert first is not None
        chosen = first if self._rule.title == "first" else last
        title = group.titles.most_common(1)[0][0] if self._rule.title == "most_common" else chosen.title
        offers = (first if self._rule.price == "first" else last).offers
        if offers and self._rule.price not in ("first", "last"):
            offers = (replace(offers[0], price=_price(self._rule.price, group.prices)), *offers[1:])
        return replace(last, title=title, offers=offers)


def _price(rule: str, prices: Counter[Money]) -> Money:
    """The lowest, the highest, or the lower median: a price that was really asked."""
    asked = sorted(prices.elements(), key=lambda price: price.amount)
    return {"lowest": asked[0], "highest": asked[-1], "median": asked[(len(asked) - 1) // 2]}[rule]


_BITS = 64


class Duplicates:
    """Lets each id through once; later rows with it are rejected, or skipped where they say the same."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}  # id -> its first row's number and content

    def check(self, row: FeedRow, record: Record) -> FeedRow:
        """The row, or the row rejected."""
        product = row.product
        if product is None:
            return row
        key, content = _digest(product.id), _digest(repr(product))
        before = self._seen.setdefault(key, row.number << _BITS | content)
        number, first_content = before >> _BITS, before & ((1 << _BITS) - 1)
        if number == row.number:
            return row
        same = "the same content" if first_content == content else "other content; the first one stands"
        reason = f"id {product.id!r} was used before, in row {number}, with {same}"
        return replace(row, product=None, reasons=(reason,), raw=record.as_text())


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


_SAMPLE = 500  # rows that a guess looks at


def read_feed(
    path: Path, *, mapping: FeedMapping | None = None, currency: str = "", zone: tzinfo = UTC
) -> "FeedReader":
    """The rows of a feed; without a mapping the columns are guessed.

    `currency` is that of prices that name none, `zone` that of dates that name none.

    FeedError when the file is no feed; MappingError (every problem at once) when the mapping does not fit it.
    """
    source = open_source(path)
    guess = guess_mapping(sample_of(source), currency=currency) if mapping is None else None
    mapping = guess.mapping if guess else mapping
    assert mapping is not None
    _check_columns(mapping, source)
    return FeedReader(source, mapping, currency=currency, zone=zone, guess=guess)


class FeedReader:
    """An iterable of rows that reads as it goes; `bytes_read` of `total_bytes` moves a progress bar."""

    def __init__(
        self,
        source: Source,
        mapping: FeedMapping,
        *,
        currency: str = "",
        zone: tzinfo = UTC,
        guess: Guess | None = None,
    ) -> None:
        self._source = source
        self.guess = guess
        self.mapping = mapping
        self.format = source.format
        self.notices = (*source.notices, *(guess.notices if guess else ()))
        self.total_bytes = source.file.total_bytes
        self.total_rows = source.total_rows
        self._currency, self._zone = currency, zone

    @property
    def lacks_currency(self) -> bool:
        """Whether nothing in the feed says in which currency its prices are."""
        named = self.mapping.currency or self._currency or {"currency"} & self.mapping.fields.keys()
        return self.guess is not None and "price" in self.mapping.fields and not named

    @property
    def likely_currency(self) -> str:
        """What it probably is, by the language of the feed."""
        return self.guess.likely_currency if self.guess else ""

    def name_currency(self, currency: str) -> None:
        """Says it, from the next reading on."""
        self.mapping = replace(self.mapping, currency=currency)

    @property
    def bytes_read(self) -> int:
        """How far the file has been read."""
        return self._source.file.bytes_read

    def __iter__(self) -> Iterator[FeedRow]:
        """Every row, good or bad; where the file breaks off, the last row says so."""
        rows = RowReader(self.mapping, currency=self._currency, zone=self._zone)
        skipper, duplicates = Skipper(self.mapping.skip, self.mapping.hide), Duplicates()
        merger = Merger(self.mapping.group) if self.mapping.group else None
        for record in self._records():
            row = skipper.check(record)
            row = replace(row, hidden_id=rows.id_of(record)) if row and row.left_out else row or rows.read(record)
            if merger is None:
                yield duplicates.check(row, record)
            elif row.product is None:
                yield row
            else:
                merger.add(row)
        if merger is not None:
            yield from merger.products()

    def _records(self) -> Iterator[Record]:
        if self.mapping.variants is None:
            return to_the_end(self._source)
        skipper = Skipper((), self.mapping.hide)
        variants = Variants(self.mapping.variants, self.mapping, skipper.hidden)
        return variants.records(lambda: to_the_end(self._source))


def to_the_end(source: Source) -> Iterator[Record]:
    """The records; a file that breaks off ends in a record with that reason, unless nothing at all could be read."""
    number = 0
    try:
        for record in source.records():
            number = record.number
            yield record
    except FeedError as error:
        if number == 0:
            raise
        yield Record(number=number + 1, reasons=(str(error),))


def sample_of(source: Source) -> list[Record]:
    """The first good rows, that a guess looks at."""
    return [record for record in islice(to_the_end(source), _SAMPLE) if not record.reasons]


def _check_columns(mapping: FeedMapping, source: Source) -> None:
    """Columns that the mapping names and the header lacks; a format without a header may lack them row by row."""
    if not source.columns:
        return
    known = [*source.columns]
    roots = {column.split(".", 1)[0] for column in mapping.columns()}
    missing = [
        f"{place}: the feed has no column {column!r}{nearest(column, known)}"
        for column, place in mapping.columns().items()
        if column not in known and not (column.split(".", 1)[0] in known and column.split(".", 1)[0] in roots)
    ]
    if missing:
        raise MappingError(missing)
