"""Shops that don't exist: products of every kind of the thesaurus with made-up brands, in English and Chinese.

A model that reads thousands of invented shops learns how a request and a row go together, and no shop by heart.
"""

import functools
import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from typing import Any

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


@dataclass(frozen=True, kw_only=True)
class _Kind:
    concept: TypeConcept
    brands: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    numbers: Mapping[str, Sequence[str]]
    low: float
    high: float


@functools.cache
def _made_of() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("daogou_training.text").joinpath("inventing.toml").read_text(encoding="utf-8"))


def invented_shop(seed: int) -> list[Product]:
    """A small shop, every product in both languages; the same for the same seed."""
    dice = random.Random(f"invented {seed}")
    types = thesaurus().types.values()
    concepts = dice.sample([one for one in types if one.phrases.get("en") and one.phrases.get("zh")], KINDS)
    currency = dice.choice(CURRENCIES)
    kinds = [_kind(concept, dice) for concept in concepts]
    return [
        _product(f"i{seed}-{kind_number}-{number}", kind, currency, dice)
        for kind_number, kind in enumerate(kinds)
        for number in range(PER_KIND)
    ]


def _kind(concept: TypeConcept, dice: random.Random) -> _Kind:
    known = {attribute for attribute, _ in thesaurus().values}
    named, prices = _made_of()["texts"], _made_of()["prices"]
    texts = [name for name in (*named["any"], *named.get(concept.department, ())) if name in known]
    low, high = prices.get(concept.department, prices["any"])
    base = low * (high / low) ** dice.random()
    return _Kind(
        concept=concept,
        brands=tuple(brand(dice) for _ in range(4)),
        texts=tuple(dice.sample(list(dict.fromkeys(texts)), k=min(2, len(set(texts))))),
        numbers=_made_of()["numbers"].get(concept.department, {}),
        low=base,
        high=base * dice.uniform(2, 6),
    )


def _product(product_id: str, kind: _Kind, currency: str, dice: random.Random) -> Product:
    english, chinese = dice.choice(kind.brands)
    attributes = (*_texts(kind, dice), *_numbers(kind, dice))
    name, name_zh = (dice.choice(kind.concept.phrases[language][:3]) for language in ("en", "zh"))
    title = _english_title(english, name, attributes, dice)
    shown_as = dice.choice((chinese, chinese, f"{chinese}{english}", english))
    title_zh = _chinese_title(shown_as, name_zh, attributes, dice)
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
    head = " ".join(
        filter(None, (english, model_name(dice), dice.choice((*_made_of()["fillers"]["en"], "", "", "", ""))))
    )
    cut = dice.randrange(len(words) + 1)
    before, after = " ".join(words[:cut]), ", ".join(words[cut:])
    return f"{' '.join(filter(None, (head, before, name)))}{f', {after}' if after else ''}".title().replace("Gb", "GB")


def _chinese_title(brand_name: str, name: str, attributes: Sequence[Attribute], dice: random.Random) -> str:
    """As such shops write them: everything in a row, often twice."""
    words = [_value(attribute, "zh") for attribute in attributes if dice.random() < 0.85]
    words += dice.sample(_made_of()["fillers"]["zh"], k=dice.choice((0, 0, 1, 2)))
    dice.shuffle(words)
    cut = dice.randrange(len(words) + 1)
    gap = dice.choice(("", "", " "))
    return f"{brand_name}{dice.choice(('', ' '))}{gap.join((*words[:cut], name, *words[cut:]))}"


def _value(attribute: Attribute, language: str) -> str:
    value: AttributeValue = attribute.value
    if isinstance(value, Decimal):
        unit = attribute.unit or ""
        return f"{value}{_made_of()['units'].get(unit, unit)}" if language == "zh" else f"{value} {unit}".strip()
    return thesaurus().value_label(attribute.name, str(value), language)


def brand(dice: random.Random) -> tuple[str, str]:
    """An English name and a Chinese one, of the same invented brand."""
    parts = _made_of()["brands"]
    english = "".join(dice.choice(parts[part]) for part in ("first", "middle", "last", "second"))
    chinese = "".join(dice.choice(parts["chinese"]) for _ in range(dice.choice((2, 2, 2, 3))))
    return english, chinese


def model_name(dice: random.Random) -> str:
    """What stands behind a brand in a title: "K42", "Aria 300", or nothing."""
    letters, parts = "ABCDEFGHKLMNPRSTVXZ", _made_of()["brands"]
    return dice.choice(
        (
            "",
            f"{dice.choice(letters)}{dice.randrange(10, 99)}",
            f"{dice.choice(letters)}{dice.choice(letters)}-{dice.randrange(100, 9999)}",
            f"{dice.choice(parts['first'])}{dice.choice(parts['last'])} {dice.randrange(1, 40) * 10}".strip(),
            f"{dice.choice(parts['first'])}{dice.choice(parts['last'])}".capitalize(),
        )
    )
