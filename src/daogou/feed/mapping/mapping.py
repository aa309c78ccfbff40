"""Which column is which field of a product: what a merchant writes down once in a TOML file (see docs/feeds.md)."""

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from daogou.catalog.products.vocabulary import AttributeKind
from daogou.feed.readers.record import plain_number

# The fields of a product that a feed can fill, by the names of Merchant Center; and what decides its price and stock:
# whether its sale is on, what is taken off or added, whether it is told at all, whether stock is counted, may be oversold, may be bought at all.
_NAMES = """id title description brand gtin mpn price list_price sale_price price_valid_from price_valid_until on_sale
discount discount_percent discount_kind surcharge price_shown currency availability tracked backorders preorder purchasable
condition seller item_group_id category product_type highlights link image_link rating rating_count"""
FIELDS = tuple(_NAMES.split())
MONEY_FIELDS = ("price", "list_price", "sale_price", "discount", "surcharge")
LIST_FIELDS = ("category", "highlights")


def one_of(*choices: str, otherwise: str = "") -> Any:
    """A field of a rule that is one of these words."""
    return field(default=otherwise, metadata={"one_of": choices})


@dataclass(frozen=True, kw_only=True)
class FieldRule:
    """How one field is read: from the first of `columns` that says something, or always `constant`.

    The steps in order: `decode` a list inside a cell, `join` all columns or pieces (with what the `join_column` says
    between them), take the part that `pattern` captures, `split` into several values, look the value up in `values`,
    put `prefix` before it. `hash` makes an id of any text; `otherwise` are the columns that an id is made of where there
    is none. `paths` stands between several paths of a category; `blank` is what an empty cell means.
    """

    columns: tuple[str, ...] = ()
    constant: str | None = None
    decode: str = one_of("list")  # the cell is a JSON or Python list
    join: str | None = None
    join_column: str = ""
    pattern: str = ""
    split: str = ""
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    prefix: str = ""
    hash: bool = False
    otherwise: tuple[str, ...] = ()
    paths: str = ""
    blank: str = ""
    divide: Decimal = Decimal(1)  # of money: 100 for cents
    currency: str = ""  # of money
    decimal: str = one_of(".", ",")  # of money
    scale: Decimal = Decimal(5)  # of a rating: its best value
    format: str = ""  # of a time, as strptime reads it


@dataclass(frozen=True, kw_only=True)
class UnitRule:
    """The unit of an attribute's plain numbers up to `at_most`, of products whose title has `when` (a pattern) in it.

    With `drop` such numbers are left out, because nobody can be sure what they mean.
    """

    unit: str = ""
    when: str = ""
    at_most: Decimal | None = None
    drop: bool = False


@dataclass(frozen=True, kw_only=True)
class AttributeRule:
    """How one column becomes an attribute; what is empty is inferred from the value."""

    name: str = ""
    kind: AttributeKind | None = None
    units: tuple[UnitRule, ...] = ()
    split: str = ""
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    decode: str = one_of("list")
    pairs: str = ""  # the mark between name and value where the cell holds several facts: "colour=red,size=M"


