"""Units of measure and their conversion: what "15.6 inch", "40厘米", "128G" and "4000毫安" are."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One unit; `factor` turns an amount of it into the dimension's first unit."""

    symbol: str
    dimension: str
    factor: Decimal
    names: tuple[str, ...]  # every way people write it, lower case, the symbol's own included


def _unit(symbol: str, dimension: str, factor: str, names: str = "") -> Unit:
    return Unit(
        symbol=symbol,
        dimension=dimension,
        factor=Decimal(factor),
        names=tuple(dict.fromkeys((symbol.lower(), *filter(None, names.split(", "))))),
    )


UNITS: tuple[Unit, ...] = (
    _unit("mm", "length", "1", "millimetre, millimetres, millimeter, millimeters, 毫米"),
    _unit("cm", "length", "10", "centimetre, centimetres, centimeter, centimeters, 厘米, 公分"),
    _unit("m", "length", "1000", "metre, metres, meter, meters, 米, 公尺"),
    _unit("km", "length", "1000000", "kilometre, kilometres, kilometer, kilometers, 公里, 千米"),
    _unit("in", "length", "25.4", "inch, inches, \", '', 英寸, 寸, 吋"),
    _unit("ft", "length", "304.8", "foot, feet, ', 英尺"),
    _unit("yd", "length", "914.4", "yard, yards, 码"),
    _unit("g", "mass", "1", "gram, grams, gramme, grammes, 克"),
    _unit("mg", "mass", "0.001", "milligram, milligrams, 毫克"),
    _unit("kg", "mass", "1000", "kilo, kilos, kilogram, kilograms, kgs, 公斤, 千克"),
    _unit("jin", "mass", "500", "斤, 市斤"),
    _unit("oz", "mass", "28.349523125", "ounce, ounces, 盎司"),
    _unit("lb", "mass", "453.59237", "lbs, pound, pounds, 磅"),
    _unit("ml", "volume", "1", "millilitre, millilitres, milliliter, milliliters, 毫升"),
    _unit("cl", "volume", "10", "centilitre, centilitres"),
    _unit("l", "volume", "1000", "litre, litres, liter, liters, 升"),
    _unit("cc", "volume", "1", "立方厘米"),
    _unit("pt", "volume", "568.26125", "pint, pints, 品脱"),
    _unit("gal", "volume", "4546.09", "gallon, gallons, 加仑"),
    _unit("fl oz", "volume", "29.5735295625", "fl. oz, fl. oz., fluid ounce, fluid ounces, 液体盎司"),
    _unit("GB", "data", "1", "g, gb, gigabyte, gigabytes, gib, gig, gigs"),
    _unit("MB", "data", "0.001", "mb, megabyte, megabytes, mib"),
    _unit("KB", "data", "0.000001", "kb, kilobyte, kilobytes"),
    _unit("TB", "data", "1000", "t, tb, terabyte, terabytes, tib"),
    _unit("mAh", "charge", "1", "mah, 毫安时, 毫安"),
    _unit("Ah", "charge", "1000", "ah, 安时"),
    _unit("Wh", "energy", "1", "wh, watt hour, watt hours, 瓦时"),
    _unit("W", "power", "1", "w, watt, watts, 瓦"),
    _unit("kW", "power", "1000", "kw, kilowatt, kilowatts, 千瓦"),
    _unit("VA", "apparent power", "1", "va"),
    _unit("V", "voltage", "1", "v, volt, volts, 伏"),
    _unit("A", "current", "1", "amp, amps, ampere, amperes, 安培"),
    _unit("MHz", "frequency", "1", "mhz, 兆赫"),
    _unit("GHz", "frequency", "1000", "ghz, 吉赫"),
    _unit("Hz", "frequency", "0.000001", "hz, hertz, 赫兹"),
    _unit("MP", "resolution", "1", "mp, megapixel, megapixels"),
    _unit("万像素", "resolution", "0.01"),
    _unit("dpi", "print resolution", "1"),
    _unit("bar", "pressure", "1", "bars, 巴"),
    _unit(
        "m²",
        "area",
        "1",
        "m2, sqm, sq m, ㎡, square metre, square metres, square meter, square meters, 平方米, 平米, 平",
    ),
    _unit("lm", "luminous flux", "1", "lumen, lumens, 流明"),
    _unit("h", "time", "3600", "hour, hours, hr, hrs, 小时, 个小时"),
    _unit("min", "time", "60", "minute, minutes, 分钟"),
    _unit("s", "time", "1", "second, seconds, 秒"),
    _unit("ms", "time", "0.001", "millisecond, milliseconds, 毫秒"),
    _unit("ppm", "speed of print", "1", "pages per minute"),
    _unit("Mbit/s", "data rate", "1", "mbps, mbit/s"),
    _unit("Gbit/s", "data rate", "1000", "gbps, gbit/s"),
    _unit("°C", "temperature", "1", "°c, degrees celsius, 摄氏度"),
    _unit(
        "pcs", "count", "1", "piece, pieces, pc, pc(s), pack, pk, ct, count, 片, 个, 只, 支, 件, 包, 瓶, 盒, 袋, 枚, 粒"
    ),
    _unit("pages", "pages", "1", "page, 页"),
    _unit("sheets", "sheets", "1", "sheet, 张"),
    _unit("dB", "sound level", "1", "db, dba, db(a), decibel, decibels, 分贝"),
    _unit("years", "age", "12", "year, years, yr, yrs, 周岁, 岁"),
    _unit("months", "age", "1", "month, months, 个月"),
    _unit("weeks", "age", "0.23", "week, weeks, 周大"),
    _unit("cups", "cups", "1", "cup, 杯"),
    _unit("servings", "servings", "1", "serving, portion, portions, 人份, 份"),
    _unit("people", "people", "1", "person, persons, seater, seat, seats, 人, 个人, 座"),
    _unit("bags", "bags", "1", "bag, teabag, teabags, sachet, sachets, 茶包, 包, 袋"),
    _unit("capsules", "capsules", "1", "capsule, tablet, tablets, pill, pills, pod, pods, 粒, 颗, 片"),
    _unit("rolls", "rolls", "1", "roll, 卷"),
    _unit("pairs", "pairs", "1", "pair, 双, 对"),
    _unit("g/m²", "area weight", "1", "g/m2, gsm"),
    _unit("%", "share", "1", "percent, per cent, vol"),
)

BY_SYMBOL = {unit.symbol: unit for unit in UNITS}
# Things that are counted: between the number and their name other words may stand (50 tea bags).
COUNTED = frozenset({"count", "pages", "sheets", "cups", "servings", "people", "bags", "capsules", "rolls", "pairs"})
_NAMED: dict[str, tuple[Unit, ...]] = {}
for _one in UNITS:
    for _name in _one.names:
        _NAMED[_name] = (*_NAMED.get(_name, ()), _one)


def units_named(name: str) -> tuple[Unit, ...]:
    """Every unit that is written so: "g" is gram and, after 128, gigabyte. The caller decides by the attribute."""
    return _NAMED.get(name.strip().lower(), ())


def convert(amount: Decimal, unit: str, to: str) -> Decimal | None:
    """The amount in the other unit; None where the dimensions differ or a unit is unknown."""
    source, target = BY_SYMBOL.get(unit), BY_SYMBOL.get(to)
    if source is None or target is None or source.dimension != target.dimension:
        return None
    return amount * source.factor / target.factor
