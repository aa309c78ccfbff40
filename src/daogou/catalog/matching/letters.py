"""Letters as people type them: without case and accents; and which scripts set spaces between words."""

import re
import unicodedata

UNSPACED = r"\u0e00-\u0eff\u1100-\u11ff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af"  # Thai, Chinese, Japanese, Korean ...
_UNSPACED = re.compile(f"[{UNSPACED}]")


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


def spaced(character: str) -> bool:
    """Whether it is a letter or digit of a script that sets spaces between words: Latin, Greek, Cyrillic; not Chinese."""
    return character.isalnum() and (character.isascii() or _UNSPACED.match(character) is None)
