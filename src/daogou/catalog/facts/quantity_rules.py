"""Which attribute a quantity in a title belongs to, by its unit, the words around it and the kind of thing."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from daogou.text.thesaurus import thesaurus

_BIGGEST_MEMORY = 64  # GB; a computer with 128 GB says "memory" beside it
_LAST_NETWORK = 6  # generation of mobile networks

Reader = Callable[["Quantity", "Setting"], str | None]


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A number with a unit, and the words just before and after it."""

    number: Decimal
    unit: str
    before: str
    after: str
    of_second: bool = False  # another thing is named before it, behind a "+"


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


def nothing(quantity: Quantity, setting: Setting) -> str | None:
    """What a unit says that no attribute is read from."""
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
    if setting.is_a("phone", "tablet") and quantity.number <= _LAST_NETWORK and not _says_memory(quantity):
        return None  # 4G, 5G
    if setting.is_a("computer", "phone") and quantity.number in (2, 4, 6, 8, 12, 16, 32, 64, 128, 256, 512):
        return _data_of_a_device(quantity, setting)
    if setting.department in ("computers", "electronics") and quantity.number < 10:
        return None  # 5G, 4G
    return _mass(quantity, setting)


def _says_memory(quantity: Quantity) -> bool:
    return bool(re.match(r"\s?(?:ram|memory|内存|运存)", quantity.after))


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
    if quantity.unit == "l" and re.match(r"\s?(?:不锈|不粘|钢|stainless|steel)", quantity.after):
        return None  # 316L is a steel
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


READERS: dict[str, Reader] = {
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
