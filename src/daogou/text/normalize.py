"""One way of writing for every way of typing: full-width letters, odd spaces, fancy quotes."""

import re
import unicodedata

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SPACES = re.compile(r"\s+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "″": '"', "′": "'", "–": "-", "—": "-", "−": "-"})


def normalize(text: str) -> str:
    """NFKC (１６ＧＢ -> 16GB), plain quotes and dashes, control characters out, single spaces."""
    if text.isascii() and text.isprintable():  # most English text: nothing else to do
        return _SPACES.sub(" ", text).strip()
    plain = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    if not plain.isprintable():  # holds a control character, or a space other than the plain one
        plain = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in plain)
    return _SPACES.sub(" ", plain).strip()


class _Plain(dict[int, str]):
    """Every character's plain form, found when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        base = unicodedata.normalize("NFD", character)[0]
        plain = "" if code in _MARKS else _UNLIKE.get(character) or (base if base in _ACCENTED else character)
        self[code] = plain
        return plain


_MARKS = range(0x0300, 0x0370)  # combining: é written as e and its accent
_ACCENTED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZαεηιουωΑΕΗΙΟΥΩ")
_UNLIKE = {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "’": "'"}
_PLAIN = _Plain()


def plain_letters(text: str) -> str:
    """Without case and accents, as people type: NESCAFÉ -> nescafe, Crème -> creme; other scripts keep their letters."""
    folded = text.casefold()
    return folded if folded.isascii() else folded.translate(_PLAIN)


def is_chinese(text: str) -> bool:
    """Whether any Chinese character stands in it."""
    return _CHINESE.search(text) is not None


def language_of(text: str, *, default: str = "en") -> str:
    """Say `zh` when Chinese stands in the text, `en` when only other letters do, `default` without letters."""
    if _CHINESE.search(text):
        return "zh"
    return "en" if any(c.isalpha() for c in text) else default


def snake_case(text: str) -> str:
    """A column's name as an attribute's name: "Processor cache (L2)" -> "processor_cache_l2"."""
    return re.sub(r"[^0-9a-z\u3400-\u9fff]+", "_", normalize(text).casefold()).strip("_")
