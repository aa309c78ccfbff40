"""Whether a cell says that its product is shown to shoppers, or hidden from them."""

import functools
import re

from daogou.feed.readers.headings import folded
from daogou.feed.values.vocabulary import words


def says_hidden(text: str) -> bool:
    """Whether a cell of a column for publication hides its product: "draft", "-1", "nein"; 系统下架 is 下架 by the system."""
    plain = _plain(text)
    return plain in _folded("values.hidden") or plain.endswith(_compounded("values.hidden"))


def says_shown(text: str) -> bool:
    """Whether it shows the product: "published", "1", "ja"."""
    return _plain(text) in _folded("values.shown")


def _plain(text: str) -> str:
    return text if text == "-1" else folded(re.sub(r"\.0+$", "", text))


@functools.cache
def _folded(place: str) -> frozenset[str]:
    return frozenset(_plain(word) for word in words(place))


@functools.cache
def _compounded(place: str) -> tuple[str, ...]:
    """Those in Chinese, where who did it, and how, stands before the word without a space."""
    return tuple(
        sorted(word for word in _folded(place) if len(word) > 1 and not word.isascii() and word[0] >= "\u4e00")
    )
