"""A message as tokens: English words, numbers, single Chinese characters and signs, each with its place."""

import re
from dataclasses import dataclass

from daogou.catalog.matching.letters import plain_letters
from daogou.text.normalize import normalize
from daogou.text.units import UNITS
from daogou.text.words import stem

# Letters that may stick to a number without making it a model name: 16gb, 15.6inch, 1.5k, 2w.
_SUFFIXES = frozenset(name for unit in UNITS for name in unit.names if name.isascii() and name.isalpha()) | {
    *("k", "w", "eur", "euro", "euros", "usd", "rmb", "cny", "gbp", "yuan", "ish", "plus", "mm"),
    *("quid", "pence", "dollars", "bucks", "yen", "cents", "yo"),
}
_AGES = ("year", "years", "month", "months", "yr")  # a 4-year-old
_PIECE = re.compile(
    r"(?P<code>(?<!\d)(?:\d+-0\d+|0\d+|\d+(?:-\d+){2,})(?![\d.,]))|(?P<ratio>\d+(?:\.\d+)?(?: ?[x×*] ?| by |:)\d+(?:\.\d+)?(?:(?: ?[x×*] ?| by )\d+(?:\.\d+)?)?)"
    r"|(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:\.\d+)?)(?P<glued>-?[a-z]+[a-z0-9.+-]*)?"
    r"|(?P<model>[a-z]+(?:[-/]?\d)(?:[a-z0-9]|[./-](?=[a-z0-9]))*)"
    r"|(?P<word>[^\W\d_\u3400-\u9fff]+(?:'[a-z]+)?)"
    r"|(?P<han>[\u3400-\u9fff])"
    r"|(?P<sign>[^\s])"
)
_NAMES = ("4k", "8k", "2g", "3g", "4g", "5g", "6g")  # resolutions, and generations of networks
# 6G内存, 4g + 64g, less than 5g of sugar: after all a quantity.
_AMOUNT_AFTER = re.compile(r" ?(?:ram|memory|storage|of |内存|运存|运行|存储|闪存|以上|以下|以内|\+|/)")
_LETTERS = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `text` is lower case, `key` is what phrases are compared by, `start` and `end` are character places."""

    text: str
    key: str
    start: int
    end: int
    number: bool = False

    @property
    def han(self) -> bool:
        """Whether it is a Chinese character."""
        return "\u3400" <= self.text[0] <= "\u9fff"

    @property
    def sign(self) -> bool:
        """Whether it is punctuation or another sign."""
        return not self.number and not self.text[0].isalnum()


def tokenize(text: str) -> list[Token]:
    """Tokens of a text, in order; the text is normalised and folded first.

    "16GB" is a number and a unit; "tn-2110" and "ps4" are one word; "noise-cancelling" is two words.
    """
    folded = text.lower() if text.isascii() else plain_letters(normalize(text))
    tokens: list[Token] = []
    for match in _PIECE.finditer(folded):
        if match["ratio"] or match["code"]:  # 16:9, 75 x 33, 910-002238: one word, and no quantity
            tokens.append(_token(match.group(), match.start()))
        elif match["number"]:
            _add_number(tokens, match, folded)
        elif not (match["sign"] == "-" and _between_words(folded, match.start())):
            tokens.append(_token(match.group(), match.start()))
    return tokens


def _add_number(tokens: list[Token], match: re.Match[str], folded: str) -> None:
    number, glued = match["number"], match["glued"] or ""
    letters = glued.lstrip("-")
    if number + letters in _NAMES and not _AMOUNT_AFTER.match(folded, match.end()):
        tokens.append(_token(match.group(), match.start()))
    elif not glued:
        tokens.append(_token(number, match.start(), number=True))
    elif _LETTERS.fullmatch(letters) and letters in _SUFFIXES:
        tokens.append(_token(number, match.start(), number=True))
        tokens.append(_token(letters, match.end() - len(letters)))
    elif _unit_then_words(letters):
        tokens.append(_token(number, match.start(), number=True))
        start = match.end() - len(letters)
        tokens += [_token(piece.group(), start + piece.start()) for piece in _LETTERS.finditer(letters)]
    else:
        tokens.append(_token(match.group(), match.start()))


def _unit_then_words(letters: str) -> bool:
    first = letters.split("-")[0]
    return "-" in letters and (first in _SUFFIXES or first in _AGES) and not any(c.isdigit() for c in letters)


def _between_words(text: str, index: int) -> bool:
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return before.isalpha() and after.isalpha() and before.isascii() and after.isascii()


def _token(text: str, start: int, *, number: bool = False) -> Token:
    return Token(text, stem(text), start, start + len(text), number)
