"""Quantities that a title states, given to the attribute that their unit and the words around them make clear."""

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from daogou.shop.product import Attribute
from daogou.store.fact_values import tidy
from daogou.text.thesaurus import thesaurus
from daogou.text.units import convert

_N = r"(?<![a-z0-9.,/])(?<![a-z0-9]-)(\d+(?:\.\d+)?)"
_UNITS = {
    "gb": "GB", "tb": "TB", "mb": "MB", "g": "g", "kg": "kg", "mg": "mg", "克": "g", "千克": "kg", "公斤": "kg",
    "斤": "jin", "oz": "oz", "ounce": "oz", "ounces": "oz", "lb": "lb", "lbs": "lb", "ml": "ml", "毫升": "ml",
    "l": "l", "升": "l", "liter": "l", "litre": "l", "liters": "l", "litres": "l", "cl": "cl",
    "mah": "mAh", "毫安": "mAh", "毫安时": "mAh", "wh": "Wh", "w": "W", "watt": "W", "watts": "W", "瓦": "W",
    "va": "VA", "kva": "kVA", "v": "V", "hz": "Hz", "ghz": "GHz", "mhz": "MHz", "ppm": "ppm",
    "lumen": "lm", "lumens": "lm", "lm": "lm", "流明": "lm", "mp": "MP", "megapixel": "MP", "megapixels": "MP",
    "万像素": "万像素", "m": "m", "米": "m", "meter": "m", "metre": "m", "meters": "m", "metres": "m", "ft": "ft",
    "feet": "ft", "foot": "ft", "in": "in", "inch": "in", "inches": "in", '"': "in", "''": "in", "英寸": "in", "寸": "in",
    "cm": "cm", "厘米": "cm", "mm": "mm", "毫米": "mm", "pages": "pages", "页": "pages", "sheets": "sheets",
    "sheet": "sheets", "张": "sheets", "小时": "h", "hours": "h", "hour": "h", "%": "%", "度": "度", "dpi": "dpi",
}  # fmt: skip
_QUANTITY = re.compile(
    _N + r"[\s-]?(" + "|".join(re.escape(name) for name in sorted(_UNITS, key=len, reverse=True)) + r")(?![a-z0-9²])"
)
_AREA = re.compile(r"\d+(?:\.\d+)?\s?(?:g|gr|克)\s?/\s?(?:m2|m²|㎡)|\d+\s?gsm\b")
_SIZES = re.compile(
    r"(?<![a-z0-9./-])\d+(?:\.\d+)?\s?(?:cm|mm|m|in|\")?\s?[x*×]\s?\d+(?:\.\d+)?(?:\s?(?:cm|mm|m|in|\")?\s?[x*×]\s?\d+(?:\.\d+)?)?"
    r"\s?(?:cm|mm|厘米|毫米|inches|inch|in\b|m\b|\")"
)
_PACK = re.compile(
    r"(?:pack|set|box|package|packs?) of (\d+)\b|(?<![\w.])(\d+)\s?-?(?:pack|pk|count|ct|pcs|pieces)\b"
    r"|(?<![\w.])(\d+)\s?(?:/|per )\s?(?:pack|pk|box|set)\b|(?<![\w.])(\d+) pc\(s\)"
    r"|[*x×](\d+)(?:片|枚|只|支|个|件|包|袋|瓶|盒|罐|条|卷|粒|颗|本|双)"
    r"|(?<![a-z0-9.*x×第满买前])(\d+)(?:片|枚|只|支|包|袋|瓶|盒|罐|卷|粒|颗|双|件)(?!持|付|架|撑|包邮|起|减|折|以上|邮)"
)
_DIAGONAL = re.compile(r"\d+(?:\.\d+)?\s?cm\s?\((\d+(?:\.\d+)?)\s?(?:\"|''|in(?:ch(?:es)?)?)\)")
_SPF = re.compile(r"\bspf\s?(\d{1,3})")
_AGE = re.compile(r"\bages?d?\s?(\d{1,2})\s?(?:\+|and up|and over|-)|(?<!\d)(\d{1,2})\s?(?:\+ ?years|岁以上|岁\+)")
_TWO_MEMORIES = re.compile(r"(?<![a-z0-9.])(\d{1,2})\s?g?b?\s?[+/]\s?(\d{2,4})\s?(gb?|tb?)(?![a-z])")
_SEVERAL_MEMORIES = re.compile(r"(?<![a-z0-9.])((?:\d{2,4}\s?(?:gb?)?[/、,]?\s?)*\d{2,4}\s?gb?)(?![a-z0-9])")
_PHONE_MEMORY = 24  # GB; 32/128G are two storages
_BIGGEST_MEMORY = 64  # GB; a computer with 128 GB says "memory" beside it

