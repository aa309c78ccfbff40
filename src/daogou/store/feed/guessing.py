"""A mapping from the look of a feed: its column names, then its values. What it guessed can be printed and kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from daogou.errors import MappingError
from daogou.shop.vocabulary import AttributeKind
from daogou.store.feed.availability import availability_of
from daogou.store.feed.cells import says_nothing
from daogou.store.feed.column_names import CURRENCY_WORDS, LANGUAGES, NAMES
from daogou.store.feed.guessing_attributes import guess_attributes
from daogou.store.feed.mapping import FeedMapping, FieldRule
from daogou.store.feed.prices import NotAPrice, PriceStyle, number_in, parse_price
from daogou.store.feed.record import Record, Scalar, text_of
from daogou.store.feed.shopify_mapping import SHOPIFY
from daogou.text.normalize import is_chinese, snake_case

_PREFIXES = {"attr_t_": AttributeKind.TEXT, "attr_n_": AttributeKind.NUMBER, "attr_b_": AttributeKind.BOOL}
_ENOUGH = 0.7  # of the values of a column must fit the field
_PATHS = (">", "›", "»", "|", "/")

Columns = Mapping[str, Sequence[Scalar]]  # by column, the values that say something


def guess_mapping(sample: Sequence[Record], *, format: str = "csv", currency: str = "") -> FeedMapping:
    """The likeliest mapping; MappingError names every field that had to be found and was not."""
    if format == "shopify":
        return replace(SHOPIFY, currency=currency)
    columns = _columns(sample)
    chosen = _choose(columns)
    named = ", ".join(column[:40] for column in list(columns)[:30])
    problems = [
        f"no column looks like the {name} (columns: {named}); write a mapping (docs/feeds.md)"
        for name in ("title", "price")
        if name not in chosen
    ]
    if problems:
        raise MappingError(problems)
    fields = {name: _rule(name, column, columns[column]) for name, column in chosen.items()}
    if "id" not in fields:
        fields["id"] = FieldRule(columns=(chosen["title"],), hash=True)
    money = _named_currency(chosen["price"]) or currency or _currency(chosen, columns)
    if not money and "currency" not in chosen:
        raise MappingError(["no currency stands in the feed; name it (--currency EUR, or currency in a mapping)"])
    mapping = FeedMapping(
        currency=money,
        fields={name: fields[name] for name in NAMES if name in fields},
        translations=_translations(columns, chosen),
    )
    return guess_attributes(
        mapping, columns, {p: k for p, k in _PREFIXES.items() if any(c.startswith(p) for c in columns)}
    )


def _columns(sample: Sequence[Record]) -> dict[str, list[Scalar]]:
    columns: dict[str, list[Scalar]] = {}
    for record in sample:
        for name, cell in record.cells.items():
            values = columns.setdefault(name, [])
            for value in cell if isinstance(cell, tuple) else (cell,):
                if value is not None and not says_nothing(value):
                    values.append(value)
    return columns


def _choose(columns: Columns) -> dict[str, str]:
    """Field -> column; each column is used once, and only where its values fit."""
    folded = {column: _plain(column) for column in columns}
    chosen: dict[str, str] = {}
    for field in _ORDER:
        free = {column: name for column, name in folded.items() if column not in chosen.values()}
        fits = _FITS.get(field, _any)
        ranked = sorted(
            (column for column, name in free.items() if name in NAMES[field] and fits(columns[column])),
            key=lambda column: NAMES[field].index(folded[column]),
        )
        if ranked:
            chosen[field] = ranked[0]
    chosen |= _by_name_alone(chosen, folded, columns)
    if "title" not in chosen:
        chosen |= _translated_title(folded, columns)
    return chosen


def _by_name_alone(chosen: Mapping[str, str], folded: Mapping[str, str], columns: Columns) -> dict[str, str]:
    """A title or a price that most rows get wrong is one all the same, where one row gets it right."""
    found = {}
    for field, test in (("title", _is_words), ("price", _is_price)):
        named = [column for column, name in folded.items() if name in NAMES[field] and column not in chosen.values()]
        right = [column for column in named if any(map(test, columns[column]))]
        if field not in chosen and right:
            found[field] = min(right, key=lambda column: NAMES[field].index(folded[column]))
    return found


# Money first, so that "price" is not taken for anything else; ids before codes.
_ORDER = ("price", "title", "id", *(name for name in NAMES if name not in ("price", "title", "id")))


def _plain(column: str) -> str:
    """A column's name without a namespace, a currency and what else does not tell fields apart."""
    name = snake_case(column.split(":", 1)[-1]) or column
    for word in CURRENCY_WORDS:
        name = name.removesuffix(f"_{word}")
    return name


def _translated_title(folded: Mapping[str, str], columns: Columns) -> dict[str, str]:
    for words in LANGUAGES.values():
        for column, name in folded.items():
            if columns[column] and any(
                name in (f"{base}_{word}", f"{word}_{base}") for base in NAMES["title"] for word in words
            ):
                return {"title": column}
    return {}


