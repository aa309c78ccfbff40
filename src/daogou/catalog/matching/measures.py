"""The amounts that a row states, as intervals: 18-55 mm, 8岁以上, up to 10 cups, 6 x 1.5 l, 80 bags, 30 m.

Read are the number attributes, the text attributes, the title, the highlights and the description, each in the unit
that stands there; what is counted is named by its stem ("bag").
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from daogou.catalog.matching.units import BY_SYMBOL, COUNTED, Unit, convert, units_named
from daogou.catalog.matching.wording import stem
from daogou.catalog.products.need import SUITS
from daogou.catalog.products.product import Attribute, Product

_WORDS = {
    "weight": "weigh weighs weighing weight heavy lighter heavier 重 重量 净重 重达",
    "height": "tall high height taller higher 高 高度 身高",
    "length": "long length longer 长 长度 线长",
    "width": "wide width wider 宽 宽度",
    "depth": "deep depth thick 深 厚 厚度",
    "diameter": "diameter ø ⌀ 直径",
    "diagonal": "screen display diagonal 屏 屏幕 对角线",
    "capacity": "capacity hold holds holding take takes taking carry carries load 容量 能装 可装 承重 载重 能洗 能放",
    "range": "focal 焦距",
    SUITS: "suits fits suitable lawns lawn rooms gardens breeds 适合 适用 建议",
    "warranty": "warranty guarantee shelf 质保 保修 联保 保质期",
    "package": "package packaging parcel 包装尺寸 毛重",
}
_ASPECTS = {word: aspect for aspect, words in _WORDS.items() for word in words.split()}
_LATIN = re.compile(r"[a-zø⌀]+")
_HAN = sorted((word for word in _ASPECTS if not word.isascii() and len(word) <= 4), key=len, reverse=True)
_FOR = re.compile(r"\bfor\b(?! (?:only|just))[^,.;()]*$")
_NEAR = 3  # words


def aspect_of(attribute: str) -> str:
    """The aspect that an attribute's name tells: max_weight is what it carries."""
    parts = attribute.split("_")
    if parts[0] in ("max", "maximum", "recommended", "suitable"):
        return SUITS
    return next((_ASPECTS[part] for part in (parts[0], parts[-1]) if part in _ASPECTS), "")


def aspect_in(before: str, after: str) -> str:
    """The aspect that the words beside an amount tell; "" where they tell none."""
    clause = re.split(r"[,.;()，。；]", after)[0]
    following = _LATIN.findall(clause)[:1]
    preceding = re.split(r"[,.;()，。；]", before)[-1]
    near = [*following, *reversed(_LATIN.findall(preceding)[-_NEAR:])]
    for word in near:
        if word in _ASPECTS:
            return _ASPECTS[word]
    for word in _HAN:
        if preceding.rstrip().endswith(word) or clause.startswith(word):
            return _ASPECTS[word]
    return SUITS if _FOR.search(preceding) else ""


TITLE, HIGHLIGHTS, DESCRIPTION = "title", "highlights", "description"
# What an attribute's bare number counts.
_UNITS_OF = {"age": "years", "pack_quantity": "pcs"}
_GLUED = frozenset(("a", "s", "t", "w", "'", "''", '"', "in"))  # units only where they touch their number
_BESIDE = 24  # characters before and after a number that may say what it measures
_NOISE = Decimal("0.000001")  # of a conversion
_LONGEST = 6  # digits; a longer number is a code

