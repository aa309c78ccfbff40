"""Amounts as a row states them, in a column or else in its text: 49小时续航, 57 dB, "weighs 1.4kg"."""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from daogou.catalog.matching.units import BY_SYMBOL, COUNTED, UNITS, Unit, convert, units_named
from daogou.catalog.products.product import Product
from daogou.text.thesaurus import thesaurus

__all__ = ["BY_SYMBOL", "COUNTED", "UNITS", "Unit", "convert", "units_named"]


_NEAR = 16  # characters between a number and the name of what it measures


@dataclass(frozen=True, kw_only=True)
class Stated:
    """One amount; `value` is in the dimension's first unit, `text` as the row writes it ("" for a column)."""

    value: Decimal
    attribute: str
    text: str = ""


def stated(product: Product, attribute: str) -> Stated | None:
    """What the row says of an attribute that is a number; None where it does not say."""
    for one in product.values(attribute):
        if isinstance(one.value, Decimal):
            factor = BY_SYMBOL[one.unit].factor if one.unit in BY_SYMBOL else Decimal(1)
            return Stated(value=one.value * factor, attribute=attribute)
    concept = thesaurus().attributes.get(attribute)
    unit = BY_SYMBOL.get(concept.unit or "") if concept else None
    if concept is None or unit is None:
        return None
    names = [name for phrases in concept.phrases.values() for name in phrases]
    return _in_text(product, attribute, unit.dimension, names)


def stated_in(product: Product, dimension: str) -> Stated | None:
    """The first amount of such a dimension that the row's columns or its title state: litres, metres."""
    for one in product.attributes:
        unit = BY_SYMBOL.get(one.unit or "")
        if isinstance(one.value, Decimal) and unit is not None and unit.dimension == dimension:
            return Stated(value=one.value * unit.factor, attribute=one.name)
    found = _amounts(product.title, dimension)
    return Stated(value=found[0][0], attribute="size", text=found[0][1]) if found else None


def _in_text(product: Product, attribute: str, dimension: str, names: Sequence[str]) -> Stated | None:
    """The amount nearest to the attribute's name, or the only one of its dimension."""
    for text in (product.title, *product.highlights, product.description):
        amounts = _amounts(text, dimension)
        folded = text.casefold()
        places = [place for name in names if (place := folded.find(name.casefold())) >= 0]
        near = [(min(abs(at - place) for place in places), value, said) for value, said, at in amounts if places]
        close = [one for one in near if one[0] <= _NEAR]
        if close:
            _, value, said = min(close, key=lambda one: one[0])
            return Stated(value=value, attribute=attribute, text=said)
        if len(amounts) == 1:
            return Stated(value=amounts[0][0], attribute=attribute, text=amounts[0][1])
    return None


def _amounts(text: str, dimension: str) -> list[tuple[Decimal, str, int]]:
    """(value in the dimension's first unit, as written, place) of each."""
    pattern, factors = _pattern(dimension)
    return [
        (Decimal(found[1]) * factors[found[2].casefold()], found[0], found.start()) for found in pattern.finditer(text)
    ]


@functools.cache
def _pattern(dimension: str) -> tuple[re.Pattern[str], dict[str, Decimal]]:
    factors = {name: unit.factor for unit in UNITS if unit.dimension == dimension for name in unit.names}
    names = "|".join(re.escape(name) for name in sorted(factors, key=len, reverse=True))
    return re.compile(rf"(?<![\d.,])(\d+(?:\.\d+)?)[ -]?({names})(?![a-z])", re.IGNORECASE), factors