Reader = Callable[["Quantity", "Setting"], str | None]


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A number with a unit, and the words just before and after it."""

    number: Decimal
    unit: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What kind of thing the title speaks of."""

    product_type: str
    department: str

    def is_a(self, *kinds: str) -> bool:
        """Whether it is one of these types or a kind of one."""
        return any(self.product_type in _kinds(kind) for kind in kinds)


@functools.cache
def _kinds(kind: str) -> frozenset[str]:
    return frozenset(thesaurus().narrower(kind))


def quantities(text: str, *, product_type: str, department: str) -> Iterator[Attribute]:
    """Number attributes that a normalised title states; where it states two different ones, none."""
    setting = Setting(product_type=product_type, department=department)
    folded = text.casefold()
    found: defaultdict[str, dict[tuple[Decimal, str | None], None]] = defaultdict(dict)
    for name, number, unit in _stated(folded, setting):
        found[name][number, unit] = None
    for name, values in found.items():
        if name in _SEVERAL or len(values) == 1 or _same(values):
            for number, unit in list(values)[: None if name in _SEVERAL else 1]:
                yield Attribute(name=name, value=number, unit=unit, source="title")
    if sizes := _SIZES.search(folded):
        yield Attribute(name="dimensions", value=sizes[0], source="title")


_SEVERAL = frozenset({"storage"})  # a phone sold with 64 or 128 GB


def _same(values: dict[tuple[Decimal, str | None], None]) -> bool:
    """1.83 m (6 ft) states one length twice."""
    numbers = [number for number, _ in values]
    return max(numbers) <= min(numbers) * Decimal("1.03")


def _stated(folded: str, setting: Setting) -> Iterator[tuple[str, Decimal, str | None]]:
    for match in _DIAGONAL.finditer(folded):
        yield "screen_size", Decimal(match[1]), "in"
    for name, pattern in (("sun_protection_factor", _SPF), ("age", _AGE), ("pack_quantity", _PACK)):
        for match in pattern.finditer(folded):
            yield name, Decimal(next(group for group in match.groups() if group)), None
    yield from _memories(folded, setting)
    rest = _DIAGONAL.sub(" ", _AREA.sub(" ", _SIZES.sub(" ", folded)))
    for quantity in _quantities(rest):
        name = _READERS.get(quantity.unit, _nothing)(quantity, setting)
        if name and quantity.number > 0:
            yield name, *_converted(name, quantity)


def _quantities(folded: str) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(folded):
        before, after = folded[max(0, match.start() - 16) : match.start()], folded[match.end() : match.end() + 16]
        yield Quantity(number=Decimal(match[1]), unit=_UNITS[match[2]], before=before, after=after)


def _converted(name: str, quantity: Quantity) -> tuple[Decimal, str | None]:
    wanted = thesaurus().attributes[name].unit
    if quantity.unit == "kVA":
        return tidy(quantity.number * 1000), "VA"
    unit = "GB" if wanted == "GB" and quantity.unit == "g" else quantity.unit
    converted = convert(quantity.number, unit, wanted) if wanted else None
    return (tidy(quantity.number), None) if converted is None else (tidy(converted), wanted)