_N = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_LETTERS = r"[a-zµ°\"'%²]+(?:/[a-z]+²?2?)?|[\u4e00-\u9fff]{1,3}"
_AMOUNT = re.compile(
    rf"(?<![a-z0-9.,/_])(?<![a-z0-9]-)(?:(?P<times>\d{{1,3}})\s?[x×*]\s?)?(?P<low>{_N})(?P<scale>万)?"
    rf"(?:(?:[\s-]?(?P<unit>{_LETTERS}))?\s?(?:-|~|至|到| to )\s?(?P<high>{_N}))?"
    r"(?P<more>\+(?!\s?[\da-z]))?(?![a-z]*\d|[.,/]\d)"
)
_SIZES = re.compile(
    rf"(?<![a-z0-9.,/])((?:(?:{_N})\s?(?:cm|mm|m|in|\")?\s?[x×*]\s?){{1,2}}(?:{_N})\s?)(cm|mm|m|inches|inch|in|\")(?![a-z])"
)
_NUMBER = re.compile(_N)
_UNIT = re.compile(r"[\s-]?((?:[a-z]+\.? ){0,1}[a-zµ°\"'%²㎡]+2?(?:/[a-z]+[²2]?)?|[\u4e00-\u9fff]{1,4})")
_WORD = re.compile(r"[a-z]+(?![a-z\d])(?:'s)?|[\u4e00-\u9fff]+")
_LABEL = re.compile(
    r"(?<![a-z0-9])([a-z]{2,})[\s-]?(\d{1,4}(?:\.5)?)(\+|以上)?(?![a-z0-9.,]*\d)|(?<![\d.])(\d\d(?:\.5)?)()(码)"
)
_TIMES = re.compile(r"(?<![a-z0-9])x\s?(\d{1,3})(?![\da-z.,])")
_LINKS = frozenset(("from", "to", "of", "with", "per", "and", "for", "in", "by", "up", "or"))
_SIZE_SYSTEMS = frozenset(("eu", "uk", "us", "fr"))
_MOST_BEFORE = re.compile(
    r"(?:up to|max\.?|maximum|at most|under|below|until|≤|<|不超过|最大|最多|最高|至多|可达)[\s:]*$"
)
_LEAST_BEFORE = re.compile(r"(?:from|at least|min\.?|minimum|over|above|ages?|aged|≥|>|至少|超过)[\s:]*$")
_MOST_AFTER = re.compile(r"\s?(?:以内|以下|以里|max\b|or less|or under|or smaller)")
_LEAST_AFTER = re.compile(r"\s?(?:\+(?!\s?\d)|以上|及以上|起|(?:and|or) (?:up|over|above|older|more)|plus\b|upwards)")
_PER = re.compile(r"(?:\bper|\bpro|\bevery|/|每)\s?$")
_CLAUSE = re.compile(r"[,.;:!?()\[\]|，。；：！？（）、+&\n]|\b(?:with|for|and|in|from|by|to|the|of|a|an)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One amount as the row has it; None is an open end, `upto` says that it is the most of what is possible.

    `units` are the symbols that its spelling may mean, `words` the stems of the words beside it, which name what is
    counted; `aspect` is what they say of the thing that is measured.
    """

    low: Decimal | None
    high: Decimal | None
    units: frozenset[str]
    words: frozenset[str]
    aspect: str
    field: str
    text: str
    upto: bool = False


def measures(product: Product) -> tuple[Measure, ...]:
    """Every amount on the row, columns first, then the title, then the texts."""
    return (*in_columns(product.attributes), *in_texts(product))


def in_columns(attributes: Iterable[Attribute]) -> Iterator[Measure]:
    """The amounts of some of a row's columns; a row may have a hundred, so whoever needs one asks for that one."""
    return (measure for attribute in attributes for measure in _of_column(attribute))


def in_texts(product: Product) -> tuple[Measure, ...]:
    """The amounts of the title, then of the texts."""
    return _in_texts(product.title, product.highlights, product.description)


@functools.lru_cache(maxsize=8192)
def _in_texts(title: str, highlights: tuple[str, ...], description: str) -> tuple[Measure, ...]:
    found = amounts(title, TITLE)
    found += [measure for text in highlights for measure in amounts(text, HIGHLIGHTS)]
    found += amounts(description, DESCRIPTION)
    return tuple(found)


def _of_column(attribute: Attribute) -> Iterator[Measure]:
    name, value = attribute.name, attribute.value
    if isinstance(value, str):
        words = frozenset(map(stem, name.split("_")))
        for found in amounts(value, name):
            yield replace(found, words=found.words | words, aspect=aspect_of(name) or found.aspect)
    elif isinstance(value, Decimal):
        unit = attribute.unit or _UNITS_OF.get(name)
        yield Measure(
            low=value,
            high=None if name == "age" else value,
            units=frozenset((unit,) if unit else ()),
            words=frozenset(map(stem, name.split("_"))),
            aspect=aspect_of(name),
            field=name,
            text=f"{value:f} {unit or ''}".strip(),
        )


def amounts(text: str, field: str) -> list[Measure]:
    """The amounts of one text."""
    folded = (text if text.isascii() else unicodedata.normalize("NFKC", text)).lower()
    if not any(character.isdigit() for character in folded):
        return []
    found = [measure for match in _SIZES.finditer(folded) for measure in _sides(match, field)]
    rest = _SIZES.sub(lambda match: " " * len(match[0]), folded) if found else folded
    for match in _AMOUNT.finditer(rest):
        found += _amount(rest, match, field)
    found += [_label(match, field) for match in _LABEL.finditer(rest) if match[1] not in _LINKS]
    found += [_multiple(rest, match, field) for match in _TIMES.finditer(rest)]
    return found


def said_amount(value: Decimal, unit: str | None, said: str) -> tuple[Decimal, str | None]:
    """A converted number as it was said: 60.96 cm of "24 inches" is 24 in."""
    for measure in amounts(said, ""):
        for bound, symbol in ((b, s) for b in (measure.low, measure.high) if b is not None for s in measure.units):
            converted = convert(bound, symbol, unit or "")
            if converted is not None and abs(converted - value) <= _NOISE * abs(value):
                return bound, symbol
    return value, unit


def _sides(match: re.Match[str], field: str) -> Iterator[Measure]:
    """75 x 33 x 20 cm: each side is a length."""
    units = frozenset(unit.symbol for unit in units_named(match[2]))
    for number in _NUMBER.findall(match[1]):
        value = _decimal(number)
        yield Measure(low=value, high=value, units=units, words=frozenset(), aspect="", field=field, text=match[0])


def _amount(text: str, match: re.Match[str], field: str) -> Iterator[Measure]:
    before, end = text[max(0, match.start() - _BESIDE) : match.start()], match.end()
    if _PER.search(before) or _is_code(match["low"]) or _is_code(match["high"] or "1"):
        return
    low, high = _decimal(match["low"]), _decimal(match["high"] or match["low"])
    if match["scale"]:
        low, high = low * 10_000, high * 10_000
    units, end = _units(text, match.end())
    named = units_named(match["unit"] or "")
    if match["unit"] and match["high"] and not {one.dimension for one in units} & {one.dimension for one in named}:
        high, end, units = low, match.end("unit"), named  # the 28 of 18V-28 belongs to a name
    if high < low:
        return
    after = text[end : end + _BESIDE]
    yield from _readings(match, low, high, units, before, after, field)


def _readings(
    match: re.Match[str], low: Decimal, high: Decimal, units: tuple[Unit, ...], before: str, after: str, field: str
) -> Iterator[Measure]:
    words = _words_before(before) | _words_after(after)
    upto = bool(_MOST_BEFORE.search(before) or _MOST_AFTER.match(after))
    least = bool(match["more"] or _LEAST_BEFORE.search(before) or _LEAST_AFTER.match(after)) and low == high
    whole = Measure(
        low=low,
        high=None if least and not upto else high,
        units=frozenset(unit.symbol for unit in units),
        words=words,
        aspect=aspect_in(before, after),
        field=field,
        text=match[0].strip(),
        upto=upto,
    )
    yield whole
    if match["times"] and not least:
        times = Decimal(match["times"])
        yield replace(whole, low=low * times, high=high * times)
        yield replace(whole, low=times, high=times, units=frozenset({"pcs"}))


def _units(text: str, at: int) -> tuple[tuple[Unit, ...], int]:
    """The unit that stands after a number, and where it ends; a counted one may have words before it (50 tea bags)."""
    match = _UNIT.match(text, at)
    if match is None:
        return (), at
    name, start = match[1], match.start(1)
    glued = start == at
    for length in range(len(name), 0, -1):
        part = name[:length]
        if length < len(name) and part.isascii() and name[length : length + 1].isalpha() and part[-1].isalpha():
            continue
        units = units_named(part.strip())
        if units and (glued or part not in _GLUED):
            return (*units, BY_SYMBOL["pcs"]) if part == "s" else units, start + length
    for noun in list(_WORD.finditer(_clause(text[at : at + 2 * _BESIDE])))[:3]:
        units = tuple(unit for unit in units_named(noun[0]) if unit.dimension in COUNTED)
        if units:
            return units, at + noun.end()
    return (), at


def _label(match: re.Match[str], field: str) -> Measure:
    """SPF 50+, size 9, EU 43, iPhone 15: the word before a number says what it is."""
    value = Decimal(match[2] or match[4])
    word = match[1] or "size"
    words = frozenset({stem(word), *(("size",) if word in _SIZE_SYSTEMS else ())})
    high = None if match[3] else value
    return Measure(low=value, high=high, units=frozenset(), words=words, aspect="", field=field, text=match[0])


def _multiple(text: str, match: re.Match[str], field: str) -> Measure:
    """Brush heads x4: so many of what stands before."""
    value, words = Decimal(match[1]), _words_before(text[max(0, match.start() - _BESIDE) : match.start()])
    units = frozenset({"pcs"})
    return Measure(low=value, high=value, units=units, words=words, aspect="", field=field, text=match[0])


def _clause(text: str) -> str:
    return _CLAUSE.split(text, maxsplit=1)[0]


def _words_after(after: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(_clause(after))[:3])


def _words_before(before: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(_CLAUSE.split(before)[-1])[-2:])


def _is_code(digits: str) -> bool:
    """002238 is no amount, and neither is 4006381333931."""
    whole = re.split("[.,]", digits)[0]
    return len(whole) > _LONGEST or (len(whole) > 1 and whole[0] == "0")


def _decimal(written: str) -> Decimal:
    """1,200 is a thousand and two hundred, 1,5 is one and a half."""
    thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", written)
    return Decimal(written.replace(",", "" if thousands else "."))
