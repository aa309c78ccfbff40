"""The demo shop's products as feed rows: facts drawn first, then price, title and description from the facts."""

import functools
import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib import resources
from typing import Any

from pydantic import BaseModel, Field


class Brand(BaseModel):
    """A fictional brand; `factor` multiplies its prices."""

    name: str
    name_zh: str
    factor: Decimal


class Fact(BaseModel):
    """One attribute of a department: either `values`, each with what it adds to the price in EUR, or a `range`."""

    name: str
    unit: str = ""
    values: tuple[str | bool, ...] = ()
    prices: tuple[Decimal, ...] = Field(default=(), alias="price")
    range: tuple[int, int] | None = None
    grows_with: str = ""  # a fact before it: a larger screen weighs more


class Department(BaseModel):
    """One kind of product, with everything that its products are drawn from."""

    name: str
    name_zh: str = Field(alias="zh")
    path: tuple[str, ...]
    brands: tuple[Brand, ...]
    series: tuple[str, ...]
    count: int
    price: Decimal  # EUR
    title: str
    title_zh: str
    text: str
    text_zh: str
    purposes: tuple[tuple[str, str], ...] = Field(alias="for_")
    facts: tuple[Fact, ...]
    season: tuple[int, ...]  # months
    goes_with: tuple[str, ...] = ()


@functools.cache
def departments() -> tuple[Department, ...]:
    """All departments, in the order of the file."""
    found = []
    for name, entry in _read("departments.toml").items():
        brands = [dict(zip(Brand.model_fields, row, strict=True)) for row in _words()["brands"][entry["brands"]]]
        facts = [spec | {"name": fact} for fact, spec in entry["facts"].items()]
        found.append(Department.model_validate(entry | {"name": name, "brands": brands, "facts": facts}))
    return tuple(found)


def in_chinese(fact: str, value: str) -> str:
    """A fact's value in Chinese; numbers and names stay as they are."""
    words = _words()
    return str(words["zh_in"].get(f"{fact}.{value}") or words["zh"].get(value, value))


@functools.cache
def _words() -> dict[str, dict[str, Any]]:
    return _read("words.toml")


def _read(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files("daogou.app.demo").joinpath(name).read_text(encoding="utf-8"))


Row = dict[str, str | bool]
CURRENCY = "EUR"
_STATES = ("in_stock",) * 17 + ("out_of_stock",) * 2 + ("preorder",)


@dataclass(frozen=True, kw_only=True)
class DemoProduct:
    """A feed row, and beside it what the simulated shoppers look at."""

    row: Row
    department: str
    brand: str
    colour: str
    price: Decimal  # EUR
    price_level: float  # 0 cheapest of the department, 1 dearest
    in_stock: bool


def demo_products(seed: int) -> list[DemoProduct]:
    """Every product of the demo shop; the same for the same seed."""
    products: list[DemoProduct] = []
    for department in departments():
        dice = random.Random(f"{seed} {department.name}")
        drawn = list(_department(department, dice, first_id=1000 + len(products)))
        level = {
            id(one): rank / max(len(drawn) - 1, 1) for rank, one in enumerate(sorted(drawn, key=lambda p: p.price))
        }
        products += [replace(one, price_level=level[id(one)]) for one in drawn]
    return products


def _department(department: Department, dice: random.Random, first_id: int) -> Iterator[DemoProduct]:
    taken: set[str] = set()
    number = first_id
    while number < first_id + department.count:
        brand = dice.choice(department.brands)
        model, facts = _model(department, dice), _draw_all(department, dice)
        for colour in _variants(department, facts, dice):
            row = _row(department, brand, model, facts | colour, dice, number)
            if str(row["title"]) in taken or number >= first_id + department.count:
                continue
            taken.add(str(row["title"]))
            number += 1
            yield _product(department, brand, row)


def _model(department: Department, dice: random.Random) -> dict[str, str]:
    return {
        "series": dice.choice(department.series),
        "model": f"{dice.choice('ACDEGKLMRSTVX')}{dice.randrange(10, 99)}",
        "group": f"g{dice.randrange(10**9):09d}",
    }


