"""What a cell says of a product: a number with its unit, yes or no, or a text."""

import functools
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fnmatch import fnmatchcase

from daogou.catalog.products.product import Attribute, AttributeValue
from daogou.catalog.products.vocabulary import AttributeKind
from daogou.feed.mapping.mapping import AttributeRule, FeedMapping, FieldRule, UnitRule
from daogou.feed.readers.headings import fields_named, folded
from daogou.feed.readers.record import Cell, Scalar, text_of
from daogou.feed.values import decode_list, one_line, parse_number, says_nothing, table, words
from daogou.text.stated import BY_SYMBOL, Unit, units_named
from daogou.text.thesaurus import thesaurus
from daogou.text.words import normalize, snake_case


def read_cells(rule: FieldRule, cells: Mapping[str, Cell]) -> list[Scalar]:
    """The values that a rule finds in a row; empty where the row says nothing."""
    if rule.constant is not None:
        return [rule.constant]
    found = [values for column in rule.columns if (values := _values(cells.get(column), rule))]
    if not found and rule.otherwise:
        made = [value for column in rule.otherwise for value in _values(cells.get(column), rule)]
        return [_digest(made)] if made else []
    if not found:
        return [rule.blank] if rule.blank else []
    values = [value for each in found for value in each] if rule.join is not None else found[0]
    if rule.join is not None or rule.join_column:
        values = [_joined(values, rule, cells)]
    values = [piece for value in values for piece in _pieces(value, rule)]
    if rule.hash:
        return [_digest(values)] if values else []
    return values


def _values(cell: Cell, rule: FieldRule) -> list[Scalar]:
    if cell is None:
        return []
    values: Sequence[Scalar] = cell if isinstance(cell, tuple) else (cell,)
    if rule.decode == "list":
        values = [item for value in values for item in decode_list(value)]
        return [] if all(says_nothing(value) for value in values) else list(values)
    return [value for value in values if not says_nothing(value)]


def _joined(values: list[Scalar], rule: FieldRule, cells: Mapping[str, Cell]) -> str:
    between = rule.join or ""
    if rule.join_column:
        inner = cells.get(rule.join_column)
        between = text_of(inner) if inner is not None and not isinstance(inner, tuple) else " "
    return between.join(text_of(value).strip("\r\n") if rule.join_column else text_of(value) for value in values)


def _pieces(value: Scalar, rule: FieldRule) -> Iterator[Scalar]:
    if rule.pattern:
        match = re.search(rule.pattern, text_of(value), re.DOTALL)
        if match is None:
            return
        value = match[match.lastindex or 0]
    if not (rule.split or rule.values or rule.prefix):
        yield value
        return
    for piece in text_of(value).split(rule.split) if rule.split else [text_of(value)]:
        if not says_nothing(piece):
            text = rule.values.get(piece.strip().casefold(), piece.strip())
            yield text if text.startswith(rule.prefix) or not text else rule.prefix + text


def _digest(values: list[Scalar]) -> str:
    """The same text (but for case and spaces) always gives the same id."""
    text = "\n".join(" ".join(text_of(value).casefold().split()) for value in values)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


