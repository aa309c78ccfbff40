"""Words for search: the one cut that indexing and asking must share."""

import functools
import logging
import re
import warnings
from types import ModuleType

from daogou.shop.wording import stem
from daogou.text.normalize import normalize

__all__ = ["cut", "segment", "stem"]

_PIECES = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+(?:[.'&+/-][a-z0-9]+)*\+*")
_INNER = re.compile(r"[a-z]+|[0-9]+")


def cut(text: str) -> list[str]:
    """Lower-case words in order; Chinese is cut by jieba's search mode (long words give their parts as well).

    A compound with letters and digits or inner punctuation gives itself and its parts: "wi-fi" -> wi-fi, wi, fi.
    """
    words: list[str] = []
    for piece in _PIECES.findall(normalize(text).casefold()):
        if "\u3400" <= piece[0] <= "\u9fff":
            words.extend(word for word in _jieba().cut_for_search(piece) if word.strip())
        else:
            words.append(piece)
            parts = _INNER.findall(piece)
            if len(parts) > 1:
                words.extend(parts)
    return words


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
