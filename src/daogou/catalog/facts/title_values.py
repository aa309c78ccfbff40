"""Values and quantities that a title states: colours, materials, 50ml ... only where the words can hardly mean anything else."""

import functools
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Any

from daogou.catalog.matching.wording import plain_letters
from daogou.catalog.products.product import Attribute
from daogou.text.stated import convert
from daogou.text.thesaurus import thesaurus
from daogou.text.words import is_chinese, normalize, table

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
_CHINESE, _LATIN = (
    "|".join(re.escape(name) for name in sorted(_UNITS, key=len, reverse=True) if is_chinese(name) is chinese)
    for chinese in (True, False)
)
_QUANTITY = re.compile(_N + rf"[\s-]?({_CHINESE}|(?:{_LATIN})(?![a-z0-9²]))")
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
_BESIDE = 16  # characters before and after a quantity that say what it is of
_PHONE_MEMORY = 24  # GB; 32/128G are two storages
_MEANT = {("g", "GB"): "GB", ("度", "%"): "%"}  # the unit that a name stands for, beside the unit wanted


def quantities(text: str, *, product_type: str, department: str) -> Iterator[Attribute]:
    """Number attributes that a normalised title states; where it states two different ones, none."""
    folded = text.casefold()
    found: defaultdict[str, dict[tuple[Decimal, str | None], None]] = defaultdict(dict)
    for name, number, unit in _stated(folded, product_type, department):
        found[name][number, unit] = None
    for name, values in found.items():
        if name in _SEVERAL or len(values) == 1 or _same(values):
            for number, unit in list(values)[: None if name in _SEVERAL else 1]:
                yield Attribute(name=name, value=number, unit=unit, source="title")
    if sizes := _SIZES.search(folded):
        yield Attribute(name="dimensions", value=sizes[0], source="title")


_OF_A_PART = frozenset({"weight", "volume"})
_SECOND_THING = re.compile(r"\+[^+\d]*[\u4e00-\u9fff]{2}[^+]*$")  # 牙刷+牙膏120g: the toothpaste's
_SEVERAL = frozenset({"storage"})  # a phone sold with 64 or 128 GB


def _same(values: dict[tuple[Decimal, str | None], None]) -> bool:
    """1.83 m (6 ft) states one length twice."""
    numbers = [number for number, _ in values]
    return max(numbers) <= min(numbers) * Decimal("1.03")


def _stated(folded: str, product_type: str, department: str) -> Iterator[tuple[str, Decimal, str | None]]:
    for match in _DIAGONAL.finditer(folded):
        yield "screen_size", Decimal(match[1]), "in"
    for name, pattern in (("sun_protection_factor", _SPF), ("age", _AGE), ("pack_quantity", _PACK)):
        for match in pattern.finditer(folded):
            yield name, Decimal(next(group for group in match.groups() if group)), None
    yield from _memories(folded, product_type)
    rest = _DIAGONAL.sub(" ", _AREA.sub(" ", _SIZES.sub(" ", folded)))
    for match in _QUANTITY.finditer(rest):
        number, unit = Decimal(match[1]), _UNITS[match[2]]
        before, after = rest[max(0, match.start() - _BESIDE) : match.start()], rest[match.end() : match.end() + _BESIDE]
        known = (rule for rule in _rules().get(unit, ()) if rule.holds_for(product_type, department))
        rule = next((rule for rule in known if rule.applies(number, unit, before, after)), None)
        of_second = rule and rule.reads in _OF_A_PART and _SECOND_THING.search(rest[: match.start()])
        if rule and rule.reads and number > 0 and not of_second:
            yield rule.reads, *_converted(rule.reads, number, unit)


def _is_a(product_type: str, *kinds: str) -> bool:
    """Whether it is one of these types or a kind of one; a star stands for any beginning of the name."""
    return any(product_type.endswith(kind[1:]) if kind[0] == "*" else product_type in _narrower(kind) for kind in kinds)


@functools.cache
def _narrower(kind: str) -> frozenset[str]:
    return frozenset(thesaurus().narrower(kind))


