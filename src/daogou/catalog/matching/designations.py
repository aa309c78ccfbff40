"""Names with a number in a text: iPhone 13, S23, DF333D, WH-1000XM4, and 106/107/206/207 as four of one series.

Case, dashes and spaces don't matter: "note12pro" is "Note 12 Pro". An amount with its unit is no name: 18 V, 5G, 2-pack.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_RUN = re.compile(r"[a-z\u00df-\u024f]+|\d+(?:[.,]\d+)*|[\u3400-\u9fff]+|\S")
_DIGIT = re.compile(r"\d")
_LIST = frozenset(("/", ",", "、", "&", "+", "|", "and", "or", "和", "或", "及", "与"))
# What makes another thing of the same number.
_VARIANTS = frozenset(("pro", "max", "plus", "mini", "ultra", "lite", "air", "se", "fe"))
_UNITS_WORDS = (
    "mm cm m km in inch inches ft yd g kg mg lb lbs oz ml cl l litre litres liter liters gb mb tb mah ah wh w kw"
    " watt watts v volt volts vmax hz khz mhz ghz mp dpi lm lumen lumens k h hour hours min minutes p pc pcs piece"
    " pieces pack packs pk ct count pair pairs x sheet sheets page pages year years yr month months day days week"
    " weeks person people cup cups stick sticks seater in1 fps rpm db bar dpi st nd rd th euro euros eur usd gbp"
    " ply"
)
_UNITS = frozenset(_UNITS_WORDS.split())
_UNITS_ZH = re.compile(
    r"[克斤升米寸瓦伏安片个只支件包瓶盒袋枚粒张双条人岁月年天度新元块折层档万千倍种款位台部套核毫厘公英平转档页杯小分周级]"
)
# Words that stand before a number without naming a series.
_NO_SERIES_WORDS = (
    "a an and the of for with to up over under above below from or in on at by x size set pack pair no number nr"
    " eu uk us than about around max min least most between only all age ages aged adult step level spf per until"
)
_NO_SERIES = frozenset(_NO_SERIES_WORDS.split())
_LEAST_LISTED = 3  # digits of a number that is a name without a series word
_FOR_ZH = re.compile(r"^.*?(?:适用于?|适合|兼容|适配|专用|用于|可用|配套|支持|的|和|或|给|有|要|买)")


@dataclass(frozen=True, slots=True)
class Designation:
    """A series word ("" where none is said), what tells its members apart, and where it stands in the folded text."""

    series: str
    code: str
    variant: tuple[str, ...] = ()
    start: int = 0
    end: int = 0

    def names(self, other: "Designation") -> bool:
        """Whether both are one thing's name."""
        return self.code == other.code and self.variant == other.variant and self.akin(other)

    def akin(self, other: "Designation") -> bool:
        """Whether both are of one series; 红米note is a note, and a missing series word is any."""
        mine, theirs = self.series, other.series
        return not mine or not theirs or mine == theirs or (not mine.isascii() and _same_han(mine, theirs))


@dataclass(frozen=True, slots=True)
class _Chain:
    """Runs without a space between them, dashes apart: wh-1000xm4."""

    text: str
    start: int
    end: int


