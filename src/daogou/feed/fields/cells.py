"""From cells to clean values: what a rule says, done."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence

from daogou.feed.mapping.mapping import FieldRule
from daogou.feed.readers.record import Cell, Scalar, text_of
from daogou.feed.values.texts import decode_list, says_nothing


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