_YES = frozenset(("yes", "true", "y", "是", "有", "支持", "✓", "✔"))
_NO = frozenset(("no", "false", "n", "否", "无", "没有", "不支持", "✗", "✘"))
_STRICT = (AttributeKind.NUMBER, AttributeKind.BOOL)  # every text is a text
_PRIVATE = 0.8  # how sure a name must make that shoppers are not told
_LONGEST = 1_000  # characters of an attribute's text
_MOST = Decimal(10) ** 15
_QUANTITY = re.compile(r"([+-]?\d[\d.,' ]*)\s*([^\d\s][^\d]*)?")
_SEVERAL = re.compile(r"[;|]|,(?!\d)")  # between the values of one fact
_BARS = re.compile(r"[;|]")  # within quotes
_METAFIELD = re.compile(r"\s*\(product\.metafields\..*\)$|^(?:Variant )?Metafield: (?:[\w-]+\.)?|(?<=\w)\s*\[[\w.]+\]$")
_CODE = re.compile(r"0\d+|\d{10,}")  # article numbers and phone numbers are texts
_IN_BRACKETS = re.compile(r"(.+?)\s*[(\[（]([^()\[\]（）]+)[)\]）]\s*")
_PLACES = (
    "product_detail.",
    "option.",
    "C:",
    "*C:",
    "variant_dict.",
    "product_variation_option_",
    "product_attribute_",
)


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column that becomes an attribute, settled once for a feed."""

    source: str
    name: str
    rule: AttributeRule


_UNSEEN = Column(source="", name="", rule=AttributeRule())


class AttributeReader:
    """Reads the attributes of rows; what a column's name says is worked out once."""

    def __init__(self, mapping: FeedMapping, taken: frozenset[str]) -> None:
        self._mapping = mapping
        self._taken = taken
        self._columns: dict[str, Column | None] = {}

    def read(self, cells: Mapping[str, Cell], title: str) -> tuple[tuple[Attribute, ...], list[str]]:
        """The attributes of a row, in the order of its columns, and warnings."""
        found: dict[Attribute, None] = {}
        warnings: list[str] = []
        for source, cell in cells.items():
            column = None if cell is None else self._columns.get(source, _UNSEEN)
            if column is _UNSEEN:
                column = self._columns[source] = self._settle(source)
            if column is None or cell is None:
                continue
            if column.rule.pairs:
                found |= dict.fromkeys(self._paired(cell, source, column.rule, title))
                continue
            for value in _scalars(cell, column.rule):
                attribute = _attribute(value, column, title)
                if attribute is not None:
                    found.setdefault(attribute)
                elif column.rule.kind in _STRICT and not says_nothing(value) and not column.rule.units:
                    warnings.append(f"{source} {text_of(value)[:60]!r} is no {column.rule.kind}; it was left out")
        for pair in self._mapping.pairs:
            name, said = cells.get(pair.name), cells.get(pair.value)
            if isinstance(name, str) and said is not None and name.casefold() not in words("values.no_title"):
                found |= dict.fromkeys(self._said(name, said, pair.value, title))
        return tuple(found), warnings

    def _paired(self, cell: Cell, source: str, rule: AttributeRule, title: str) -> Iterator[Attribute]:
        """Facts written as "colour=red,size=M" or as the column's name tells: "Feature (Name:Value:Position)"."""
        called, places = "", max(source.count(":") - 1, 1)
        for text in _scalars(cell, AttributeRule()):
            for piece in _quoted_split(text_of(text), rule.split):
                name, mark, value = piece.partition(rule.pairs)
                if name.strip().casefold() == "name":  # Name=Colour|Value=Red
                    called = value
                elif mark and (called or not _is_private(name)):
                    name, called = called or name, ""
                    value = re.sub(rf"(?::\d+){{0,{places}}}$", "", value, count=1) if rule.pairs == ":" else value
                    yield from self._said(name, value, source, title)

    def _said(self, name: str, cell: Cell, source: str, title: str) -> Iterator[Attribute]:
        column = self._with_unit(source, name, AttributeRule()) if name.strip() else None
        for value in _scalars(cell, AttributeRule()) if column else ():
            if text_of(value).strip().casefold() in words("values.no_title"):
                continue
            whole = isinstance(value, str) and value[:1] == value[-1:] == '"'
            marks = _BARS if whole else _SEVERAL
            for piece in marks.split(value.strip('"')) if isinstance(value, str) else [value]:
                attribute = _attribute(piece, column, title) if column else None
                if attribute is not None:
                    yield attribute

    def _settle(self, source: str) -> Column | None:
        rule = self._mapping.attributes.get(source)
        prefix = max((each for each in self._mapping.prefixes if source.startswith(each)), key=len, default="")
        if rule is None:
            if source in self._taken or any(fnmatchcase(source, pattern) for pattern in self._mapping.ignore):
                return None
            if not prefix and not self._mapping.remaining:
                return None
            rule = AttributeRule(kind=self._mapping.prefixes.get(prefix))
        return self._with_unit(source, source[len(prefix) :], rule)

    def _with_unit(self, source: str, label: str, rule: AttributeRule) -> Column | None:
        label, unit = unit_in_name(label)
        name = snake_case(rule.name or _attribute_name(label))
        units = rule.units or self._mapping.units.get(name) or ((UnitRule(unit=unit),) if unit else ())
        settled = replace(rule, name=name, units=units)
        return Column(source=source, name=name, rule=settled) if name else None


def _quoted_split(text: str, mark: str) -> Iterator[str]:
    """The pieces between marks, but for those within quotes: colour="Red, dark",size="S"."""
    parts = text.split('"') if text.count('"') % 2 == 0 else [text]
    hidden = '"'.join(part.replace(mark, "\0") if place % 2 else part for place, part in enumerate(parts))
    yield from (piece.replace("\0", mark) for piece in hidden.split(mark))


def _is_private(name: str) -> bool:
    """Whether a fact in a list of them is the merchant's own business: cost, has_options, the kind of row."""
    named, said = fields_named(name), folded(name).split()
    private = len(said) > 1 and named.get("internal", 0) > _PRIVATE
    return said == ["type"] or private or named.get("cost", 0) > _PRIVATE or bool({*said} & _costs())


@functools.cache
def _costs() -> frozenset[str]:
    return frozenset(table()["values"]["costs"].split())


