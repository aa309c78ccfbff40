"""What the columns of a feed hold: what numbers its products, what is money and in which currency, and which facts are left."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from glob import escape

from daogou.catalog.products.vocabulary import AttributeKind
from daogou.feed.attributes import infer
from daogou.feed.mapping.mapping import FIELDS, AttributeRule, FeedMapping, FieldRule
from daogou.feed.plausible import gtin_problem
from daogou.feed.prices import decimal_habit
from daogou.feed.readers.contents import FITS, is_date, share, writes_money, written_currency
from daogou.feed.readers.headings import currency_named, fields_named, folded, is_beside_a_pair
from daogou.feed.readers.record import Record, Scalar, text_of
from daogou.feed.values import is_ambiguous, table
from daogou.text.words import is_chinese

_LONG = 300  # characters on average: prose, not a fact
_SEPARATORS = (" | ", "|", "; ", ";", "、", ", ", ",")
_PIECE = 30  # characters; a longer piece is prose with commas
_OFTEN = 0.3
_FLAG = re.compile(r"\(\s*[01]\s*[/=]|\?\s*$")  # "Customizable (0 = No, 1 = Yes)", "Stop processing rules?"
_PAIRS = re.compile(
    r"\s*[^\d=:,;|][^=:,;|]{0,40}([=:])(?:\"[^\"]*\"|[^=:,;|]{1,80})(?::\d+)?"
    r"(?:([,;|])\s*[^=:,;|]{1,40}[=:](?:\"[^\"]*\"|[^=:,;|]{1,80})(?::\d+)?)*\s*"
)


def guess_attributes(
    mapping: FeedMapping, columns: Mapping[str, Sequence[Scalar]], prefixes: Mapping[str, AttributeKind]
) -> FeedMapping:
    """The mapping with its attributes: by prefix where the columns have them, else all that look like facts."""
    if prefixes:
        return replace(mapping, prefixes=dict(prefixes))
    taken = mapping.columns()
    free = {column: values for column, values in columns.items() if column not in taken}
    ignored = [column for column, values in free.items() if _is_no_fact(column, values)]
    facts = {column: values for column, values in free.items() if column not in ignored}
    rules = {column: _rule(values) for column, values in facts.items()}
    return replace(
        mapping,
        remaining=True,
        ignore=(*mapping.ignore, *map(escape, ignored)),
        attributes={column: rule for column, rule in rules.items() if rule != AttributeRule()}
        | dict(mapping.attributes),
    )


def is_fact_by_name(column: str) -> bool:
    """Whether a column is named like something that is never the title: a note, a comment, a remark."""
    return folded(column) in table()["parts"]["facts"].split()


def _is_no_fact(column: str, values: Sequence[Scalar]) -> bool:
    named = fields_named(column)
    if any(field in named and _is_theirs(field, values) for field in table()["parts"]["never"].split()):
        return True
    if set(folded(column).split()) & set(table()["values"]["costs"].split()):
        return True
    if (
        any(word in column.casefold() for word in table()["parts"]["inner"].split())
        or is_beside_a_pair(column)
        or _FLAG.search(column)
    ):
        return True
    if len(said := folded(column).split()) > 1 and said[-1] in ("id", "ids"):
        return True
    texts = [text_of(value) for value in values]
    if not texts:
        return False
    links = sum(text.startswith(("http://", "https://", "//", "www.")) for text in texts)
    prose = sum(map(len, texts)) > _LONG * len(texts)
    numbered = "category" in named and share(lambda value: text_of(value).isdigit(), values) > 0.8
    return 2 * links > len(texts) or prose or numbered or max(share(is_date, values), share(writes_money, values)) > 0.8


def _is_theirs(field: str, values: Sequence[Scalar]) -> bool:
    """A stock of "Berlin" is a fact after all: only what a field could hold is its own."""
    if field in ("availability", "id", "gtin"):
        return not values or (
            share(lambda value: text_of(value).replace(".", "").isalnum(), values) > 0.5
            and not (field == "availability" and share(lambda value: text_of(value).isalpha(), values) > 0.5)
        )
    return True


def _rule(values: Sequence[Scalar]) -> AttributeRule:
    texts = [text_of(value) for value in values if isinstance(value, str)]
    if paired := [match for text in texts if (match := _PAIRS.fullmatch(text))]:
        marks = Counter(match[2] for match in paired if match[2])
        if 2 * len(paired) > len(texts) and (marks or paired[0][1] == "="):
            return AttributeRule(pairs=paired[0][1], split=max(marks, key=lambda mark: marks[mark], default=","))
    separator = _separator(texts)
    if separator:
        return AttributeRule(split=separator)
    return AttributeRule(kind=AttributeKind.TEXT) if _is_mixed(values) else AttributeRule()


def _is_mixed(values: Iterable[Scalar]) -> bool:
    """Texts and numbers in one column: then the numbers are texts that happen to have digits only."""
    kinds = {type(infer(value, "")[0]) for value in values}
    return str in kinds and len(kinds) > 1


def _separator(texts: Sequence[str]) -> str:
    for mark in _SEPARATORS:
        pieces = [piece.strip() for text in texts if mark in text for piece in text.split(mark)]
        often = sum(mark in text for text in texts) >= _OFTEN * len(texts)
        if (
            pieces
            and often
            and max(map(len, pieces)) <= 2 * _PIECE
            and not all(piece.replace(".", "").isdigit() for piece in pieces)
        ):
            return mark
    return ""


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


_MONEY = ("price", "list_price", "sale_price", "discount", "surcharge")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})")
_TRADITIONAL = set(
    "線滑鼠無電腦鍵盤紅軸機藍牙質顏係個這為國產點價稱選項貨庫號編數類圖"
)  # that simplified titles never have


def settle_prices(fields: dict[str, FieldRule]) -> None:
    """Where there is a sale price and no price, the list price is the price, else the sale price is it."""
    if "price" in fields:
        return
    for name in ("list_price", "sale_price") if "sale_price" in fields else ("list_price",):
        if name in fields:
            fields["price"] = fields.pop(name)
            return


def add_other_prices(fields: dict[str, FieldRule], sample: Sequence[Record]) -> None:
    """A further price column that speaks only where the first is silent: the lowest of an aggregate offer."""
    taken = {column for rule in fields.values() for column in rule.columns}
    for column in dict.fromkeys(column for record in sample for column in record.cells):
        rule = fields.get("price")
        if rule is None or column in taken or fields_named(column).get("price", 0) < 0.8:
            continue
        said = [record for record in sample if record.text(column)]
        if said and not any(record.text(first) for record in said for first in rule.columns):
            fields["price"] = replace(rule, columns=(*rule.columns, column))


def currency_of_feed(fields: Mapping[str, FieldRule], columns: Columns, given: str) -> str:
    """From the price column's name, what was given, the signs in its cells, a column's name elsewhere, or Chinese titles."""
    priced = [column for name in _MONEY if name in fields for column in fields[name].columns]
    named = next((money for column in priced if (money := currency_named(column))), "")
    if named or given:
        return named or given
    written = [money for column in priced for value in columns.get(column, ()) if (money := written_currency(value))]
    certain = [money for money in written if money not in ("CNY", "USD")] or written
    if certain:
        return max(dict.fromkeys(certain), key=certain.count)
    for column in columns:
        if "currency=" in column.casefold():
            return column.casefold().split("currency=")[1][:3].upper()
    if "currency" in fields:
        return ""
    titles = [text_of(value) for column in fields["title"].columns for value in columns.get(column, ())]
    traditional = sum(bool(set(text) & _TRADITIONAL) for text in titles)
    if any(set(column) & _TRADITIONAL for column in columns):
        return ""
    return "CNY" if 2 * sum(map(is_chinese, titles)) > len(titles) > 5 * traditional else ""


def likely_currency(columns: Columns, titled: Sequence[str]) -> str:
    """By the language of titles and headings."""
    said = " ".join((*columns, *(text_of(value) for name in titled for value in columns.get(name, ())))).casefold()
    if is_chinese(said):
        return "TWD" if set(said) & _TRADITIONAL else "CNY"
    words_in = set(folded(said).split())
    return (
        "EUR"
        if words_in & {"preis", "prix", "precio", "prezzo", "titel", "bezeichnung", "nom", "nombre", "nome"}
        else "USD"
    )


def with_decimals(fields: Mapping[str, FieldRule], columns: Columns, notices: list[str]) -> dict[str, FieldRule]:
    """Each money column with the mark of most of its cells; where that decides a cell, it is told."""
    found = dict(fields)
    everything = [
        value
        for name in _MONEY
        if name in fields
        for column in fields[name].columns
        for value in columns.get(column, ())
    ]
    for name in _MONEY:
        if name not in fields:
            continue
        values = [value for column in fields[name].columns for value in columns.get(column, ())]
        habit = decimal_habit(values) or decimal_habit(everything)
        if open_ones := [text_of(value) for value in values if is_ambiguous(value)]:
            mark = habit or "."
            why = "as most prices of the feed are written" if habit else "since none of its prices tells"
            notices.append(
                f"{name} {open_ones[0]!r} and the like were read with a decimal {'comma' if mark == ',' else 'point'}, {why}"
            )
        if habit == "," or open_ones:
            found[name] = replace(fields[name], decimal=habit)
    return found


def day_layout(fields: Mapping[str, FieldRule], columns: Columns) -> str:
    """Whether 01/12/2026 is in January or in December, by all days of all sales; "" where nothing tells or needs it."""
    dated = [
        column
        for name in ("price_valid_from", "price_valid_until")
        if name in fields
        for column in fields[name].columns
    ]
    days = [match for column in dated for v in columns.get(column, ()) if (match := _DAY.fullmatch(text_of(v).strip()))]
    if not days or len(days) < sum(len(columns.get(column, ())) for column in dated):
        return ""
    year = "%y" if len(days[0][3]) == 2 else "%Y"
    months_first = any(int(day[2]) > 12 for day in days) or (year == "%y" and not any(int(day[1]) > 12 for day in days))
    english = folded(dated[0]).split()[0] in ("sale", "special", "discount", "date", "promotion", "offer", "promo")
    days_first = any(int(day[1]) > 12 for day in days) or not english
    return f"%d/%m/{year}" if days_first and not months_first else f"%m/%d/{year}"
