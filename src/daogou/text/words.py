"""Words for search: the one cut that indexing and asking must share."""

import functools
import logging
import re
import tomllib
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from importlib import resources
from itertools import pairwise
from types import ModuleType
from typing import Any

from daogou.catalog.matching.wording import plain_letters, stem

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SPACES = re.compile(r"\s+")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "″": '"', "′": "'", "–": "-", "—": "-", "−": "-"})


def normalize(text: str) -> str:
    """NFKC (１６ＧＢ -> 16GB), plain quotes and dashes, control characters out, single spaces."""
    if text.isascii() and text.isprintable():  # most English text: nothing else to do
        return " ".join(text.split())
    plain = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    if not plain.isprintable():  # holds a control character, or a space other than the plain one
        plain = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in plain)
    return _SPACES.sub(" ", plain).strip()


def is_chinese(text: str) -> bool:
    """Whether any Chinese character stands in it."""
    return _CHINESE.search(text) is not None


def language_of(text: str, *, default: str = "en") -> str:
    """Say `zh` when Chinese stands in the text, `en` when only other letters do, `default` without letters."""
    if _CHINESE.search(text):
        return "zh"
    return "en" if any(c.isalpha() for c in text) else default


def snake_case(text: str) -> str:
    """A column's name as an attribute's name: "Processor cache (L2)" -> "processor_cache_l2", "Größe" -> "grosse"."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", normalize(text).casefold()))
    return re.sub(r"[^0-9a-z\u3400-\u9fff]+", "_", plain).strip("_")


__all__ = ["cut", "pairs", "segment", "stem"]

_PIECES = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+(?:[.'&+/-][a-z0-9]+)*\+*|[^\W\da-z_\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_INNER = re.compile(r"[a-z]+|[0-9]+")


def cut(text: str) -> list[str]:
    """Lower-case words in order; Chinese is cut by jieba's search mode (long words give their parts as well).

    A compound with letters and digits or inner punctuation gives itself and its parts: "wi-fi" -> wi-fi, wi, fi; one with
    an apostrophe also what is typed without: "L'Oréal" -> l'oreal, l, oreal, loreal. Other scripts' words are runs of letters.
    """
    words: list[str] = []
    for piece in _PIECES.findall(plain_letters(normalize(text))):
        if "\u3400" <= piece[0] <= "\u9fff":
            words.extend(word for word in _jieba().cut_for_search(piece) if word.strip())
        else:
            words.append(piece)
            parts = _INNER.findall(piece)
            if len(parts) > 1:
                words.extend(parts)
            if "'" in piece:
                words.append(piece.replace("'", ""))
    return words


def pairs(text: str) -> list[str]:
    """Neighbouring Chinese characters, in order: what is found where jieba cuts two texts differently."""
    return [left + right for run in _HAN.findall(normalize(text)) for left, right in pairwise(run)]


def segment(text: str) -> list[str]:
    """A Chinese text as words one after another, none overlapping: 不要黑色的 -> 不要, 黑色, 的."""
    return list(_jieba().cut(text))


@functools.cache
def _jieba() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba's own invalid escapes
        import jieba
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba  # type: ignore[no-any-return]


FOLDERS = ("types",)
_left_out: frozenset[str] = frozenset()


def table(file: str) -> dict[str, Any]:
    """One file's tables, without what `leave_out` named; a list that is left out keeps its outer keys."""
    found: dict[str, Any] = tomllib.loads(resources.files("daogou.text").joinpath(file).read_text(encoding="utf-8"))
    for name in _left_out:
        path, _, key = name.partition(":")
        if path == file or (path.endswith("/") and file.startswith(path)):
            found = _without(found, key) if key else {one: type(value)() for one, value in found.items()}
    return found


def files(folder: str) -> list[str]:
    """Its files by name, as `table` takes them."""
    names = (one.name for one in resources.files("daogou.text").joinpath(folder).iterdir())
    return sorted(f"{folder}/{name}" for name in names if name.endswith(".toml"))


def names() -> tuple[str, ...]:
    """Everything that `leave_out` may be given."""
    own = (one.name for one in resources.files("daogou.text").iterdir() if one.name.endswith(".toml"))
    every = {file: file for file in own} | {file: f"{folder}/" for folder in FOLDERS for file in files(folder)}
    keys = {f"{name}:{key}" for file, name in every.items() for key in _keys(table(file))}
    return tuple(sorted({*every, *every.values(), *keys}))


def leave_out(lists: Iterable[str]) -> None:
    """Read these as if they were empty from now on; what has been read stays as it is."""
    global _left_out
    _left_out = frozenset(lists)


def _without(value: Any, key: str) -> Any:
    if not isinstance(value, dict):
        return value
    return {one: _without(within, key) for one, within in value.items() if one != key}


def _keys(value: Any) -> Iterator[str]:
    """Its sections, and the fields of its entries (not the entries themselves)."""
    for key, within in value.items():
        if isinstance(within, dict) and not all(isinstance(one, dict) for one in within.values()):
            yield from within
        elif isinstance(within, dict):
            yield key
            yield from _keys(within)
