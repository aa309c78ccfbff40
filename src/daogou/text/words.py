"""Words for search: the one cut that indexing and asking must share."""

import functools
import logging
import re
import warnings
from itertools import pairwise
from types import ModuleType

from daogou.catalog.matching.letters import plain_letters
from daogou.catalog.matching.wording import stem
from daogou.text.normalize import normalize

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
