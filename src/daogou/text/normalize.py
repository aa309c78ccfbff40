"""One way of writing for every way of typing: full-width letters, odd spaces, fancy quotes."""

import re
import unicodedata

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
