"""A mapping from the look of a feed: its columns' names and what their cells hold. The guess can be printed and kept."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from daogou.catalog.products.vocabulary import AttributeKind
from daogou.errors import MappingError
from daogou.feed.mapping.guessing_fields import (
    add_other_prices,
    currency_of_feed,
    day_layout,
    find_barcodes,
    group_variants,
    guess_attributes,
    is_fact_by_name,
    keep_second_number,
    likely_currency,
    settle_id,
    settle_prices,
    told_apart,
    with_decimals,
)
from daogou.feed.mapping.mapping import FIELDS, FeedMapping, FieldRule, SkipRule
from daogou.feed.offering import says_hidden, says_shown
from daogou.feed.readers.contents import FITS, is_link, is_words, share, stars_in, writes_money
from daogou.feed.readers.headings import fields_named, folded, paired_columns
from daogou.feed.readers.layouts import Layout, layout_of
from daogou.feed.readers.record import Record, Scalar, text_of
from daogou.feed.values import decode_list, says_nothing, table, words

_PREFIXES = {"attr_t_": AttributeKind.TEXT, "attr_n_": AttributeKind.NUMBER, "attr_b_": AttributeKind.BOOL}
_TITLE = 80  # characters; a description that is longer on average is no title
_ENOUGH = 0.7  # of the cells of a column must fit the field
_SURE = 0.55  # what a column's name must make likely
_LABELLED = re.compile(r"\bPath:\s*([^|;,]+)")  # "Category Name: Cups, Category Path: Kitchen/Cups"
_PATHS = (">", "›", "»", "|", "/", "\\")
_SEVERAL = {
    "gtin": 3,
    "availability": 3,
    "description": 3,
    "image_link": 2,
    "mpn": 1,
}  # fields that may have further columns
# Money first, so that "price" is not taken for anything else; ids before codes.
_ORDER = {name: rank for rank, name in enumerate(("price", "title", "id", *FIELDS))}


Columns = Mapping[str, Sequence[Scalar]]  # by column, the values that say something


@dataclass(frozen=True, kw_only=True)
class Guess:
    """A mapping, how sure each field of it is (0 to 1), and what the merchant should know of it."""

    mapping: FeedMapping
    sure: Mapping[str, float]
    layouts: tuple[str, ...] = ()
    likely_currency: str = ""  # where none is named
    notices: tuple[str, ...] = ()


def guess_mapping(sample: Sequence[Record], *, currency: str = "") -> Guess:
    """The likeliest mapping; MappingError where no column can be the title."""
    if not sample:
        raise MappingError(["the feed has no rows"])
    columns = _columns(sample)
    layout = layout_of(columns)
    pairs = layout.mapping.pairs or paired_columns(columns)
    known = dict(layout.mapping.fields)
    taken = {*layout.mapping.columns(), *(each for pair in pairs for each in (pair.name, pair.value))}
    if layout.mapping.variants and not any(layout.mapping.variants.key in rule.columns for rule in known.values()):
        taken.discard(layout.mapping.variants.key)
    chosen, sure = _choose({name: values for name, values in columns.items() if name not in taken}, known, len(sample))
    fields = {name: _rule(name, rule, columns) for name, rule in {**chosen, **known}.items()}
    if "title" not in fields and "description" in fields and _is_short(columns, fields["description"].columns[0]):
        fields["title"] = fields.pop("description")
    if "title" not in fields:
        named = ", ".join(column[:40] for column in list(columns)[:30])
        raise MappingError([f"no column looks like the title (columns: {named}); write a mapping (docs/feeds.md)"])
    settle_prices(fields)
    add_other_prices(fields, sample)
    settle_id(fields, len(sample), columns)
    if layout.mapping.variants is None:
        group_variants(fields, columns, len(sample), bool(pairs))
    find_barcodes(fields, columns)
    keep_second_number(fields, columns)
    for name in ("price_valid_from", "price_valid_until"):
        if name in fields and not fields[name].format:
            fields[name] = replace(fields[name], format=day_layout(fields, columns))
    notices: list[str] = []
    money = currency_of_feed(fields, columns, currency)
    fields = with_decimals(fields, columns, notices)
    mapping = replace(
        layout.mapping,
        currency=money,
        fields={name: fields[name] for name in FIELDS if name in fields},
        translations=_translations(columns, {column for rule in fields.values() for column in rule.columns}),
        pairs=pairs,
        hide=(*layout.mapping.hide, *_hidden(columns, fields, layout)),
    )
    mapping = _with_attributes(mapping, columns, layout)
    return Guess(
        mapping=told_apart(mapping, sample),
        sure={name: sure.get(name, 1.0) for name in mapping.fields},
        layouts=layout.names,
        likely_currency=likely_currency(columns, fields["title"].columns),
        notices=tuple(notices),
    )


def _is_short(columns: Columns, column: str) -> bool:
    return sum(len(text_of(value)) for value in columns[column]) < _TITLE * len(columns[column])


def _columns(sample: Sequence[Record]) -> dict[str, list[Scalar]]:
    columns: dict[str, list[Scalar]] = {}
    for record in sample:
        for name, cell in record.cells.items():
            values = columns.setdefault(name, [])
            for value in cell if isinstance(cell, tuple) else (cell,):
                if value is not None and not says_nothing(value):
                    values.append(value)
    return columns


def _choose(
    columns: Columns, known: Mapping[str, FieldRule], rows: int
) -> tuple[dict[str, FieldRule], dict[str, float]]:
    """Field -> its columns, and how sure; the surest pair of field and column first, each column once."""
    told = {column for column, values in columns.items() if _is_publication(column, values)}
    ranked = sorted(
        (
            (likely, -_ORDER.get(field, len(_ORDER)), field, column)
            for column, values in columns.items()
            if column not in told
            for field, sure in fields_named(column).items()
            if (likely := _likely(field, column, sure, values, rows)) >= _SURE
        ),
        key=lambda each: each[:2],
        reverse=True,
    )
    found: dict[str, list[str]] = {}
    sure: dict[str, float] = {}
    used: set[str] = set()
    for likely, _, field, column in ranked:
        if column in used or field in known or len(found.get(field, ())) > _SEVERAL.get(field, 0):
            continue
        used.add(column)
        found.setdefault(field, []).append(column)
        sure[field] = max(likely, sure.get(field, 0.0))
    for field in ("title", "price"):
        if field not in known and field not in found and (column := _by_contents(field, columns, used, rows)):
            found[field], sure[field] = [column], 0.4
    rules = {field: FieldRule(columns=tuple(names)) for field, names in found.items() if field in FIELDS}
    return rules, sure


def _likely(field: str, column: str, sure: float, values: Sequence[Scalar], rows: int) -> float:
    """How likely a column is a field, by its name, its cells and how many of its cells say something."""
    if field == "internal":
        return sure
    if not values or field == "published":
        return 0.0
    test = FITS.get(field)
    fit = 1.0 if test is None else test(values)
    needed = {"title": 0.01, "price": 0.01, "availability": 0.3}.get(field, _ENOUGH)
    if fit < needed:
        return 0.0
    filled = min(1.0, len(values) / max(rows, 1))
    weight = 0.25 if field in ("price", "title", "id", "availability") else 0.05
    return sure * (0.8 + 0.2 * fit) * (1 - weight + weight * filled)


def _by_contents(field: str, columns: Columns, used: set[str], rows: int) -> str:
    """The title by its words, which differ from row to row; the price by the currency that its cells write."""
    free = {name: values for name, values in columns.items() if name not in used and 2 * len(values) > rows}
    if field == "price":
        priced = {name: share(writes_money, values) for name, values in free.items()}
        return max(
            (name for name, part in priced.items() if part >= _ENOUGH), key=lambda name: priced[name], default=""
        )
    words_in = {
        name: len({text_of(value) for value in values})
        / len(values)
        * min(sum(len(text_of(v)) for v in values) / len(values), 60)
        for name, values in free.items()
        if share(is_words, values) >= 0.9 and not share(is_link, values) > 0.2 and not fields_named(name) and rows > 1
    }
    best = max(words_in, key=lambda name: words_in[name], default="")
    return best if words_in.get(best, 0) >= 10 and not is_fact_by_name(best) else ""


def _is_publication(column: str, values: Sequence[Scalar]) -> bool:
    """Whether a column says if its product is shown: by its name, or by a word like "draft"; its cells say nothing else."""
    drafts = share(lambda value: folded(text_of(value)) in words("values.drafts"), values) > 0
    known = share(lambda value: says_hidden(text_of(value)) or says_shown(text_of(value)), values)
    if values and known < (0.7 if drafts else 0.9):
        return False
    said = {*folded(column).split()} - set(table()["values"]["around"].split())
    named = bool(said) and said <= set(table()["values"]["publication"].split())
    return named or drafts or fields_named(column).get("published", 0) >= _SURE


def _hidden(columns: Columns, fields: Mapping[str, FieldRule], layout: Layout) -> list[SkipRule]:
    """A rule for each column that says whether its product is shown."""
    ruled = {rule.column for rule in layout.mapping.hide}
    taken = {column for rule in fields.values() for column in rule.columns} | ruled
    return [
        SkipRule(column=column)
        for column, values in columns.items()
        if column not in taken and _is_publication(column, values)
    ]


def _rule(field: str, rule: FieldRule, columns: Columns) -> FieldRule:
    values = [value for column in rule.columns[:1] for value in columns.get(column, ())]
    if not values:
        return rule
    if field == "availability":  # a state in words goes before a number in stock
        wordy = sorted(rule.columns, key=lambda column: -share(is_words, columns.get(column, ())))
        return replace(rule, columns=tuple(wordy))
    if share(_is_list, values) >= _ENOUGH:
        return replace(rule, decode="list", join=" ")
    name = folded(rule.columns[0])
    if field in ("price", "list_price", "sale_price") and ("cents" in name.split() or rule.columns[0].endswith("分")):
        return replace(rule, divide=Decimal(100))
    if field in ("tracked", "purchasable", "price_shown") and words("values.reversed").keys() & {*name.split()}:
        return replace(
            rule, values=dict.fromkeys(("true", "1", "yes"), "no") | dict.fromkeys(("false", "0", "no"), "yes")
        )
    if field == "category" and share(lambda value: bool(_LABELLED.search(text_of(value))), values) >= _ENOUGH:
        return replace(rule, pattern=_LABELLED.pattern, split="/")
    if field == "category" and not rule.split:
        several = name.split()[0] in ("categories", "kategorien", "categorias", "collections") and not rule.paths
        return replace(rule, split=_separator(values), paths=",;" if several else rule.paths)
    if field == "highlights" and any("\n" in text_of(value) for value in values):
        return replace(rule, split="\n")
    if field == "rating":
        best = max((number for value in values if (number := stars_in(value)) is not None), default=Decimal(5))
        return replace(rule, scale=Decimal(5 if best <= 5 else 10 if best <= 10 else 100))
    return rule


def _is_list(value: Scalar) -> bool:
    return decode_list(value) != [value] and text_of(value).strip().startswith(("['", '["'))


def _separator(values: Sequence[Scalar]) -> str:
    texts = [text_of(value) for value in values]
    return next((mark for mark in _PATHS if sum(mark in text for text in texts) >= 0.3 * len(texts)), "")


def _translations(columns: Columns, taken: set[str]) -> dict[str, dict[str, FieldRule]]:
    """A column "title_zh" is a translation; so is "英文标题"."""
    found: dict[str, dict[str, FieldRule]] = {}
    for language, marks in {"en": ("en", "english", "英文"), "zh": ("zh", "cn", "zh cn", "chinese", "中文")}.items():
        for field in ("title", "description"):
            names = [folded(name.strip()) for name in table()["fields"][field].split(",")]
            wanted = {f"{name} {mark}" for name in names for mark in marks} | {f"{m}{n}" for n in names for m in marks}
            column = next((c for c in columns if folded(c) in wanted and c not in taken), None)
            if column is not None:
                found.setdefault(language, {})[field] = FieldRule(columns=(column,))
    return {language: rules for language, rules in found.items() if "title" in rules}


def _with_attributes(mapping: FeedMapping, columns: Columns, layout: Layout) -> FeedMapping:
    prefixes = {prefix: kind for prefix, kind in _PREFIXES.items() if any(c.startswith(prefix) for c in columns)}
    return guess_attributes(mapping, columns, prefixes) if layout.open else mapping