def folded(text: str) -> str:
    """The form in which names are compared; every character keeps its place wherever NFKC lets it."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def designations(text: str) -> tuple[Designation, ...]:
    """Every name with a number, in order; the text may be as it was written."""
    return tuple(_designations(_chains(folded(text)))) if _DIGIT.search(text) else ()


def _chains(text: str) -> list[_Chain]:
    chains: list[_Chain] = []
    joinable, dashed = False, False
    for run in _RUN.finditer(text):
        piece, glued = run[0], bool(chains) and run.start() == chains[-1].end + dashed
        if piece in "-–" and joinable and chains and run.start() == chains[-1].end:
            dashed = True
            continue
        plain = piece[0].isascii() and piece[0].isalnum()
        if plain and joinable and glued:
            chains[-1] = _Chain(chains[-1].text + "-" * dashed + piece, chains[-1].start, run.end())
        else:
            chains.append(_Chain(piece, run.start(), run.end()))
        joinable, dashed = plain, False
    return chains


def _designations(chains: Sequence[_Chain]) -> Iterator[Designation]:
    last: Designation | None = None  # what a list goes on from
    place = 0
    while place < len(chains):
        found = _read(chains, place, last)
        if found is not None:
            last, place = found
            yield last
        elif chains[place].text not in _LIST and not _amount(chains, place):
            last = None
            place += 1
        else:
            place += 1


def _read(chains: Sequence[_Chain], place: int, last: Designation | None) -> tuple[Designation, int] | None:
    chain = chains[place]
    if not any(c.isdigit() for c in chain.text) or "." in chain.text or _amount(chains, place):
        return None
    letters = re.match(r"(?:[a-z\u00df-\u024f]+-?)*", chain.text)
    series = (letters[0] if letters else "").replace("-", "")
    code = chain.text[letters.end() if letters else 0 :].replace("-", "")
    start, named = chain.start, bool(series)
    if named and series in _NO_SERIES and (len(code) == 1 or len(series) > 1):
        return None  # brush heads x4, spf50
    if not named:
        before = _series(chains, place)
        series = before.text if before else last.series if last else ""
        start = before.start if before else start
        if not series and code.isdigit() and not _listed(chains, place):
            return None
    variant, end, place = _variants(chains, place + 1, chain.end)
    code, glued = _split_variant(code)
    return Designation(_of_brand(series), code, (*glued, *variant), start, end), place


def _series(chains: Sequence[_Chain], place: int) -> _Chain | None:
    """The word right before a bare number that names its series."""
    before = chains[place - 1] if place else None
    if before is None or not before.text[0].isalpha() or any(c.isdigit() for c in before.text):
        return None
    return None if before.text in _NO_SERIES or before.text in _LIST or before.text in _UNITS else before


def _listed(chains: Sequence[_Chain], place: int) -> bool:
    """Whether it is one of several numbers that slashes part: 106/107/206/207 for Fluval."""
    near = chains[max(0, place - 1) : place + 2]
    return len(chains[place].text) >= _LEAST_LISTED and any(chain.text == "/" for chain in near)


def _variants(chains: Sequence[_Chain], place: int, end: int) -> tuple[tuple[str, ...], int, int]:
    found: list[str] = []
    while place < len(chains) and chains[place].text in _VARIANTS:
        found.append(chains[place].text)
        end = chains[place].end
        place += 1
    return tuple(found), end, place


def _split_variant(code: str) -> tuple[str, tuple[str, ...]]:
    """The pro of 12pro; the s of 560s is the code's own."""
    match = re.fullmatch(r"(\d+)([a-z]+)", code)
    return (match[1], (match[2],)) if match and match[2] in _VARIANTS else (code, ())


def _amount(chains: Sequence[_Chain], place: int) -> bool:
    """Whether a number is how much of something: 18v, 2-pack, 32-70英寸."""
    text = chains[place].text
    match = re.fullmatch(r"[\d.,]+(?:-[\d.,]+)*(?:-?([a-z]+))?", text)
    if match is None:
        return False
    if match[1]:
        return match[1] in _UNITS
    after = chains[place + 1].text if place + 1 < len(chains) else ""
    if after in _UNITS or after in ('"', "%", "°", "'"):
        return True
    return bool(_UNITS_ZH.match(after)) and (len(after) < 3 or after[1:2] in "片个只支装入寸升米克")


def _of_brand(series: str) -> str:
    """A Chinese series word without what opens it: 适用苹果 is 苹果."""
    return series if series.isascii() else _FOR_ZH.sub("", series) or series


def _same_han(mine: str, theirs: str) -> bool:
    return mine.endswith(theirs) or theirs.endswith(mine)
