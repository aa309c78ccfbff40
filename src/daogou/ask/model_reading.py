"""What a model read in a message, out of the JSON that it wrote; whatever has another form is refused."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from daogou.ask.model_schema import KEYS, LONGEST, MOST_VALUES
from daogou.errors import BackendError

_MOST_CHARACTERS = 4000


@dataclass(frozen=True, kw_only=True)
class ModelReading:
    """The need in a model's words, none of them believed yet; `values` are pairs of attribute and value."""

    kind: str = ""
    brand: str = ""
    at_most: Decimal | None = None
    at_least: Decimal | None = None
    values: tuple[tuple[str, str], ...] = ()
    purpose: str = ""

    def to_json(self) -> str:
        """As a model writes it under the schema: all keys in its order, no spaces."""
        fields = {
            "kind": self.kind,
            "brand": self.brand,
            "at_most": _number(self.at_most),
            "at_least": _number(self.at_least),
            "values": [{"attribute": attribute, "value": value} for attribute, value in self.values],
            "purpose": self.purpose,
        }
        assert tuple(fields) == KEYS
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def parse(text: str, *, kinds: Sequence[str]) -> ModelReading:
    """The reading in a model's text, prose around it left out; BackendError where there is none."""
    fields = _fields(text)
    kind = _text(fields.get("kind"))
    return ModelReading(
        kind=kind if kind in kinds else "",
        brand=_text(fields.get("brand")),
        at_most=_amount(fields.get("at_most")),
        at_least=_amount(fields.get("at_least")),
        values=_values(fields.get("values")),
        purpose=_text(fields.get("purpose")),
    )


def _fields(text: str) -> dict[str, object]:
    whole = text[text.find("{") : text.rfind("}") + 1]
    if not whole or len(whole) > _MOST_CHARACTERS:
        raise BackendError(f"the language model wrote no reading ({len(text)} characters)")
    try:
        fields = json.loads(whole, parse_float=Decimal, parse_int=Decimal, parse_constant=lambda name: None)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise BackendError("the language model wrote a reading that is no JSON") from error
    if not isinstance(fields, dict) or not fields.keys() & set(KEYS):
        raise BackendError("the language model wrote JSON that is no reading")
    return fields


def _values(found: object) -> tuple[tuple[str, str], ...]:
    items = found[:MOST_VALUES] if isinstance(found, list) else []
    pairs = ((_text(item.get("attribute")), _text(item.get("value"))) for item in items if isinstance(item, dict))
    return tuple((attribute, value) for attribute, value in pairs if attribute and value)


def _text(found: object) -> str:
    return " ".join(found.split())[:LONGEST].strip() if isinstance(found, str) else ""


def _amount(found: object) -> Decimal | None:
    return found if isinstance(found, Decimal) and found.is_finite() and 0 < found < 10**9 else None


def _number(amount: Decimal | None) -> int | float | None:
    if amount is None:
        return None
    return float(amount) if amount % 1 else int(amount)