def _memories(folded: str, setting: Setting) -> Iterator[tuple[str, Decimal, str | None]]:
    """Read 8+128G as memory and storage, and 64g128g256g as the storages that a phone comes with."""
    if not setting.is_a("computer", "phone"):
        return
    two = _TWO_MEMORIES.search(folded)
    phone = setting.is_a("phone", "tablet")
    if two and Decimal(two[1]) <= (_PHONE_MEMORY if phone else Decimal(two[2]) * (1000 if two[3][0] == "t" else 1)):
        yield "memory", Decimal(two[1]), "GB"
        yield "storage", Decimal(two[2]) * (1000 if two[3][0] == "t" else 1), "GB"
    elif phone and (several := _SEVERAL_MEMORIES.search(folded)):
        for number in re.findall(r"\d+", several[1]):
            if int(number) in (16, 32, 64, 128, 256, 512):
                yield "storage", Decimal(number), "GB"


def _nothing(quantity: Quantity, setting: Setting) -> str | None:
    return None


def _data(quantity: Quantity, setting: Setting) -> str | None:
    around = quantity.before + " " + quantity.after
    if re.match(r"\s?(?:ddr|ram|sdram|dram|lpddr|memory|内存|运存|dimm)", quantity.after):
        return None if re.search(r"显存|gddr|video", around) else "memory"
    if re.match(r"\s?(?:ssd|hdd|emmc|nvme|storage|hard|flash|固态|机械|硬盘|存储|solid|m\.2|sata)", quantity.after):
        return "storage"
    if re.search(r"(?:ssd|hdd|硬盘|固态|内存容量|storage)\s?$", quantity.before):
        return "storage"
    if setting.is_a("usb flash drive", "memory card", "hard drive", "solid state drive", "mp3 player"):
        return "storage" if not re.match(r"\s?(?:/s|cache|缓存)", quantity.after) else None
    if setting.is_a("memory module"):
        return "memory"
    return _data_of_a_device(quantity, setting)


def _data_of_a_device(quantity: Quantity, setting: Setting) -> str | None:
    if quantity.unit == "MB" or not setting.is_a("computer", "phone"):
        return None
    if re.match(r"\s?(?:gddr|显存|独显|cache|缓存)", quantity.after):
        return None
    gigabytes = quantity.number * (1000 if quantity.unit == "TB" else 1)
    if setting.is_a("phone", "tablet"):
        return "storage" if gigabytes >= 16 else "memory" if gigabytes >= 2 else None
    return "memory" if 2 <= gigabytes <= _BIGGEST_MEMORY else "storage" if gigabytes >= 120 else None


def _grams(quantity: Quantity, setting: Setting) -> str | None:
    if setting.is_a("computer", "phone") and quantity.number in (2, 4, 6, 8, 12, 16, 32, 64, 128, 256, 512):
        return _data_of_a_device(quantity, setting)
    if setting.department in ("computers", "electronics") and quantity.number < 10:
        return None  # 5G, 4G
    return _mass(quantity, setting)


def _mass(quantity: Quantity, setting: Setting) -> str | None:
    if re.search(r"(?:holds?|up to|capacity|supports?|max\.?|承重|称重|载重|-|~|to|for|weight)\s?$", quantity.before):
        return None
    if re.match(r"\s?(?:[-~]|capacity|load|max|paper|bond|/)", quantity.after):
        return None
    if quantity.unit in ("oz", "lb") and setting.department in ("office", "computers"):
        return None
    if quantity.unit == "oz" and setting.department in ("beauty", "home"):
        return None  # as often a fluid ounce
    return "weight"


def _volume(quantity: Quantity, setting: Setting) -> str | None:
    if quantity.unit == "l" and setting.department in ("computers", "electronics"):
        return None
    return None if re.match(r"\s?(?:/|[-~]\s?\d)", quantity.after) else "volume"


def _length(quantity: Quantity, setting: Setting) -> str | None:
    cable = setting.product_type.endswith("cable") or setting.is_a("power strip", "surge protector")
    return "cable_length" if cable and not re.match(r"\s?(?:x|w|wide)\b", quantity.after) else None


