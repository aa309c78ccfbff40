"""Units, where the steps look for them; the nouns know them too (catalog/matching/units)."""

from daogou.catalog.matching.units import BY_SYMBOL, COUNTED, UNITS, Unit, convert, units_named

__all__ = ["BY_SYMBOL", "COUNTED", "UNITS", "Unit", "convert", "units_named"]
