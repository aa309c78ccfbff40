"""What the demo shop's departments sell, read from the two TOML files beside this module."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Brand:
    """A fictional brand; `factor` multiplies its prices."""

    name: str
    name_zh: str
    factor: Decimal


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One attribute of a department: either `values`, each with what it adds to the price in EUR, or a `range`."""

    name: str
    unit: str
    values: tuple[str | bool, ...]
    prices: tuple[Decimal, ...]
    range: tuple[int, int] | None
    grows_with: str  # a fact before it: a larger screen weighs more


@dataclass(frozen=True, kw_only=True)
class Department:
    """One kind of product, with everything that its products are drawn from."""

    name: str
    name_zh: str
    path: tuple[str, ...]
    brands: tuple[Brand, ...]
    series: tuple[str, ...]
    count: int
    price: Decimal  # EUR
    title: str
    title_zh: str
    text: str
    text_zh: str
    purposes: tuple[tuple[str, str], ...]
    facts: tuple[Fact, ...]
    season: tuple[int, ...]  # months
    goes_with: tuple[str, ...]


@functools.cache
def departments() -> tuple[Department, ...]:
    """All departments, in the order of the file."""
    brands = {
        line: tuple(Brand(name=name, name_zh=zh, factor=Decimal(str(factor))) for name, zh, factor in rows)
        for line, rows in _words()["brands"].items()
    }
    return tuple(_department(name, entry, brands) for name, entry in _read("departments.toml").items())


def in_chinese(fact: str, value: str) -> str:
    """A fact's value in Chinese; numbers and names stay as they are."""
    words = _words()
    return str(words["zh_in"].get(f"{fact}.{value}") or words["zh"].get(value, value))


def _department(name: str, entry: Mapping[str, Any], brands: Mapping[str, tuple[Brand, ...]]) -> Department:
    return Department(
        name=name,
        name_zh=str(entry["zh"]),
        path=_texts(entry["path"]),
        brands=brands[str(entry["brands"])],
        series=_texts(entry["series"]),
        count=int(str(entry["count"])),
        price=Decimal(str(entry["price"])),
        title=str(entry["title"]),
        title_zh=str(entry["title_zh"]),
        text=str(entry["text"]),
        text_zh=str(entry["text_zh"]),
        purposes=tuple((str(en), str(zh)) for en, zh in entry["for_"]),
        facts=tuple(_fact(fact, spec) for fact, spec in entry["facts"].items()),
        season=tuple(int(month) for month in entry["season"]),
        goes_with=_texts(entry.get("goes_with", [])),
    )


def _fact(name: str, spec: Mapping[str, Any]) -> Fact:
    values: tuple[str | bool, ...] = tuple(spec.get("values", ()))
    prices = spec.get("price", [0] * len(values))
    bounds = spec.get("range")
    return Fact(
        name=name,
        unit=str(spec.get("unit", "")),
        values=values,
        prices=tuple(Decimal(str(price)) for price in prices),
        range=(int(bounds[0]), int(bounds[1])) if isinstance(bounds, list) else None,
        grows_with=str(spec.get("grows_with", "")),
    )


def _texts(value: list[Any]) -> tuple[str, ...]:
    return tuple(str(text) for text in value)


@functools.cache
def _words() -> dict[str, dict[str, Any]]:
    return _read("words.toml")


def _read(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files("daogou.app.demo").joinpath(name).read_text(encoding="utf-8"))
