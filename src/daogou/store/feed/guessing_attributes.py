"""Which of the remaining columns are facts about the product, of what kind, and how several values stand in one cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from daogou.shop.vocabulary import AttributeKind
from daogou.store.feed.attributes import infer
from daogou.store.feed.column_names import INTERNAL
from daogou.store.feed.mapping import AttributeRule, FeedMapping
from daogou.store.feed.record import Scalar, text_of
from daogou.text.normalize import snake_case

_LONG = 300  # characters on average: prose, not a fact
_SEPARATORS = (" | ", "|", "; ", ";", "、", ", ", ",")
_PIECE = 30  # characters; a longer piece is prose with commas
_OFTEN = 0.3
_INNER = ("image", "img", "url", "link", "thumb", "shipping.", "tax.", "图片", "链接")


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
        ignore=tuple(_escape(column) for column in ignored),
        attributes={column: rule for column, rule in rules.items() if rule != AttributeRule()},
    )


def _is_no_fact(column: str, values: Sequence[Scalar]) -> bool:
    name = snake_case(column.split(":", 1)[-1])
    if name in INTERNAL or any(word in column.casefold() for word in _INNER):
        return True
    texts = [text_of(value) for value in values]
    if not texts:
        return False
    links = sum(text.startswith(("http://", "https://", "//", "www.")) for text in texts)
    return 2 * links > len(texts) or sum(map(len, texts)) > _LONG * len(texts)


def _rule(values: Sequence[Scalar]) -> AttributeRule:
    separator = _separator([text_of(value) for value in values if isinstance(value, str)])
    if separator:
        return AttributeRule(split=separator)
    return AttributeRule(kind=AttributeKind.TEXT) if _is_mixed(values) else AttributeRule()


def _is_mixed(values: Iterable[Scalar]) -> bool:
    """Texts and numbers in one column: then the numbers are texts that happen to have digits only."""
    kinds = {_kind(infer(value, "")[0]) for value in values}
    return "text" in kinds and len(kinds) > 1


def _kind(value: object) -> str:
    return "bool" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"


def _separator(texts: Sequence[str]) -> str:
    for mark in _SEPARATORS:
        pieces = [piece.strip() for text in texts if mark in text for piece in text.split(mark)]
        often = sum(mark in text for text in texts) >= _OFTEN * len(texts)
        if pieces and often and max(map(len, pieces)) <= 2 * _PIECE and not all(map(_is_digits, pieces)):
            return mark
    return ""


def _is_digits(piece: str) -> bool:
    return piece.replace(".", "").isdigit()


def _escape(column: str) -> str:
    """A column's name as a pattern of itself."""
    pattern = "".join(f"[{c}]" if c in "*?[" else c for c in column)
    assert fnmatchcase(column, pattern)
    return pattern
