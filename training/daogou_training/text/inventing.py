"""Shops that don't exist: products of every kind of the thesaurus with made-up brands, in English and Chinese.

A model that reads thousands of invented shops learns how a request and a row go together, and no shop by heart.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from daogou.catalog.products.product import (
    Attribute,
    AttributeValue,
    Availability,
    Money,
    Offer,
    Product,
    Rating,
    Translation,
)
from daogou.text.thesaurus import TypeConcept, thesaurus

PER_KIND = 12  # products of one kind in a shop: enough for a dearer one, another brand, another colour
KINDS = 6  # kinds in one shop
CURRENCIES = ("EUR", "USD", "GBP", "CNY", "CNY", "CNY")

# Which text attributes the things of a department have ("*": any), and which numbers, in which steps.
_TEXTS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "*": ("colour", "material"),
        "beauty": ("skin_type", "benefit", "scent", "hair_type"),
        "computers": ("connection", "operating_system", "storage_media", "processor"),
        "electronics": ("connection", "colour", "resolution"),
        "fashion": ("pattern", "sleeve_length", "neckline", "size", "gender", "occasion", "fit"),
        "food": ("flavour", "dietary"),
        "office": ("paper_size", "ruling", "colour"),
        "home": ("pattern", "shape", "material"),
        "family": ("age_group", "material"),
    }
)
_NUMBERS: Mapping[str, Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "computers": {
            "memory": ("4", "8", "16", "32", "64"),
            "storage": ("128", "256", "512", "1000", "2000"),
            "screen_size": ("11.6", "13.3", "14", "15.6", "17.3", "24", "27", "32"),
        },
        "electronics": {
            "battery_life": ("5", "8", "10", "12", "20", "24", "30", "40"),
            "screen_size": ("5.8", "6.1", "6.7", "32", "43", "55", "65"),
            "battery_capacity": ("2000", "3000", "4000", "5000", "10000", "20000"),
        },
        "beauty": {"volume": ("15", "30", "50", "75", "100", "150", "200", "250", "400", "500")},
        "food": {"weight": ("50", "100", "200", "250", "400", "500", "750", "1000", "2500")},
        "home": {"volume": ("250", "350", "500", "750", "1000", "1500", "2000"), "power": ("300", "800", "1500", "2200")},
        "sports": {"weight": ("300", "500", "900", "1200", "2500", "5000")},
        "office": {"pack_quantity": ("1", "5", "10", "12", "20", "50", "100"), "sheet_count": ("50", "80", "100", "200")},
        "tools_auto": {"power": ("200", "500", "750", "1200"), "voltage": ("12", "18", "20", "230")},
        "furniture_garden": {"width": ("400", "600", "800", "1200", "1600"), "load_capacity": ("80", "120", "150")},
    }
)  # fmt: skip
_PRICES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"computers": (20, 2000), "electronics": (15, 1500), "furniture_garden": (25, 900), "tools_auto": (8, 400)}
)
_USUAL = (4, 200)
_CHINESE_UNITS = MappingProxyType(
    {
        "GB": "GB",
        "in": "英寸",
        "h": "小时",
        "mAh": "毫安",
        "ml": "ml",
        "g": "g",
        "W": "W",
        "V": "V",
        "mm": "mm",
        "kg": "kg",
        "sheets": "张",
    }
)
_FILLERS = ("正品", "新款", "家用", "专用", "官方旗舰", "包邮", "男女通用", "热卖", "送礼", "大容量", "2026", "便携")
_ENGLISH_FILLERS = ("Classic", "New", "Premium", "Everyday", "Original", "Essential", "2-Pack", "Set", "Deluxe")
_FIRST = [
    "Al",
    "Bar",
    "Cor",
    "Del",
    "El",
    "Fen",
    "Gar",
    "Hal",
    "Is",
    "Jor",
    "Kel",
    "Lor",
    "Mar",
    "Nor",
    "Or",
    "Pel",
    "Quin",
    "Ros",
    "Sol",
    "Tor",
    "Ul",
    "Vel",
    "Wil",
    "Yar",
    "Zan",
    "Bry",
    "Cald",
    "Dun",
    "Ever",
    "Fal",
    "Grey",
    "Hol",
]
_MIDDLE = ["", "", "", "a", "e", "i", "o", "an", "er", "in", "or", "al"]
_LAST = [
    "by",
    "da",
    "den",
    "don",
    "fell",
    "fin",
    "ford",
    "gate",
    "ham",
    "ia",
    "ix",
    "ko",
    "lan",
    "lia",
    "lo",
    "mar",
    "mont",
    "na",
    "nex",
    "on",
    "ra",
    "ric",
    "ro",
    "sen",
    "sky",
    "son",
    "ta",
    "tek",
    "ton",
    "va",
    "via",
    "wick",
    "wood",
]
_SECOND = ["", "", "", "", " Home", " Lab", " & Co", " Works", " House", " Studio", " Tech", " Pro"]
_CHINESE = "安百佰宝晨成春达德东方丰福格冠光国海浩和恒宏华辉佳嘉洁金锦景康可兰乐力丽良林龙美明诺欧奇启青清荣润赛森尚盛诗世舒天威沃西希祥新星雅颜扬依怡亿艺益盈优玉源悦泽卓姿"


@dataclass(frozen=True, kw_only=True)
class _Kind:
    concept: TypeConcept
    brands: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    numbers: Mapping[str, Sequence[str]]
    low: float
    high: float


def invented_shop(seed: int) -> list[Product]:
    """A small shop, every product in both languages; the same for the same seed."""
    dice = random.Random(f"invented {seed}")
    concepts = dice.sample(_sellable(), KINDS)
    currency = dice.choice(CURRENCIES)
    kinds = [_kind(concept, dice) for concept in concepts]
    return [
        _product(f"i{seed}-{kind_number}-{number}", kind, currency, dice)
        for kind_number, kind in enumerate(kinds)
        for number in range(PER_KIND)
    ]


def _sellable() -> list[TypeConcept]:
    return [concept for concept in thesaurus().types.values() if all(concept.phrases.get(it) for it in ("en", "zh"))]


def _kind(concept: TypeConcept, dice: random.Random) -> _Kind:
    known = {attribute for attribute, _ in thesaurus().values}
    texts = [name for name in (*_TEXTS["*"], *_TEXTS.get(concept.department, ())) if name in known]
    low, high = _PRICES.get(concept.department, _USUAL)
    base = low * (high / low) ** dice.random()
    return _Kind(
        concept=concept,
        brands=tuple(brand(dice) for _ in range(4)),
        texts=tuple(dice.sample(list(dict.fromkeys(texts)), k=min(2, len(set(texts))))),
        numbers=_NUMBERS.get(concept.department, {}),
        low=base,
        high=base * dice.uniform(2, 6),
    )


def _product(product_id: str, kind: _Kind, currency: str, dice: random.Random) -> Product:
    english, chinese = dice.choice(kind.brands)
    attributes = (*_texts(kind, dice), *_numbers(kind, dice))
    name, name_zh = (dice.choice(kind.concept.phrases[language][:3]) for language in ("en", "zh"))
    title = _english_title(english, name, attributes, dice)
    title_zh = _chinese_title(
        dice.choice((chinese, chinese, f"{chinese}{english}", english)), name_zh, attributes, dice
    )
    native = dice.random() < 0.5
    return Product(
        id=product_id,
        title=title_zh if native else title,
        language="zh" if native else "en",
        translations={"en": Translation(title=title)} if native else {"zh": Translation(title=title_zh)},
        offers=(_offer(kind, currency, dice),),
        brand=chinese if native else english,
        product_type=kind.concept.key,
        attributes=attributes,
        rating=_rating(dice),
    )


def _texts(kind: _Kind, dice: random.Random) -> Iterator[Attribute]:
    for name in kind.texts:
        values = [value for attribute, value in thesaurus().values if attribute == name]
        yield Attribute(name=name, value=dice.choice(values[: 14 if name != "size" else None]), source=name)


def _numbers(kind: _Kind, dice: random.Random) -> Iterator[Attribute]:
    for name, values in kind.numbers.items():
        if dice.random() < 0.6:
            unit = thesaurus().attributes[name].unit
            yield Attribute(name=name, value=Decimal(dice.choice(values)), unit=unit, source=name)


def _offer(kind: _Kind, currency: str, dice: random.Random) -> Offer:
    amount = kind.low * (kind.high / kind.low) ** dice.random() * (7 if currency == "CNY" else 1)
    whole = Decimal(max(2, round(amount)))
    ending = dice.choice((Decimal(0), Decimal("0.01"), Decimal("0.05"), Decimal("0.10"), Decimal(0)))
    stock = Availability.IN_STOCK if dice.random() < 0.9 else None
    return Offer(price=Money(amount=whole - ending, currency=currency), availability=stock)


def _rating(dice: random.Random) -> Rating | None:
    if dice.random() < 0.4:
        return None
    return Rating(value=Decimal(f"{min(5.0, max(2.5, dice.gauss(4.2, 0.5))):.1f}"), count=int(dice.paretovariate(0.7)))


def _english_title(english: str, name: str, attributes: Sequence[Attribute], dice: random.Random) -> str:
    words = [_value(attribute, "en") for attribute in attributes if dice.random() < 0.8]
    dice.shuffle(words)
    head = " ".join(filter(None, (english, model_name(dice), dice.choice((*_ENGLISH_FILLERS, "", "", "", "")))))
    cut = dice.randrange(len(words) + 1)
    before, after = " ".join(words[:cut]), ", ".join(words[cut:])
    return f"{' '.join(filter(None, (head, before, name)))}{f', {after}' if after else ''}".title().replace("Gb", "GB")


def _chinese_title(brand_name: str, name: str, attributes: Sequence[Attribute], dice: random.Random) -> str:
    """As such shops write them: everything in a row, often twice."""
    words = [_value(attribute, "zh") for attribute in attributes if dice.random() < 0.85]
    words += dice.sample(_FILLERS, k=dice.choice((0, 0, 1, 2)))
    dice.shuffle(words)
    cut = dice.randrange(len(words) + 1)
    gap = dice.choice(("", "", " "))
    return f"{brand_name}{dice.choice(('', ' '))}{gap.join((*words[:cut], name, *words[cut:]))}"


def _value(attribute: Attribute, language: str) -> str:
    value: AttributeValue = attribute.value
    if isinstance(value, Decimal):
        unit = attribute.unit or ""
        return f"{value}{_CHINESE_UNITS.get(unit, unit)}" if language == "zh" else f"{value} {unit}".strip()
    return thesaurus().value_label(attribute.name, str(value), language)


def brand(dice: random.Random) -> tuple[str, str]:
    """An English name and a Chinese one, of the same invented brand."""
    english = dice.choice(_FIRST) + dice.choice(_MIDDLE) + dice.choice(_LAST) + dice.choice(_SECOND)
    chinese = "".join(dice.choice(_CHINESE) for _ in range(dice.choice((2, 2, 2, 3))))
    return english, chinese


def model_name(dice: random.Random) -> str:
    """What stands behind a brand in a title: "K42", "Aria 300", or nothing."""
    letters = "ABCDEFGHKLMNPRSTVXZ"
    return dice.choice(
        (
            "",
            f"{dice.choice(letters)}{dice.randrange(10, 99)}",
            f"{dice.choice(letters)}{dice.choice(letters)}-{dice.randrange(100, 9999)}",
            f"{dice.choice(_FIRST)}{dice.choice(_LAST)} {dice.randrange(1, 40) * 10}".strip(),
            f"{dice.choice(_FIRST)}{dice.choice(_LAST)}".capitalize(),
        )
    )
