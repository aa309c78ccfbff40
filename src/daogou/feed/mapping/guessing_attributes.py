"""Which of the remaining columns are facts about the product, of what kind, and how several values stand in one cell."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from daogou.catalog.products.vocabulary import AttributeKind
from daogou.feed.fields.attributes import infer
from daogou.feed.mapping.mapping import AttributeRule, FeedMapping
from daogou.feed.readers.contents import is_date, share, writes_money
from daogou.feed.readers.headings import fields_named, folded
from daogou.feed.readers.pairing import is_beside_a_pair
from daogou.feed.readers.record import Scalar, text_of
from daogou.feed.values.vocabulary import table

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
        ignore=(*mapping.ignore, *(_escape(column) for column in ignored)),
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
