"""How the amounts of a row answer a wish with a number: met, near, unknown or broken."""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from daogou.catalog.matching.measures import DESCRIPTION, HIGHLIGHTS, Measure, aspect_of, in_columns, in_texts
from daogou.catalog.matching.units import BY_SYMBOL, COUNTED, UNITS, Unit, convert
from daogou.catalog.products.need import MEASURE, SUITS, Constraint, Operator, Outcome, best
from daogou.catalog.products.product import Attribute, Product

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
_BOUND = r"\d+(?:[.,]\d+)?"
_BOUND_UNIT = "|".join(sorted(map(re.escape, _FACTORS), key=len, reverse=True))
_SIZE = re.compile(
    rf"(?P<word>(?:over|above|from|min\.?|at least|more than|older than|under|below|up to|max\.?|at most|less than|younger than)\s+)?"
    rf"(?<![\w.])(?P<low>{_BOUND})\s*(?:(?:{_BOUND_UNIT})?\s*(?P<to>-|–|~|to|至|到|and)\s*(?P<high>{_BOUND}))?\s*"
    rf"(?P<unit>{_BOUND_UNIT})(?![a-z0-9])\s*(?P<after>\+|plus|and (?:up|over|above|older|under|below)|or (?:more|less|over|under)|以上|以下|以内|起)?"
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


NEAR_SHARE = Decimal("0.1")  # of the bound: so far off, it is still worth a look
ROUNDING = Decimal("0.011")  # 39.6 cm is 15.6 inch
_TEXTS = (HIGHLIGHTS, DESCRIPTION)
_FROM_ON = "age"  # a bare age is the least: a toy "3 years" suits who is older
# A mass or a length by itself says what the thing is, not what it suits.
_OWN = ("mass", "length", "voltage", "power", "data")


def amount_outcome(product: Product, constraint: Constraint) -> Outcome:
    """The outcome of a wish with a number on a row; its column speaks first, then the title, then the texts."""
    if not isinstance(constraint.value, Decimal):
        return Outcome.UNKNOWN
    column = list(in_columns(one for one in product.attributes if one.name == constraint.attribute))
    if column:
        return best(_answer(m, constraint) for m in column)
    telling = _columns_of(product, constraint.unit or "") if constraint.attribute == MEASURE else ()
    stated = (*in_columns(telling), *in_texts(product))
    comparable = [m for m in stated if _speaks_of(m, constraint)]
    if constraint.aspect:
        comparable = _most_telling(comparable, constraint)
    firm = [m for m in comparable if m.field not in _TEXTS]
    return best(_answer(measure, constraint) for measure in firm or comparable)


def _columns_of(product: Product, unit: str) -> list[Attribute]:
    """The columns that may hold such an amount: numbers, and texts that name the unit, one like it, or what is counted."""
    names = _names_of(unit)
    return [
        one
        for one in product.attributes
        if isinstance(one.value, Decimal)
        or (isinstance(one.value, str) and any(name in one.value.lower() or name in one.name for name in names))
    ]


@functools.lru_cache(maxsize=256)
def _names_of(unit: str) -> tuple[str, ...]:
    """Every name of every unit of the same dimension; a noun's stem."""
    kept = BY_SYMBOL.get(unit)
    if kept is None:
        return (unit,)
    alike = (one for one in UNITS if one.dimension == kept.dimension)
    return tuple(dict.fromkeys(name.lower() for one in alike for name in (one.symbol, *one.names)))


def _speaks_of(measure: Measure, constraint: Constraint) -> bool:
    """Whether it is an amount of the same dimension, or of the same noun, and its words do not say something else."""
    if constraint.attribute != MEASURE and not constraint.unit:
        return False
    unit = BY_SYMBOL.get(constraint.unit or "")
    if unit is None:
        if not _counts(measure, constraint.unit or ""):
            return False
    elif not _of_dimension(measure, unit):
        return False
    aspect = constraint.aspect or (aspect_of(constraint.attribute) if constraint.attribute != MEASURE else "")
    if aspect == SUITS:
        return _can_suit(measure, unit.dimension if unit else "")
    if measure.aspect in ("warranty", "package", SUITS) and not measure.upto:
        return False
    return not aspect or not measure.aspect or measure.aspect in (aspect, SUITS)


def _of_dimension(measure: Measure, unit: Unit) -> bool:
    """Whether a unit of the amount can be compared; what is counted may also be named beside it (tea bags 80s)."""
    if any(BY_SYMBOL[symbol].dimension == unit.dimension for symbol in measure.units if symbol in BY_SYMBOL):
        return True
    return unit.dimension in COUNTED and bool(measure.words & set(unit.names))


def _counts(measure: Measure, noun: str) -> bool:
    """Whether the words beside an amount name the noun; Chinese words are not cut."""
    return noun in measure.words or (not noun.isascii() and any(noun in word for word in measure.words))


def _can_suit(measure: Measure, dimension: str) -> bool:
    if measure.aspect not in ("", SUITS, "capacity"):
        return False
    limited = measure.upto or measure.low != measure.high or measure.aspect != ""
    return limited or dimension not in _OWN


def _most_telling(found: Sequence[Measure], constraint: Constraint) -> list[Measure]:
    """Where words beside an amount say the very aspect, the others do not count."""
    return [m for m in found if m.aspect == constraint.aspect] or list(found)


def _answer(measure: Measure, constraint: Constraint) -> Outcome:
    unit = constraint.unit if constraint.unit in BY_SYMBOL else None
    low, high, exact = _converted(measure, unit)
    if low is None and high is None:
        return Outcome.UNKNOWN
    value = constraint.value
    assert isinstance(value, Decimal)
    if constraint.aspect == SUITS:
        return _suits(measure, low, high, value, age=unit is not None and BY_SYMBOL[unit].dimension == _FROM_ON)
    slack = Decimal(0) if exact else ROUNDING * abs(value)
    if constraint.operator is Operator.AT_LEAST:
        return _at_least(low, high, value, slack)
    if constraint.operator is Operator.AT_MOST:
        return _at_least(_minus(high), _minus(low), -value, slack)
    verdict = _equal(low, high, value, inches=unit == "in")
    if constraint.operator is Operator.IS:
        return verdict
    return {Outcome.MET: Outcome.BROKEN, Outcome.BROKEN: Outcome.MET}.get(verdict, Outcome.MET)


def _converted(measure: Measure, unit: str | None) -> tuple[Decimal | None, Decimal | None, bool]:
    """The bounds in the wish's unit, and whether they stood in it; nothing where they can't be converted."""
    if unit is None or unit in measure.units or not measure.units:
        return measure.low, measure.high, True
    for symbol in measure.units:
        factor = convert(Decimal(1), symbol, unit)
        if factor is not None:
            return _times(measure.low, factor), _times(measure.high, factor), False
    counted = BY_SYMBOL[unit].dimension in COUNTED
    return (measure.low, measure.high, True) if counted else (None, None, False)


def _times(bound: Decimal | None, factor: Decimal) -> Decimal | None:
    return None if bound is None else bound * factor


def _minus(bound: Decimal | None) -> Decimal | None:
    return None if bound is None else -bound


def _at_least(low: Decimal | None, high: Decimal | None, value: Decimal, slack: Decimal) -> Outcome:
    if low is not None and low >= value - slack:
        return Outcome.MET
    if high is None or high >= value - max(slack, NEAR_SHARE * abs(value)):
        return Outcome.NEAR
    return Outcome.BROKEN


def _equal(low: Decimal | None, high: Decimal | None, value: Decimal, *, inches: bool) -> Outcome:
    """People round a diagonal down: a screen of 15.6 inches is called one of 15."""
    below, above = ROUNDING * abs(value), ROUNDING * abs(value)
    if inches and value == value.to_integral_value():
        below, above = max(below, Decimal("0.5")), max(above, Decimal("0.95"))
    if low is not None and high is not None:
        around = low <= value <= high  # a knee of 44 cm in a support for 42 to 47
        if around or (value - below <= low and high <= value + above):
            return Outcome.MET
    share = NEAR_SHARE * abs(value)
    inside = (low is None or low <= value + share) and (high is None or high >= value - share)
    return Outcome.NEAR if inside else Outcome.BROKEN


def _suits(measure: Measure, low: Decimal | None, high: Decimal | None, value: Decimal, *, age: bool) -> Outcome:
    """Whether the thing is made for that much: up to 600 m², 11 to 25 kg, from 3 years on."""
    if low == high and not age:
        low = None  # a bare amount is the most that it does
    elif low == high and not measure.upto:
        high = None
    elif measure.upto:
        low = None
    slack = NEAR_SHARE * abs(value)
    if (low is None or low <= value) and (high is None or value <= high):
        return Outcome.MET
    if (low is None or low <= value + slack) and (high is None or value - slack <= high):
        return Outcome.NEAR
    return Outcome.BROKEN
