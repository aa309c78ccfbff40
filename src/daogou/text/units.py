"""Units, where the steps look for them; the nouns know them too (shop/units)."""

from daogou.shop.units import BY_SYMBOL, COUNTED, UNITS, Unit, convert, units_named

__all__ = ["BY_SYMBOL", "COUNTED", "UNITS", "Unit", "convert", "units_named"]
