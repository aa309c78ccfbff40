"""Sizes, weights, voltages and ages that a text gives as bounds: "over 8kg", "11.6-14 inch", "3岁以上", "18V"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SPELLINGS: dict[str, dict[str, float]] = {
    "length": {
        "mm 毫米": 1,
        "cm 厘米 公分": 10,
        "m 米": 1000,
        'in inch inches inchs " 英寸 寸 吋': 25.4,
        "ft 英尺": 304.8,
    },
    "mass": {"g 克": 1, "kg kgs kilo kilos 公斤 千克": 1000, "斤": 500, "lb lbs pounds 磅": 453.6},
    "volume": {"ml 毫升": 1, "l litre litres liter liters 升": 1000},
    "voltage": {"v volt volts vmax 伏": 1},
    "power": {"w watt watts 瓦": 1},
    "area": {"m2 m² sqm 平米 平方米": 1},
    "age": {"month months mo 个月 个月大 月龄": 1, "year years yr yrs year-old years-old 岁 周岁": 12},
}
_FACTORS = {
    name: (dimension, factor)
    for dimension, units in _SPELLINGS.items()
    for names, factor in units.items()
    for name in names.split()
}
_DIGIT = re.compile(r"\d")
_NUMBER = r"\d+(?:[.,]\d+)?"
_UNIT = "|".join(sorted(map(re.escape, _FACTORS), key=len, reverse=True))
_SIZE = re.compile(
    rf"(?P<word>(?:over|above|from|min\.?|at least|more than|older than|under|below|up to|max\.?|at most|less than|younger than)\s+)?"
    rf"(?<![\w.])(?P<low>{_NUMBER})\s*(?:(?:{_UNIT})?\s*(?P<to>-|–|~|to|至|到|and)\s*(?P<high>{_NUMBER}))?\s*"
    rf"(?P<unit>{_UNIT})(?![a-z0-9])\s*(?P<after>\+|plus|and (?:up|over|above|older|under|below)|or (?:more|less|over|under)|以上|以下|以内|起)?"
)
_LEAST = ("over", "above", "from", "min", "at least", "more", "older")
_LEAST_AFTER = ("+", "plus", "and up", "and over", "and above", "and older", "or more", "or over", "以上", "起")
_MOST = ("under", "below", "up to", "max", "at most", "less", "younger")
_MOST_AFTER = ("and under", "and below", "or less", "or under", "以下", "以内")
_NEAR = 0.011


@dataclass(frozen=True, slots=True)
class Size:
    """Bounds of one dimension in its smallest unit; `low` and `high` the same where one number is said."""

    dimension: str
    low: float
    high: float

    def holds(self, other: "Size") -> bool:
        """Whether the other lies within, but for rounding between units."""
        return self.low * (1 - _NEAR) <= other.low and other.high <= self.high * (1 + _NEAR)


def sizes(folded: str) -> tuple[Size, ...]:
    """Every size in a folded text."""
    return tuple(_sizes(folded)) if _DIGIT.search(folded) else ()


def _sizes(text: str) -> Iterator[Size]:
    for match in _SIZE.finditer(text):
        dimension, factor = _FACTORS[match["unit"]]
        low = _value(match["low"]) * factor
        high = _value(match["high"]) * factor if match["high"] else low
        word, after = (match["word"] or "").strip(), match["after"] or ""
        if (word.startswith(_LEAST) and not match["high"]) or after in _LEAST_AFTER:
            yield Size(dimension, low, float("inf"))
        elif word.startswith(_MOST) or after in _MOST_AFTER:
            yield Size(dimension, 0.0, high)
        elif low <= high:
            yield Size(dimension, low, high)


def _value(number: str) -> float:
    return float(number.replace(",", "."))