def _variants(department: Department, facts: dict[str, str | bool], dice: random.Random) -> list[dict[str, str | bool]]:
    colours = next((fact.values for fact in department.facts if fact.name == "colour"), ())
    if not colours or dice.random() < 0.7:
        return [{}]
    return [{"colour": colour} for colour in dice.sample(colours, k=2)]


def _draw_all(department: Department, dice: random.Random) -> dict[str, str | bool]:
    facts: dict[str, str | bool] = {}
    for fact in department.facts:
        facts[fact.name] = dice.choice(fact.values) if fact.values else str(_in_range(fact, department, facts, dice))
    return facts


def _in_range(fact: Fact, department: Department, facts: dict[str, str | bool], dice: random.Random) -> int:
    """Anywhere in the range; for a fact that grows with another, near the other's place among its values."""
    low, high = fact.range or (0, 0)
    place = dice.random()
    if fact.grows_with:
        values = next(other.values for other in department.facts if other.name == fact.grows_with)
        place = 0.7 * values.index(facts[fact.grows_with]) / (len(values) - 1) + 0.3 * place
    step = 10 if high - low > 400 else 1
    return low + step * round(place * (high - low) / step)


def _row(
    department: Department,
    brand: Brand,
    model: dict[str, str],
    facts: dict[str, str | bool],
    dice: random.Random,
    number: int,
) -> Row:
    words = {"brand": brand.name, "brand_zh": brand.name_zh} | model
    english = words | {name: str(value) for name, value in facts.items()}
    chinese = words | {name: in_chinese(name, str(value)) for name, value in facts.items()}
    purpose, purpose_zh = dice.choice(department.purposes)
    price = _price(department, brand, facts, dice)
    row: Row = {
        "id": f"d{number}",
        "item_group_id": model["group"],
        "title": department.title.format_map({name: _heading(word) for name, word in english.items()}),
        "title_zh": department.title_zh.format_map(chinese),
        "description": re.sub(
            r"^A (?=[aeiou]|8)", "An ", f"{_capital(department.text.format_map(english))} Well suited for {purpose}."
        ),
        "description_zh": f"{department.text_zh.format_map(chinese)}适合{purpose_zh}。",
        "brand": brand.name,
        "gtin": _gtin(number),
        "price": f"{price} {CURRENCY}",
        "availability": dice.choice(_STATES),
        "category": " > ".join(department.path),
        "product_type": department.name,
        "link": f"/products/d{number}",
    }
    if dice.random() < 0.12:
        row["sale_price"] = f"{_ending(price * Decimal('0.85'))} {CURRENCY}"
    if dice.random() < 0.9:
        row["rating"] = f"{min(5.0, max(2.4, dice.gauss(4.2, 0.5))):.1f}"
        row["review_count"] = str(int(dice.paretovariate(0.9)))
    return row | {fact.name: _cell(fact, facts[fact.name]) for fact in department.facts}


def _price(department: Department, brand: Brand, facts: dict[str, str | bool], dice: random.Random) -> Decimal:
    added = sum(
        (fact.prices[fact.values.index(facts[fact.name])] for fact in department.facts if fact.prices), Decimal(0)
    )
    noise = Decimal(str(round(dice.uniform(0.92, 1.1), 3)))
    return _ending((department.price + added) * brand.factor * noise)


def _ending(price: Decimal) -> Decimal:
    """Whole euros from 100, then the ending that shops like."""
    whole = max(Decimal(2), price.quantize(Decimal(1)))
    return whole - Decimal("0.05") if whole < 100 else whole - Decimal("1.00")


def _cell(fact: Fact, value: str | bool) -> str | bool:
    return f"{value} {fact.unit}".strip() if isinstance(value, str) else value


def _gtin(number: int) -> str:
    """A GTIN-13 with a right check digit, in the range that GS1 keeps for use inside a shop (prefix 2)."""
    body = f"200{number:09d}"
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(body))
    return body + str(-total % 10)


def _heading(word: str) -> str:
    return {"women": "Women's", "men": "Men's"}.get(word, _capital(word))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _product(department: Department, brand: Brand, row: Row) -> DemoProduct:
    asked = str(row.get("sale_price", row["price"])).split()[0]
    return DemoProduct(
        row=row,
        department=department.name,
        brand=brand.name,
        colour=str(row.get("colour", "")),
        price=Decimal(asked),
        price_level=0.0,
        in_stock=row["availability"] == "in_stock",
    )
