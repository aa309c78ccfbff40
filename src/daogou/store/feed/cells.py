"""From cells to clean values: what a rule says, done."""

import ast
import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from daogou.store.feed.mapping import FieldRule
from daogou.store.table.record import Cell, Scalar, text_of

NOTHING_SAID = frozenset(("", "-", "--", "—", "/", "n/a", "#n/a", "null", "none", "nan", "nil", "undefined", "nat"))
_HIDDEN = re.compile(r"<(style|script)\b.*?(</\1\s*>|$)|<!--.*?(-->|$)", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<\s*(br|/p|/div|/li|/tr|/h[1-6]|/ul|/ol)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_GUARDED = re.compile(r"""'([^'\s]+)|="([^"]*)\"""")
_SPACES, _LINES = re.compile(r"[^\S\n]+"), re.compile(r" ?\n[\s]*")


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


def clean(text: str) -> str:
    """Without HTML, entities and control characters; single spaces, and line breaks where there were some."""
    if "<" in text or "&" in text:
        text = html.unescape(_without_tags(text))
        if _TAG.search(text):  # the tags themselves were written as entities
            text = html.unescape(_without_tags(text))
    if not text.isprintable() or "  " in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = "".join(
            c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Zl") else " " for c in text
        )
        text = _LINES.sub("\n", _SPACES.sub(" ", text))
    return text.strip()


def _without_tags(text: str) -> str:
    return _TAG.sub(" ", _BREAK.sub("\n", _HIDDEN.sub(" ", text)))


def code_of(text: str) -> str:
    """A code without what spreadsheets put around it: '4006381333931, ="4006381333931"."""
    match = _GUARDED.fullmatch(text.strip()) if "'" in text or "=" in text else None
    return match[1] or match[2] if match else text


def one_line(text: str) -> str:
    """Clean, with line breaks (also those that stand as a backslash and an n) turned into spaces."""
    return " ".join(clean(text.replace("\\n", " ")).split())


def says_nothing(value: Scalar) -> bool:
    """Whether a cell is there but empty: "", "N/A", "null", "-" ..."""
    return isinstance(value, str) and value.strip().casefold() in NOTHING_SAID


def _values(cell: Cell, rule: FieldRule) -> list[Scalar]:
    if cell is None:
        return []
    values: Sequence[Scalar] = cell if isinstance(cell, tuple) else (cell,)
    if rule.decode == "list":
        values = [item for value in values for item in decode_list(value)]
        return [] if all(says_nothing(value) for value in values) else list(values)
    return [value for value in values if not says_nothing(value)]


def decode_list(value: Scalar) -> list[Scalar]:
    """The texts of a JSON or Python list in a cell; what is no list stays as it is."""
    text = value.strip() if isinstance(value, str) else ""
    if not (text.startswith("[") and text.endswith("]")):
        return [value]
    for read in (json.loads, ast.literal_eval):
        try:
            items = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return [str(item) for item in items]
    return [text[1:-1]]


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