def _millimetres(quantity: Quantity, setting: Setting) -> str | None:
    if setting.is_a("camera lens"):
        return "focal_length" if re.match(r"\s?(?:f/|1:|\d|f\d|macro|usm|is)", quantity.after) else None
    if setting.is_a("pen", "marker", "mechanical pencil") and Decimal("0.1") <= quantity.number <= 5:
        return "tip_size"
    return None


def _inches(quantity: Quantity, setting: Setting) -> str | None:
    screens = (
        "computer",
        "monitor",
        "television",
        "smartphone",
        "e-book reader",
        "signage display",
        "digital photo frame",
    )
    if setting.is_a(*screens) and 3 <= quantity.number <= 110 and not setting.is_a("server"):
        return None if re.match(r"\s?(?:rack|hdd|sata|hard|stand|arm)", quantity.after) else "screen_size"
    return "screen_size" if re.match(r"\s?(?:screen|display|monitor|lcd|tft|屏|显示)", quantity.after) else None


def _power(quantity: Quantity, setting: Setting) -> str | None:
    if re.match(r"\s?(?:x|×|\*|像素|/)", quantity.after) or quantity.number > 20000:
        return None
    return "power"


def _refresh(quantity: Quantity, setting: Setting) -> str | None:
    screen = setting.is_a("monitor", "television", "laptop", "smartphone", "tablet")
    return "refresh_rate" if screen and 59 <= quantity.number <= 600 else None


def _frequency(quantity: Quantity, setting: Setting) -> str | None:
    if not setting.is_a("laptop", "desktop computer", "server", "processor", "thin client"):
        return None
    if re.match(r"\s?(?:wi|wlan|wireless|fsb|wifi)", quantity.after):
        return None
    return "processor_frequency" if quantity.unit == "GHz" else None


def _pages(quantity: Quantity, setting: Setting) -> str | None:
    cartridge = setting.is_a("ink cartridge", "toner cartridge", "printer drum", "toner collector", "print head")
    return "page_yield" if (cartridge or setting.is_a("transfer belt", "fuser", "printer maintenance kit")) else None


def _sheets(quantity: Quantity, setting: Setting) -> str | None:
    holders = (
        "paper tray",
        "output stacker",
        "paper shredder",
        "stapler",
        "hole punch",
        "printer",
        "scanner",
        "copier",
    )
    holds = setting.is_a(*holders) or re.match(r"\s?(?:capacity|input|feeder|tray)", quantity.after)
    return "sheet_capacity" if holds else "sheet_count"


def _hours(quantity: Quantity, setting: Setting) -> str | None:
    said = re.search(r"(?:续航|播放|待机|使用|battery|playtime|playback)\D{0,6}$", quantity.before)
    return (
        "battery_life"
        if said or re.match(r"\s?(?:续航|battery|playtime|playback|of battery)", quantity.after)
        else None
    )


def _share(quantity: Quantity, setting: Setting) -> str | None:
    drink = setting.department == "food" and quantity.number < 80
    return "alcohol" if drink and (quantity.unit == "度" or re.match(r"\s?(?:vol|abv|alc)", quantity.after)) else None


def _always(name: str) -> Reader:
    return lambda quantity, setting: name


_READERS: dict[str, Reader] = {
    **dict.fromkeys(("GB", "TB", "MB"), _data),
    "g": _grams,
    **dict.fromkeys(("kg", "mg", "jin", "oz", "lb"), _mass),
    **dict.fromkeys(("ml", "l", "cl"), _volume),
    **dict.fromkeys(("m", "ft", "cm"), _length),
    "mm": _millimetres,
    "in": _inches,
    "mAh": _always("battery_capacity"),
    "Wh": _always("battery_energy"),
    "W": _power,
    **dict.fromkeys(("VA", "kVA"), _always("apparent_power")),
    "V": _always("voltage"),
    "Hz": _refresh,
    "GHz": _frequency,
    "ppm": _always("print_speed"),
    "lm": _always("brightness"),
    **dict.fromkeys(("MP", "万像素"), _always("camera_resolution")),
    "pages": _pages,
    "sheets": _sheets,
    "h": _hours,
    **dict.fromkeys(("%", "度"), _share),
}