def _any(values: Sequence[Scalar]) -> bool:
    return bool(values)


def _mostly(test: Callable[[Scalar], bool]) -> Callable[[Sequence[Scalar]], bool]:
    return lambda values: bool(values) and sum(map(test, values)) >= _ENOUGH * len(values)


def _is_price(value: Scalar) -> bool:
    try:
        parse_price(value, PriceStyle(currency="USD"))
    except NotAPrice as error:
        return "currency" in str(error) or "zero" in str(error)
    return True


def _is_number(value: Scalar) -> bool:
    return number_in(value) is not None


def _is_rating(value: Scalar) -> bool:
    number = number_in(value)
    return number is not None and 0 <= number <= 100


def _is_words(value: Scalar) -> bool:
    return isinstance(value, str) and any(c.isalpha() for c in value)


def _is_link(value: Scalar) -> bool:
    text = text_of(value)
    return " " not in text.strip() and ("/" in text or "." in text)


def _is_list(value: Scalar) -> bool:
    text = text_of(value).strip()
    return text.startswith(("['", '["')) and text.endswith("]")


def _is_code(value: Scalar) -> bool:
    return len(text_of(value)) <= 200


def _is_id(values: Sequence[Scalar]) -> bool:
    texts = [text_of(value) for value in values]
    return bool(texts) and len(set(texts)) >= 0.5 * len(texts) and all(map(_is_code, values))


def _is_state(values: Sequence[Scalar]) -> bool:
    return _mostly(lambda value: availability_of(value) is not None)(values)


_FITS: dict[str, Callable[[Sequence[Scalar]], bool]] = {
    "id": _is_id,
    "title": _mostly(_is_words),
    "price": _mostly(_is_price),
    "list_price": _mostly(_is_price),
    "sale_price": _mostly(_is_price),
    "availability": _is_state,
    "rating": _mostly(_is_rating),
    "rating_count": _mostly(_is_number),
    "link": _mostly(_is_link),
    "image_link": _mostly(_is_link),
    "brand": _mostly(_is_words),
    "category": _mostly(_is_words),
    "gtin": _mostly(lambda value: text_of(value).replace("-", "").isdigit()),
}


def _rule(field: str, column: str, values: Sequence[Scalar]) -> FieldRule:
    rule = FieldRule(columns=(column,))
    if _mostly(_is_list)(values):
        return replace(rule, decode="list", join=" ")
    if field in ("price", "list_price", "sale_price"):
        cents = "cents" in _plain(column).split("_") or column.endswith("分")
        return replace(rule, divide=Decimal(100 if cents else 1), decimal=_decimal(values))
    if field == "category":
        return replace(rule, split=_separator(values))
    if field == "highlights" and any("\n" in text_of(value) for value in values):
        return replace(rule, split="\n")
    if field == "rating":
        best = max((number for value in values if (number := number_in(value)) is not None), default=Decimal(5))
        return replace(rule, scale=Decimal(5 if best <= 5 else 10 if best <= 10 else 100))
    return rule


def _decimal(values: Iterable[Scalar]) -> str:
    """A comma where some price has one before its last one or two digits: then "1.299" is a thousand."""
    texts = [text_of(value) for value in values if isinstance(value, str)]
    tails = [text.rpartition(",")[2].strip(" €$£¥元") for text in texts if "," in text]
    return "," if any(tail.isdigit() and len(tail) <= 2 for tail in tails) else ""


def _separator(values: Sequence[Scalar]) -> str:
    texts = [text_of(value) for value in values]
    return next((mark for mark in _PATHS if sum(mark in text for text in texts) >= 0.3 * len(texts)), "")


def _currency(chosen: Mapping[str, str], columns: Columns) -> str:
    """From the signs in its values, or from Chinese titles."""
    written = [money for value in columns[chosen["price"]] if (money := _written_currency(value))]
    if written:
        return max(set(written), key=written.count)
    titles = columns[chosen["title"]]
    return "CNY" if 2 * sum(is_chinese(text_of(title)) for title in titles) > len(titles) else ""


def _named_currency(column: str) -> str:
    """From the column's name: "price_usd", "价格（元）"."""
    name = snake_case(column)
    return next((code for word, code in CURRENCY_WORDS.items() if name.endswith(word)), "")


def _written_currency(value: Scalar) -> str:
    try:
        return parse_price(value, PriceStyle()).currency
    except NotAPrice:
        return ""


def _translations(columns: Columns, chosen: Mapping[str, str]) -> dict[str, dict[str, FieldRule]]:
    found: dict[str, dict[str, FieldRule]] = {}
    for language, words in LANGUAGES.items():
        for field in ("title", "description"):
            wanted = {f"{base}_{word}" for base in NAMES[field] for word in words}
            wanted |= {f"{word}{base}" for base in NAMES[field] for word in words}
            column = next((c for c in columns if snake_case(c) in wanted and c not in chosen.values()), None)
            if column is not None:
                found.setdefault(language, {})[field] = FieldRule(columns=(column,))
    return {language: rules for language, rules in found.items() if "title" in rules}
