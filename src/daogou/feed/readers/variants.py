"""Variants: what their parent says reaches each of them, and they share one group."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from daogou.feed.mapping.mapping import AttributeRule, FeedMapping, VariantRule
from daogou.feed.readers.headings import folded
from daogou.feed.readers.record import Cell, Record, text_of
from daogou.feed.values import code_of, says_nothing, words
from daogou.text.words import snake_case

_OWN = ("id", "gtin", "mpn", "availability", "surcharge")  # what no variant has from its parent
_PRICED = (
    "price",
    "list_price",
    "sale_price",
    "price_valid_from",
    "price_valid_until",
    "on_sale",
)  # or all of it, or none
_IS_PARENT = "the parent of variants, which are sold instead"


class Variants:
    """Puts the rows of one product together; holds one product's rows, or the parents, never the feed."""

    def __init__(self, rule: VariantRule, mapping: FeedMapping, hidden: Callable[[Record], str]) -> None:
        """`hidden` says why a row is left out; the variants of a hidden parent are too."""
        self._rule, self._hidden = rule, hidden
        self._facts = {column: of for column, of in mapping.attributes.items() if of.pairs}
        self._pairs = mapping.pairs
        named = {name: rule.columns for name, rule in mapping.fields.items()}
        self._codes = tuple(column for name in ("id", "mpn") for column in named.get(name, ()))
        self._ids = named.get("id", ())
        self._price = named.get("price", ())
        self._priced = {column for name in _PRICED for column in named.get(name, ())}
        own = {column for name in _OWN for column in named.get(name, ())}
        self._own = (own | {rule.kind, rule.parent, rule.children}) - {rule.key}
        self._kept = {column for pair in mapping.pairs for column in (pair.name, pair.value)}

    def records(self, read: Callable[[], Iterator[Record]]) -> Iterator[Record]:
        """All rows, each variant with what its parent says; `read` may be called several times."""
        yield from self._in_a_row(read()) if self._rule.key else self._by_parent(read)

    def _in_a_row(self, records: Iterator[Record]) -> Iterator[Record]:
        rows: list[Record] = []
        key = ""
        for record in records:
            if record.reasons:
                yield record
                continue
            own = record.text(self._rule.key)
            same = own == key if own else self._rule.continued
            if rows and not (same and (own or key)):
                yield from self._grouped(rows, key)
                rows = []
            key = own or (key if self._rule.continued else "")
            rows.append(record)
        yield from self._grouped(rows, key)

    def _grouped(self, rows: list[Record], key: str) -> Iterator[Record]:
        if not rows:
            return
        if len(rows) == 1 and not self._is(rows[0], self._rule.no_products):
            yield rows[0]
            return
        sold = [row for row in rows if self._is_variant(row)]
        variants = [row for row in sold if not self._is(row, self._rule.parents)]
        chosen = {row.number for row in (variants or sold or rows[:1])}
        first = True
        for row in rows:
            if row.number not in chosen:
                yield replace(row, left_out=_IS_PARENT if row is rows[0] else "a further image or option of a product")
                continue
            whole = row if row is rows[0] else self._with_parent(row, rows[0])
            whole = replace(whole, left_out=self._hidden(rows[0]))
            own = next((column for column in self._ids if row.text(column)), self._rule.key)
            suffix = "" if first or own != self._rule.key or own not in self._ids else self._suffix(whole)
            yield replace(whole, group=key if len(chosen) > 1 else "", suffix=suffix)
            first = False

    def _by_parent(self, read: Callable[[], Iterator[Record]]) -> Iterator[Record]:
        linked = self._rule.parent or self._rule.children
        named, families = self._families(read() if linked else iter(()))
        rows = read() if named else iter(())
        parents = {code: row for row in rows if not row.reasons for code in self._codes_of(row) if code in named}
        for record in read():
            codes = self._codes_of(record)
            of = self._parent_of(record) or next((families[code] for code in codes if code in families), "")
            if record.reasons:
                yield record
            elif of and not self._is(record, self._rule.no_products):
                parent = parents.get(of)
                group = next(iter(self._codes_of(parent)), of) if parent else of
                whole = self._with_parent(record, parent) if parent else record
                yield replace(whole, group=group, left_out=self._hidden(parent) if parent else "")
            elif self._is(record, (*self._rule.parents, *self._rule.no_products)):
                yield replace(
                    record, left_out=_IS_PARENT if self._is(record, self._rule.parents) else "no product of its own"
                )
            elif any(code in named for code in codes):
                yield replace(record, left_out=_IS_PARENT)
            else:
                yield record

    def _families(self, records: Iterator[Record]) -> tuple[set[str], dict[str, str]]:
        """The codes that variants name as their parents', and variant -> parent where parents name their children."""
        named: set[str] = set()
        families: dict[str, str] = {}
        for record in records:
            if parent := self._parent_of(record):
                named.add(parent)
            cell = record.cells.get(self._rule.children, "")
            text = " ".join(map(text_of, cell)) if isinstance(cell, tuple) else record.text(self._rule.children)
            for child in re.findall(self._rule.pattern, text) if text else ():
                families[child] = next(iter(self._codes_of(record)), "")
                named.add(families[child])
        return named, families

    def _parent_of(self, record: Record) -> str:
        text = code_of(record.text(self._rule.parent)) if self._rule.parent else ""
        return "" if says_nothing(text) else text.removeprefix("id:").strip()

    def _codes_of(self, record: Record) -> tuple[str, ...]:
        return tuple(code for column in self._codes if (code := code_of(record.text(column))))

    def _is(self, record: Record, kinds: Sequence[str]) -> bool:
        said = [piece.strip() for piece in record.text(self._rule.kind).casefold().split(",")] if kinds else []
        return any(kind in said for kind in kinds)

    def _is_variant(self, row: Record) -> bool:
        """A row that only brings one more image has neither a price nor an option nor a code."""
        if self._is(row, self._rule.no_products):
            return False
        values = [row.text(pair.value) for pair in self._pairs]
        codes = [row.text(column) for column in self._codes if column != self._rule.key]
        return any((*values, *codes, *(row.text(column) for column in self._price)))

    def _with_parent(self, record: Record, parent: Record) -> Record:
        """The variant's own cells; where they are empty, the parent's."""
        priced = any(record.text(column) for column in self._price)
        cells: dict[str, Cell] = dict(record.cells)
        for column, cell in parent.cells.items():
            barred = column in self._own or column in self._kept or (priced and column in self._priced)
            if not barred and not _says(cells.get(column)):
                cells[column] = cell
            elif column in self._facts and cell != cells.get(column):
                cells[column] = _joined(record.text(column), parent.text(column), self._facts[column])
        return replace(record, cells=cells | self._facts_of(parent, record))

    def _facts_of(self, parent: Record, record: Record) -> dict[str, Cell]:
        """The parent's numbered facts that the variant does not name: its options in their places, others where one is free."""
        mine = {folded(record.text(pair.name)) for pair in self._pairs}
        theirs = [pair for pair in self._pairs if (name := folded(parent.text(pair.name))) and name not in mine]
        named = [pair for pair in theirs if not record.text(pair.name)]
        if not self._rule.parent:
            return {pair.name: parent.cells.get(pair.name) for pair in named}
        placed = [pair for pair in named if record.text(pair.value)]
        free = [pair for pair in self._pairs if not record.text(pair.name) and not record.text(pair.value)]
        cells: dict[str, Cell] = {pair.name: parent.cells.get(pair.name) for pair in placed}
        for pair, of in zip(free, [pair for pair in theirs if pair not in placed], strict=False):
            cells |= {pair.name: parent.cells.get(of.name), pair.value: parent.cells.get(of.value)}
        return cells

    def _suffix(self, record: Record) -> str:
        said = (record.text(pair.value) for pair in self._pairs)
        options = [text for text in said if text and text.casefold() not in words("values.no_title")]
        codes = [text for column in self._codes if column != self._rule.key and (text := record.text(column))]
        return (
            "-".join(map(snake_case, options or codes[:1]))
            or hashlib.blake2b(_content(record.cells), digest_size=4).hexdigest()
        )


def _says(cell: Cell) -> bool:
    return cell is not None and (isinstance(cell, tuple) or not says_nothing(cell))


def _joined(own: str, parents: str, rule: AttributeRule) -> str:
    """The variant's facts, and of its parent's those that it does not say itself."""
    said = {fact.partition(rule.pairs)[0].strip() for fact in own.split(rule.split)}
    more = [fact for fact in parents.split(rule.split) if fact.partition(rule.pairs)[0].strip() not in said]
    return rule.split.join((own, *more))


def _content(cells: Mapping[str, Cell]) -> bytes:
    texts = (text_of(cell) for cell in cells.values() if cell is not None and not isinstance(cell, tuple))
    return "\n".join(texts).encode("utf-8", "surrogatepass")