class _Rule:
    """A line of `quantities.toml`."""

    def __init__(self, line: Mapping[str, Any]) -> None:
        self.reads: str = line.get("is", "")
        self._kinds, self._departments = (_names(line.get(name, "")) for name in ("kinds", "departments"))
        self._least, self._most = line.get("least", 0), line.get("most", Decimal("inf"))
        self._among = line.get("among")
        self._after = re.compile(rf"\s?(?:{line.get('after', '')})")
        self._not_after = re.compile(rf"\s?(?:{line.get('not_after', '(?!)')})")
        self._before = re.compile(rf"(?:{line.get('before', '')})\s?$")
        self._around = re.compile(line.get("around", ""))

    def holds_for(self, product_type: str, department: str) -> bool:
        """Whether it speaks of such things."""
        of_department = not self._departments or department in self._departments
        return of_department and (not self._kinds or _is_a(product_type, *self._kinds))

    def applies(self, number: Decimal, unit: str, before: str, after: str) -> bool:
        """Whether it says what this quantity is."""
        return bool(
            self._least <= number * (1000 if unit == "TB" else 1) <= self._most
            and (self._among is None or number in self._among)
            and self._after.match(after)
            and not self._not_after.match(after)
            and self._before.search(before)
            and self._around.search(f"{before} {after}")
        )


def tidy(number: Decimal) -> Decimal:
    """Rounded to six significant digits, without an exponent or trailing zeros: 15.5999999 -> 15.6."""
    rounded = Decimal(f"{number:.6g}")
    return Decimal(int(rounded)) if rounded == rounded.to_integral_value() else rounded.normalize()


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name)


@functools.cache
def _rules() -> Mapping[str, list[_Rule]]:
    """unit -> its rules in order."""
    written = files(__package__).joinpath("quantities.toml").read_text(encoding="utf-8")
    rules: defaultdict[str, list[_Rule]] = defaultdict(list)
    for line in tomllib.loads(written, parse_float=Decimal)["rules"]:
        rule = _Rule(line)
        for unit in line["units"].split():
            rules[unit].append(rule)
    return rules


def _converted(name: str, number: Decimal, unit: str) -> tuple[Decimal, str | None]:
    wanted = thesaurus().attributes[name].unit
    if unit == "kVA":
        return tidy(number * 1000), "VA"
    converted = convert(number, _MEANT.get((unit, wanted or ""), unit), wanted) if wanted else None
    return (tidy(number), None) if converted is None else (tidy(converted), wanted)


def _memories(folded: str, product_type: str) -> Iterator[tuple[str, Decimal, str | None]]:
    """Read 8+128G as memory and storage, and 64g128g256g as the storages that a phone comes with."""
    if not _is_a(product_type, "computer", "phone"):
        return
    two = _TWO_MEMORIES.search(folded)
    phone = _is_a(product_type, "phone", "tablet")
    if two and Decimal(two[1]) <= (_PHONE_MEMORY if phone else Decimal(two[2]) * (1000 if two[3][0] == "t" else 1)):
        yield "memory", Decimal(two[1]), "GB"
        yield "storage", Decimal(two[2]) * (1000 if two[3][0] == "t" else 1), "GB"
    elif phone and (several := _SEVERAL_MEMORIES.search(folded)):
        for number in re.findall(r"\d+", several[1]):
            if int(number) in (16, 32, 64, 128, 256, 512):
                yield "storage", Decimal(number), "GB"


_WORD = re.compile(r"[a-z0-9]+(?:[-/.'][a-z0-9]+)*")
_LONGEST = 4  # English words in a value's name
_MATERIAL_GOES_ON = ("plated", "tone", "look", "effect", "style", "colour", "color", "coloured", "colored", "free")
_PIGMENT = ("素", "头")  # 黑色素 is melanin, 黑头 are blackheads
_NEGATIONS = frozenset(("no", "non", "without", "not"))


@dataclass(frozen=True, kw_only=True)
class ValueWords:
    """Names of values that may be read out of a title -> (attribute, key), and where each attribute may be."""

    english: Mapping[tuple[str, ...], tuple[tuple[str, str], ...]]
    chinese: Mapping[str, tuple[tuple[str, str], ...]]
    longest_chinese: int  # characters
    whole: Mapping[str, tuple[tuple[str, str], ...]]  # every name: what a label that says nothing else means
    departments: Mapping[str, frozenset[str]]  # empty: everywhere
    nowhere: Mapping[str, frozenset[str]]  # departments in which its words mean something else


