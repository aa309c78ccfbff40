"""The text of a cell: without HTML and control characters, without what spreadsheets put around a code."""

import ast
import html
import json
import re
import unicodedata
from collections.abc import Mapping

from daogou.feed.readers.record import Cell, Scalar

NOTHING_SAID = frozenset(
    ("", "-", "--", "—", "/", "n/a", "#n/a", "null", "none", "nan", "nil", "undefined", "nat", "does not apply")
)
_HIDDEN = re.compile(r"<(style|script)\b.*?(</\1\s*>|$)|<!--.*?(-->|$)", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<\s*(br|/p|/div|/li|/tr|/h[1-6]|/ul|/ol)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_JUNK = re.compile(r"^[\s,;，、；|_~*·•>-]+|[\s,;，、；|_~·•<-]+$")
_GUARDED = re.compile(r"""'([^'\s]+)|="([^"]*)\"""")
_SPACES, _LINES = re.compile(r"[^\S\n]+"), re.compile(r" ?\n[\s]*")


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


def bad_bytes(cells: Mapping[str, Cell]) -> list[str]:
    """Bytes that the feed's encoding does not have came in as lone surrogates."""
    return [
        f"{name} has bytes that do not belong to the feed's encoding"
        for name, cell in cells.items()
        if isinstance(cell, str) and has_bad_bytes(cell)
    ]


def has_bad_bytes(text: str) -> bool:
    """Whether such a byte stands in it."""
    return not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text)


def without_junk(title: str) -> str:
    """Without the marks that scrapers and exports leave at both ends."""
    if title[:1].isalnum() and title[-1:].isalnum():  # as most are
        return title
    return _JUNK.sub("", title) or title
