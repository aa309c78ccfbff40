"""The nouns of a conversation as JSON and back: each value says what it is, so that a noun may grow fields.

A field that the text does not have gets its default; one that the noun no longer has is dropped.
"""

import dataclasses
import json
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from daogou.catalog.products.need import (
    Act,
    Alternative,
    Code,
    Constraint,
    Notice,
    Operator,
    ShopperNeed,
    Sort,
    Strength,
)
from daogou.catalog.products.shop_question import Asks, ShopQuestion

_NOUNS: Final[dict[str, type[Any]]] = {
    noun.__name__: noun for noun in (ShopperNeed, Constraint, Sort, Notice, Alternative, Code, ShopQuestion)
}
_ENUMS: Final[dict[str, type[StrEnum]]] = {enum.__name__: enum for enum in (Act, Operator, Strength, Asks)}


def need_to_json(need: ShopperNeed) -> str:
    """The need with everything in it."""
    return json.dumps(_to(need), ensure_ascii=False, separators=(",", ":"))


def need_from_json(text: str) -> ShopperNeed:
    """The need that `need_to_json` was given."""
    need = _from(json.loads(text))
    assert isinstance(need, ShopperNeed)
    return need


def _to(value: object) -> object:
    if isinstance(value, StrEnum):
        return {"is": type(value).__name__, "value": value.value}
    if isinstance(value, Decimal):
        return {"is": "Decimal", "value": str(value)}
    if isinstance(value, tuple):
        return [_to(item) for item in value]
    if isinstance(value, dict):
        return {"is": "dict", "value": {key: _to(item) for key, item in value.items()}}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {"is": type(value).__name__, "value": {name: _to(item) for name, item in fields.items()}}
    return value


def _from(written: Any) -> Any:
    if isinstance(written, list):
        return tuple(_from(item) for item in written)
    if not isinstance(written, dict):
        return written
    kind, value = written["is"], written["value"]
    if kind == "Decimal":
        return Decimal(value)
    if kind == "dict":
        return {key: _from(item) for key, item in value.items()}
    if kind in _ENUMS:
        return _ENUMS[kind](value)
    noun = _NOUNS[kind]
    known = {field.name for field in dataclasses.fields(noun)}
    return noun(**{name: _from(item) for name, item in value.items() if name in known})
