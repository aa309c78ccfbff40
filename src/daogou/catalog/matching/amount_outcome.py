"""How the amounts of a row answer a wish with a number: met, near, unknown or broken."""

import functools
from dataclasses import dataclass
from decimal import Decimal

from daogou.catalog.matching.measures import DESCRIPTION, HIGHLIGHTS, Measure, amounts, aspect_of, in_columns, in_texts
from daogou.catalog.matching.units import BY_SYMBOL, COUNTED, UNITS, Unit, convert
from daogou.catalog.products.need import MEASURE, SUITS, Constraint, Operator, Outcome, best
from daogou.catalog.products.product import Attribute, Product

_SIZES = ("length", "mass", "volume", "voltage", "power", "age")  # dimensions by which one thing fits another
_NEAR = 0.011


@dataclass(frozen=True, slots=True)
class Size:
    """Bounds of one dimension in its first unit; `low` and `high` the same where one number is said."""

    dimension: str
    low: float
    high: float

    def holds(self, other: "Size") -> bool:
        """Whether the other lies within, but for rounding between units."""
        return self.low * (1 - _NEAR) <= other.low and other.high <= self.high * (1 + _NEAR)


def sizes(folded: str) -> tuple[Size, ...]:
    """Every size in a folded text."""
    return tuple(
        Size(
            unit.dimension,
            0.0 if one.upto or one.low is None else float(one.low * unit.factor),
            float("inf") if one.high is None else float(one.high * unit.factor),
        )
        for one in amounts(folded, "")
        for unit in [unit for unit in UNITS if unit.symbol in one.units and unit.dimension in _SIZES][:1]
    )


NEAR_SHARE = Decimal("0.1")  # of the bound: so far off, it is still worth a look
ROUNDING = Decimal("0.011")  # 39.6 cm is 15.6 inch
_TEXTS = (HIGHLIGHTS, DESCRIPTION)
_FROM_ON = "age"  # a bare age is the least: a toy "3 years" suits who is older
# A mass or a length by itself says what the thing is, not what it suits.
_OWN = ("mass", "length", "voltage", "power", "data")
_TURNED = {Outcome.MET: Outcome.BROKEN, Outcome.BROKEN: Outcome.MET, Outcome.NEAR: Outcome.MET}


def amount_outcome(product: Product, constraint: Constraint) -> Outcome:
    """The outcome of a wish with a number on a row; its column speaks first, then the title, then the texts."""
    column = list(in_columns(product.values(constraint.attribute)))
    if column:
        return best(_answer(m, constraint) for m in column)
    telling = _columns_of(product, constraint.unit or "") if constraint.attribute == MEASURE else ()
    comparable = [m for m in (*in_columns(telling), *in_texts(product)) if _speaks_of(m, constraint)]
    if constraint.aspect:  # where words beside an amount say the very aspect, the others do not count
        comparable = [m for m in comparable if m.aspect == constraint.aspect] or comparable
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
    named, noun = constraint.attribute != MEASURE, constraint.unit or ""
    unit = BY_SYMBOL.get(noun)
    if unit is not None:
        of_it = _of_dimension(measure, unit)
    else:  # Chinese words are not cut
        of_it = noun in measure.words or (not noun.isascii() and any(noun in word for word in measure.words))
    if not of_it or (named and not noun):
        return False
    aspect = constraint.aspect or (aspect_of(constraint.attribute) if named else "")
    if aspect == SUITS:
        limited = measure.upto or measure.low != measure.high or measure.aspect != ""
        return measure.aspect in ("", SUITS, "capacity") and (limited or unit is None or unit.dimension not in _OWN)
    if measure.aspect in ("warranty", "package", SUITS) and not measure.upto:
        return False
    return not aspect or measure.aspect in ("", aspect, SUITS)


def _of_dimension(measure: Measure, unit: Unit) -> bool:
    """Whether a unit of the amount can be compared; what is counted may also be named beside it (tea bags 80s)."""
    if any(BY_SYMBOL[symbol].dimension == unit.dimension for symbol in measure.units if symbol in BY_SYMBOL):
        return True
    return unit.dimension in COUNTED and bool(measure.words & set(unit.names))


def _answer(measure: Measure, constraint: Constraint) -> Outcome:
    unit, value = BY_SYMBOL.get(constraint.unit or ""), constraint.value
    low, high, exact = _converted(measure, unit)
    if low is None and high is None:
        return Outcome.UNKNOWN
    assert isinstance(value, Decimal)
    if constraint.aspect == SUITS:
        return _suits(measure, low, high, value, age=unit is not None and unit.dimension == _FROM_ON)
    slack = Decimal(0) if exact else ROUNDING * abs(value)
    if constraint.operator is Operator.AT_LEAST:
        return _at_least(low, high, value, slack)
    if constraint.operator is Operator.AT_MOST:
        return _at_least(None if high is None else -high, None if low is None else -low, -value, slack)
    verdict = _equal(low, high, value, inches=unit is not None and unit.symbol == "in")
    return verdict if constraint.operator is Operator.IS else _TURNED[verdict]


def _converted(measure: Measure, unit: Unit | None) -> tuple[Decimal | None, Decimal | None, bool]:
    """The bounds in the wish's unit, and whether they stood in it; nothing where they can't be converted."""
    if unit is None or unit.symbol in measure.units or not measure.units:
        return measure.low, measure.high, True
    for symbol in measure.units:
        factor = convert(Decimal(1), symbol, unit.symbol)
        if factor is not None:
            low, high = (None if bound is None else bound * factor for bound in (measure.low, measure.high))
            return low, high, False
    return (measure.low, measure.high, True) if unit.dimension in COUNTED else (None, None, False)


def _at_least(low: Decimal | None, high: Decimal | None, value: Decimal, slack: Decimal) -> Outcome:
    if low is not None and low >= value - slack:
        return Outcome.MET
    near = high is None or high >= value - max(slack, NEAR_SHARE * abs(value))
    return Outcome.NEAR if near else Outcome.BROKEN


def _equal(low: Decimal | None, high: Decimal | None, value: Decimal, *, inches: bool) -> Outcome:
    """People round a diagonal down: a screen of 15.6 inches is called one of 15."""
    below = above = ROUNDING * abs(value)
    if inches and value == value.to_integral_value():
        below, above = max(below, Decimal("0.5")), max(above, Decimal("0.95"))
    if low is not None and high is not None:
        around = low <= value <= high  # a knee of 44 cm in a support for 42 to 47
        if around or (value - below <= low and high <= value + above):
            return Outcome.MET
    return Outcome.NEAR if _within(low, high, value, NEAR_SHARE * abs(value)) else Outcome.BROKEN


def _suits(measure: Measure, low: Decimal | None, high: Decimal | None, value: Decimal, *, age: bool) -> Outcome:
    """Whether the thing is made for that much: up to 600 m², 11 to 25 kg, from 3 years on."""
    if (low == high and not age) or measure.upto:
        low = None  # a bare amount is the most that it does
    elif low == high:
        high = None
    if _within(low, high, value, Decimal(0)):
        return Outcome.MET
    return Outcome.NEAR if _within(low, high, value, NEAR_SHARE * abs(value)) else Outcome.BROKEN


def _within(low: Decimal | None, high: Decimal | None, value: Decimal, slack: Decimal) -> bool:
    return (low is None or low <= value + slack) and (high is None or value - slack <= high)