def values_in(text: str, *, brand: str, department: str) -> Iterator[Attribute]:
    """Text attributes that the normalised text names, each value once; the brand's own words name nothing."""
    folded = plain_letters(text)
    yield from _allowed((*_english(folded, plain_letters(normalize(brand))), *_chinese(folded)), department)


def values_of_label(label: str, *, brand: str, department: str) -> Iterator[Attribute]:
    """The same for a normalised label of few words: "cream" alone is a colour, in a title it may be a cream."""
    values = value_words().whole.get(plain_letters(label), ())
    yield from _allowed(values, department) if values else values_in(label, brand=brand, department=department)


def _allowed(values: Iterable[tuple[str, str]], department: str) -> Iterator[Attribute]:
    for attribute, key in dict.fromkeys(values):
        allowed = value_words().departments[attribute]
        if (not allowed or department in allowed) and department not in value_words().nowhere.get(attribute, ()):
            yield Attribute(name=attribute, value=key, source="title")


@functools.cache
def value_words() -> ValueWords:
    """Read once from the thesaurus and `title_values.toml`."""
    tables = table("title_values.toml")
    unsafe = {
        attribute: {word.strip() for word in words.split(",")} for attribute, words in tables.get("unsafe", {}).items()
    }
    english: defaultdict[tuple[str, ...], dict[tuple[str, str], None]] = defaultdict(dict)
    chinese: defaultdict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    whole: defaultdict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for (attribute, key), concept in thesaurus().values.items():
        if attribute not in tables.get("read", {}):
            continue
        for phrase in (*concept.phrases["en"], *concept.phrases["zh"]):
            name = plain_letters(normalize(phrase))
            whole[name][attribute, key] = None
            if name in unsafe.get(attribute, ()):
                continue
            if is_chinese(name):
                chinese[name][attribute, key] = None
            else:
                english[tuple(_WORD.findall(name))][attribute, key] = None
    for attribute, keys in tables.get("only_here", {}).items():
        for key, names in keys.items():
            for name in names.split(","):
                english[tuple(_WORD.findall(name))][attribute, key] = None
    return ValueWords(
        english={name: tuple(values) for name, values in english.items()},
        chinese={name: tuple(values) for name, values in chinese.items()},
        longest_chinese=max(map(len, chinese), default=0),
        whole={name: tuple(values) for name, values in whole.items()},
        departments={
            attribute: frozenset() if where == "*" else frozenset(where.split())
            for attribute, where in tables.get("read", {}).items()
        },
        nowhere={attribute: frozenset(where.split()) for attribute, where in tables.get("nowhere", {}).items()},
    )


def _english(folded: str, brand: str) -> Iterator[tuple[str, str]]:
    if brand:
        folded = folded.replace(brand, " ")
    words = _words(folded)
    names = value_words().english
    start = 0
    while start < len(words):
        size = next((size for size in range(_LONGEST, 0, -1) if tuple(words[start : start + size]) in names), 0)
        if size and not _turned(words, start, start + size):
            yield from names[tuple(words[start : start + size])]
        start += size or 1


def _words(folded: str) -> list[str]:
    """Words; black/silver and black-white are two words each, v-neck is one."""
    names = value_words().english
    words: list[str] = []
    for word in _WORD.findall(folded):
        words += [word] if (word,) in names else [part for part in re.split(r"[/]", word) if part]
    return words


def _turned(words: list[str], start: int, end: int) -> bool:
    """Whether the words around turn it into something else: "gold plated", "non wireless"."""
    before = words[start - 1] if start else ""
    after = words[end] if end < len(words) else ""
    return before in _NEGATIONS or after in _MATERIAL_GOES_ON


def _chinese(folded: str) -> Iterator[tuple[str, str]]:
    if not is_chinese(folded):
        return
    names = value_words().chinese
    start = 0
    while start < len(folded):
        size = next(
            (size for size in range(value_words().longest_chinese, 0, -1) if folded[start : start + size] in names), 0
        )
        if size and folded[start + size : start + size + 1] not in _PIGMENT:
            yield from names[folded[start : start + size]]
        start += size or 1