def _attribute_name(label: str) -> str:
    """Without what tells only where it stands: "C:Colour", "variant_dict.color", "Fabric (product.metafields.custom.fabric)", "Metafield: custom.fabric [string]"."""
    bare = _METAFIELD.sub("", label)
    for prefix in _PLACES:
        bare = bare.removeprefix(prefix)
    return bare


def unit_in_name(column: str) -> tuple[str, str]:
    """The unit that a column's name carries: "Weight (kg)", "重量（克）", "length_cm"; empty where there is none."""
    match = _IN_BRACKETS.fullmatch(column)
    if match and (units := units_named(normalize(match[2]))):
        return match[1], _fitting(units, match[1]).symbol
    stem, _, last = column.rpartition("_")
    if stem and last.casefold() in table()["parts"]["units"].split():
        return stem, _fitting(units_named(last), stem).symbol
    return column, ""


def infer(value: Scalar, name: str) -> tuple[AttributeValue, str | None]:
    """A value without a declared kind: yes or no, a number (with a known unit, if any), else the text."""
    if isinstance(value, (bool, Decimal)):
        return value, None
    text = one_line(text_of(value))
    if (verdict := _yes_or_no(text)) is not None:
        return verdict, None
    quantity = _quantity(text, name)
    return quantity if quantity is not None else (text, None)


def _attribute(value: Scalar, column: Column, title: str) -> Attribute | None:
    if says_nothing(value):
        return None
    if isinstance(value, str) and column.rule.values:
        value = column.rule.values.get(value.strip().casefold(), value)
    read = _of_kind(value, column)
    if read is None or read[0] == "":
        return None
    fact, unit = read
    if isinstance(fact, Decimal):
        return _number(fact, unit, column, title)
    if isinstance(fact, str) and len(fact) > _LONGEST:
        fact = fact[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"
    return Attribute(name=column.name, value=fact, source=column.source)


def _of_kind(value: Scalar, column: Column) -> tuple[AttributeValue, str | None] | None:
    kind = column.rule.kind
    if kind is None:
        return infer(value, column.name)
    if kind is AttributeKind.TEXT:
        return one_line(text_of(value)), None
    if kind is AttributeKind.BOOL:
        verdict = _yes_or_no(text_of(value))
        return None if verdict is None else (verdict, None)
    if isinstance(value, bool):
        return None
    return (value, None) if isinstance(value, Decimal) else _quantity(one_line(text_of(value)), column.name, code=True)


def _number(fact: Decimal, unit: str | None, column: Column, title: str) -> Attribute | None:
    if not fact.is_finite() or abs(fact) >= _MOST:
        return None
    if unit is None and column.rule.units:
        rule = next((rule for rule in column.rule.units if _applies(rule, fact, title)), None)
        if rule is None or rule.drop:
            return None
        unit = rule.unit or None
    return Attribute(name=column.name, value=_tidy(fact), unit=unit, source=column.source)


def _applies(rule: UnitRule, fact: Decimal, title: str) -> bool:
    if rule.when and not re.search(rule.when, title):
        return False
    return rule.at_most is None or fact <= rule.at_most


def _tidy(number: Decimal) -> Decimal:
    """6.0 is 6, and equal numbers are written alike."""
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole else number.normalize()


def _scalars(cell: Cell, rule: AttributeRule) -> Iterator[Scalar]:
    for value in cell if isinstance(cell, tuple) else (cell,):
        if value is None:
            continue
        for item in decode_list(value) if rule.decode else [value]:
            if rule.split and isinstance(item, str):
                yield from (piece.strip() for piece in item.replace("\\n", rule.split).split(rule.split))
            else:
                yield item


def _yes_or_no(text: str) -> bool | None:
    folded = text.strip().casefold()
    return True if folded in _YES else False if folded in _NO else None


def _quantity(text: str, name: str, *, code: bool = False) -> tuple[Decimal, str | None] | None:
    """A number and its unit, where the text is nothing else."""
    match = _QUANTITY.fullmatch(normalize(text))
    if match is None or (not code and _CODE.fullmatch(text)):
        return None
    number = parse_number(match[1].strip())
    unit = (match[2] or "").strip()
    if number is None:
        return None
    if not unit:
        return number, None
    units = units_named(unit)
    return (number, _fitting(units, name).symbol) if units else None


def _fitting(units: tuple[Unit, ...], name: str) -> Unit:
    """The one in which the attribute is measured: "g" is gigabyte for a memory and gram for a weight."""
    key = snake_case(name)
    concept = next((c for c in thesaurus().attributes.values() if key == c.key or key in c.columns), None)
    wanted = BY_SYMBOL.get(concept.unit or "") if concept else None
    return next((unit for unit in units if wanted and unit.dimension == wanted.dimension), units[0])
