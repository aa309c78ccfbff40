"""The feed's text made fit to print: a title is data, whatever it says."""

import functools
import html
import re

from daogou.text.normalize import is_chinese

NAME_LENGTH = 64  # characters of a name in running text; Chinese ones take twice the room
_TAGS = re.compile(r"<[^<>]*>")
_SCRIPTS = re.compile(r"<(script|style)\b.*?(</\1\s*>|$)", re.I | re.S)
_LINKS = re.compile(r"(?:https?://|www\.)[^\s\u3400-\u9fff]+", re.I)
_IN_WORD = re.compile(r"(?<=[0-9A-Za-z.,'-])[0-9A-Za-z.,'-]")
_LAST_WORD = re.compile(r"[0-9A-Za-z.,'-]+$")
_FIRST_WORD = re.compile(r"^[0-9A-Za-z.,'-]+")
_BETWEEN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])")
_SPACES = re.compile(r"\s+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "「": '"', "」": '"'})
_LOOSE_ENDS = " ,;:-–—/|(（[【&+·、，；："


def clean(text: str) -> str:
    """One line without markup, links and control characters; inner curly quotes become straight."""
    plain = html.unescape(_TAGS.sub(" ", _SCRIPTS.sub(" ", text)))
    plain = _LINKS.sub(" ", _TAGS.sub(" ", plain)).translate(_QUOTES)
    visible = "".join(c if c.isprintable() else " " for c in plain)
    return _SPACES.sub(" ", visible).strip()


@functools.lru_cache(maxsize=4096)  # the same titles are said again and again
def short(text: str, length: int = NAME_LENGTH) -> str:
    """The cleaned text, cut at a word's end with "…" where it is too long for a sentence."""
    plain = clean(text)
    room = length // 2 if is_chinese(plain) else length
    if len(plain) <= room:
        return plain
    cut = plain[:room]
    if _IN_WORD.match(plain, room):
        cut = _LAST_WORD.sub("", cut) or cut
    return _whole_brackets(cut).rstrip(_LOOSE_ENDS) + "…"


def spoken(text: str, length: int = NAME_LENGTH) -> str:
    """The shopper's words, shortened; the spaces that cutting left between Chinese words are closed."""
    return short(_BETWEEN_CHINESE.sub("", text), length)


def quoted(text: str, length: int = NAME_LENGTH) -> str:
    """Words that are not ours, shortened, in curly quotes: what stands in them is the row's or the shopper's."""
    return f"“{short(text, length)}”"


def window(plain: str, start: int, end: int) -> str:
    """The piece of a cleaned text between two places, without half words, "…" where more stands beside it."""
    first, last = max(0, start), min(len(plain), end)
    piece = plain[first:last]
    if last < len(plain):
        piece = (_LAST_WORD.sub("", piece) if _IN_WORD.match(plain, last) else piece).rstrip(_LOOSE_ENDS) + "…"
    if first > 0:
        piece = "…" + (_FIRST_WORD.sub("", piece) if _IN_WORD.match(plain, first) else piece).lstrip()
    return piece


def _whole_brackets(text: str) -> str:
    for opening, closing in ("()", "（）", "[]", "【】"):
        start = text.rfind(opening)
        if start > len(text) // 2 and closing not in text[start:]:
            text = text[:start]
    return text