@dataclass(frozen=True, kw_only=True)
class PairRule:
    """A fact whose name stands in one column and whose values stand in another."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class SkipRule:
    """Rows that are no products: those whose `column` matches, or does not match, a pattern as a whole."""

    column: str
    because: str = ""
    matches: str = ""
    unless: str = ""
    singles: bool = False  # only rows that are no variant of another


@dataclass(frozen=True, kw_only=True)
class VariantRule:
    """How the variants of one product hang together.

    Rows with the same `key` follow each other, the first says what all share (`continued`: later ones leave it empty);
    or a variant names its `parent`, or a parent its `children` (as the pattern captures them). `kind` is the column that
    says what a row is: `parents` are not sold themselves, `no_products` are neither.
    """

    key: str = ""
    continued: bool = False
    parent: str = ""
    children: str = ""
    pattern: str = ""
    kind: str = ""
    parents: tuple[str, ...] = ()
    no_products: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GroupRule:
    """Many rows (sales, say) are one product, by its id: which title and which price it gets."""

    title: str = one_of("most_common", "first", "last", otherwise="most_common")
    price: str = one_of("median", "first", "last", "lowest", "highest", otherwise="median")
    at_least: int = 1  # rows; what occurs more rarely is rejected


@dataclass(frozen=True, kw_only=True)
class FeedMapping:
    """A whole mapping; `fields` and the inner mappings of `translations` go by FIELDS."""

    fields: Mapping[str, FieldRule] = field(default_factory=dict)
    currency: str = ""
    language: str = ""  # empty: read off each title
    translations: Mapping[str, Mapping[str, FieldRule]] = field(default_factory=dict)
    attributes: Mapping[str, AttributeRule] = field(default_factory=dict)  # by column
    prefixes: Mapping[str, AttributeKind] = field(default_factory=dict)
    units: Mapping[str, tuple[UnitRule, ...]] = field(default_factory=dict)  # by attribute name
    remaining: bool = False  # every column that nothing else takes is an attribute
    ignore: tuple[str, ...] = ()  # columns that are not, with * for anything
    pairs: tuple[PairRule, ...] = ()
    skip: tuple[SkipRule, ...] = ()
    hide: tuple[SkipRule, ...] = ()  # rows that are products, but not for shoppers
    variants: VariantRule | None = None
    group: GroupRule | None = None
    without_prices: bool = False  # a catalogue in which nothing has a price
    events: Mapping[str, FieldRule] = field(default_factory=dict)  # by EVENT_FIELDS

    def columns(self) -> dict[str, str]:
        """Every column that the mapping names as a field, or as no fact -> where it names it."""
        named: dict[str, str] = {}
        translated = [(f"translations.{language}", rules) for language, rules in self.translations.items()]
        for place, rules in (("product", self.fields), ("events", self.events), *translated):
            for name, rule in rules.items():
                for column in (*rule.columns, rule.join_column):
                    if column:
                        named.setdefault(column, f"{place}.{name}")
        named |= {column: f"attributes.columns.{column}" for column in self.attributes if column not in named}
        for pair in self.pairs:
            named |= {pair.name: "pairs", pair.value: "pairs"}
        if (of := self.variants) is not None:
            named |= {column: "variants" for column in (of.key, of.parent, of.children, of.kind) if column}
        return {rule.column: "skip" for rule in (*self.hide, *self.skip)} | named


# The fields of an event that a log can fill.
_EVENT_NAMES = """name event_id timestamp user_id session_id search_term item_id quantity price index item_list_id"""
EVENT_FIELDS = tuple(_EVENT_NAMES.split())


_BARE = re.compile(r"[A-Za-z0-9_-]+")


def mapping_text(mapping: FeedMapping) -> str:
    """The mapping as TOML; what is as it would be anyway is left out."""
    top = ("currency", "language", "without_prices")
    attributes = {"remaining": mapping.remaining, "ignore": mapping.ignore}
    sections: dict[str, Mapping[str, object]] = {
        "": {key: value for key in top if (value := getattr(mapping, key))},
        "product": mapping.fields,
        **{f"translations.{language}": rules for language, rules in mapping.translations.items()},
        "attributes": {key: value for key, value in attributes.items() if value},
        "attributes.prefixes": {prefix: str(kind) for prefix, kind in mapping.prefixes.items()},
        "attributes.columns": mapping.attributes,
        "attributes.units": mapping.units,
    }
    parts = [_section(f"[{name}]" if name else "", entries) for name, entries in sections.items()]
    for name in ("pairs", "skip", "hide"):
        parts += [_section(f"[[{name}]]", _said(each)) for each in getattr(mapping, name)]
    for name in ("variants", "group"):
        rule = getattr(mapping, name)
        parts.append(f"[{name}]\n{_section('', _said(rule))}".strip() if rule else "")
    parts.append(_section("[events]", mapping.events))
    return "\n\n".join(filter(None, parts)) + "\n"


def _section(head: str, entries: Mapping[str, object]) -> str:
    written = [f"{_key(key)} = {_value(value)}" for key, value in entries.items()]
    return "\n".join(([head] if head else []) + written) if written else ""


def _said(rule: Any) -> dict[str, object]:
    """What a rule says beside what it would say anyway; a single column or unit by itself."""
    said: dict[str, object] = {}
    for each in fields(rule):
        value = getattr(rule, each.name)
        usual = each.default_factory() if each.default_factory is not MISSING else each.default
        if value == usual:
            continue
        one = each.name in ("columns", "units") and len(value) == 1
        said[each.name[:-1] if one else each.name] = value[0] if one else value
    return said


def _value(value: object) -> str:
    if is_dataclass(value):
        said = _said(value)
        alone = next(iter(said), "") if len(said) == 1 else ""
        plain = (alone, type(value)) in (("column", FieldRule), ("unit", UnitRule))
        return _value(said[alone]) if plain else _inline(said)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return plain_number(Decimal(value))
    if isinstance(value, Mapping):
        return _inline(value)
    if isinstance(value, (list, tuple)):
        one = value[0] if len(value) == 1 else None
        if isinstance(one, UnitRule) and list(_said(one)) == ["unit"]:
            return _value(one.unit)
        return "[" + ", ".join(_inline(_said(item)) if is_dataclass(item) else _value(item) for item in value) + "]"
    return _text(str(value))


def _text(text: str) -> str:
    """A pattern full of backslashes is easier to read in single quotes."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _inline(entries: Mapping[Any, object]) -> str:
    written = ", ".join(f"{_key(str(key))} = {_value(value)}" for key, value in entries.items())
    return f"{{ {written} }}" if written else "{}"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)
