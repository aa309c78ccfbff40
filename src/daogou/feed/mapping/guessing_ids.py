"""What numbers the products of a feed, and which of its rows belong together."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from daogou.feed.gtin import gtin_problem
from daogou.feed.mapping.mapping import FIELDS, FeedMapping, FieldRule
from daogou.feed.readers.contents import FITS, share
from daogou.feed.readers.headings import fields_named, folded
from daogou.feed.readers.record import Record, Scalar, text_of

_ENOUGH = 0.7  # of the cells of a column
_MOSTLY = 0.8  # of the rows have a number of their own
_SURE = 0.55  # what a column's name must make likely
_TYPED = 5  # characters of a number that somebody types
_VARIANTS = ("variant", "variation", "option", "sku", "選項", "选项", "规格", "規格")
_NUMBERED = (" id", " sku", " code", " number", "id", "貨號", "货号", "編號", "编号", "编码")

Columns = Mapping[str, Sequence[Scalar]]  # by column, the values that say something


def settle_id(fields: dict[str, FieldRule], rows: int, columns: Columns) -> None:
    """Without an id in each row the title makes one."""
    rule = fields.get("id", FieldRule())
    code = fields.get("mpn", FieldRule()).columns
    if not rule.columns and code and FITS["id"](columns.get(code[0], ())):
        rule = fields.pop("mpn")
    filled = sum(len(columns.get(column, ())) for column in rule.columns)
    if filled < rows:
        rule = replace(rule, otherwise=fields["title"].columns)
    if not rule.columns:
        rule = FieldRule(columns=fields["title"].columns, hash=True)
    fields["id"] = rule


def group_variants(fields: dict[str, FieldRule], columns: Columns, rows: int, optional: bool) -> None:
    """Rows that share an id are variants where another column numbers them; rows with options share a title."""
    shared, taken = fields["id"].columns[:1], {column for rule in fields.values() for column in rule.columns}
    if "item_group_id" in fields or not shared:
        return
    if _repeats(columns[shared[0]]):
        own = [c for c in columns if (c not in taken or c in fields.get("mpn", FieldRule()).columns) and _numbers(c)]
        different = {column: len({text_of(value) for value in columns[column]}) for column in (*own, *shared)}
        unique = [c for c in own if different[c] >= _MOSTLY * rows and different[c] > different[shared[0]]]
        if unique:
            fields |= {"id": FieldRule(columns=(unique[0],)), "item_group_id": FieldRule(columns=shared)}
    elif optional and _repeats(columns[fields["title"].columns[0]]):
        fields["item_group_id"] = _title_and_brand(fields)


def find_barcodes(fields: dict[str, FieldRule], columns: Columns) -> None:
    """A column of numbers in which all that could be barcodes have the right check digit holds them."""
    taken = {column for rule in fields.values() for column in rule.columns}
    for column, values in columns.items():
        if "gtin" in fields or column in taken or "id" not in fields_named(column):
            continue
        codes = [text for value in values if (text := text_of(value)).isdigit() and len(text) in (12, 13, 14)]
        if codes and not any(map(gtin_problem, codes)):
            fields["gtin"] = FieldRule(columns=(column,))


def keep_second_number(fields: dict[str, FieldRule], columns: Columns) -> None:
    """A further column of the products' numbers (货号 beside an id) is their part number: shoppers type it."""
    taken = {column for rule in fields.values() for column in rule.columns}
    numbers = (
        column
        for column, values in columns.items()
        if column not in taken and fields_named(column).get("id", 0) >= _SURE and values and _are_numbers(values)
    )
    if "mpn" not in fields and (column := next(numbers, "")):
        fields["mpn"] = FieldRule(columns=(column,))


def told_apart(mapping: FeedMapping, sample: Sequence[Record]) -> FeedMapping:
    """Rows of one title that have no id are told apart by their facts: the shirt in red and the shirt in blue."""
    rule, title = mapping.fields["id"], mapping.fields["title"].columns
    made = [tuple(record.text(column) for column in title) for record in sample]
    if not (rule.hash or rule.otherwise) or len(set(made)) == len(made):
        return mapping
    taken = mapping.columns()
    facts = [c for record in sample for c in record.cells if c not in taken or c in mapping.attributes]
    free = [c for c in dict.fromkeys(facts) if not any(fnmatchcase(c, each) for each in mapping.ignore)]
    telling = (*title, *(free if mapping.remaining else mapping.attributes))
    apart = replace(rule, columns=() if rule.hash else rule.columns, hash=False, otherwise=telling)
    grouped = {"item_group_id": _title_and_brand(mapping.fields)} if rule.hash else {}
    fields = {**mapping.fields, "id": apart, **{k: v for k, v in grouped.items() if k not in mapping.fields}}
    return replace(mapping, fields={name: fields[name] for name in FIELDS if name in fields})


def _title_and_brand(fields: Mapping[str, FieldRule]) -> FieldRule:
    """The group of rows of one title: things of another brand are others."""
    columns = (*fields["title"].columns[:1], *fields.get("brand", FieldRule()).columns[:1])
    return FieldRule(columns=columns, join=" " if len(columns) > 1 else None, hash=True)


def _numbers(column: str) -> bool:
    """Whether a column is called the number of a variant."""
    name = folded(column)
    return any(word in name for word in _VARIANTS) and (name.endswith(_NUMBERED) or "sku" in name)


def _repeats(values: Sequence[Scalar]) -> bool:
    return len({text_of(value) for value in values}) < len(values)


def _are_numbers(values: Sequence[Scalar]) -> bool:
    """Whether they are long enough to be typed, and each another."""
    texts = [text_of(value) for value in values]
    long = share(lambda value: len(text_of(value)) >= _TYPED and any(map(str.isdigit, text_of(value))), values)
    return long >= _ENOUGH and len(set(texts)) == len(texts)
