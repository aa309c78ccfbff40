"""What a model may say of a need: a JSON Schema as small as the message allows, in the catalogue's own words."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from heapq import nlargest
from weakref import WeakKeyDictionary

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.phrases import Kind, keys_of
from daogou.errors import BackendError
from daogou.text.prompts import MOST_MESSAGES

MOST_KINDS = 40
MOST_ATTRIBUTES = 16
MOST_VALUES = 3
LONGEST = 24  # characters of a text
KEYS = ("kind", "brand", "at_most", "at_least", "values", "purpose")  # always all of them, in this order
_NUMBER = re.compile(r"(?<![A-Za-z\d.])(?<![A-Za-z]-)\d+(?:\.\d+)?")  # not those of names: SPF50, TN-2110
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_indexes: "WeakKeyDictionary[Lexicon, _Kinds]" = WeakKeyDictionary()


class _Kinds:
    """The names of a shop's kinds, by the keys in them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.names: list[tuple[int, tuple[str, ...]]] = []  # keys in the name, the kinds that it means
        self.by_key: dict[str, list[int]] = {}
        for keys, meanings in lexicon.book.items():
            kinds = tuple(dict.fromkeys(kind for m in meanings if m.kind is Kind.TYPE for kind in m.values))
            if kinds:
                self._add(frozenset(keys), kinds)

    def _add(self, keys: frozenset[str], kinds: tuple[str, ...]) -> None:
        for key in keys:
            self.by_key.setdefault(key, []).append(len(self.names))
        self.names.append((len(keys), kinds))

    def likeness(self, keys: Iterable[str]) -> dict[str, float]:
        """For each kind the largest share of one of its names that was said."""
        said = Counter(name for key in set(keys) for name in self.by_key.get(key, ()))
        shares: dict[str, float] = {}
        for name, found in said.items():
            length, kinds = self.names[name]
            for kind in kinds:
                shares[kind] = max(shares.get(kind, 0.0), found / length)
        return shares


def schema_for(messages: Sequence[str], lexicon: Lexicon) -> dict[str, object]:
    """The schema for the shopper's words: likely kinds, the numbers that were said, the attributes of the shop."""
    read = messages[-MOST_MESSAGES:]
    numbers = [None, *(float(number) if number % 1 else int(number) for number in numbers_in(" ".join(read)))]
    text = {"type": "string", "maxLength": LONGEST}
    value = _object({"attribute": {"enum": attributes_for(lexicon)}, "value": text})
    return _object(
        {
            "kind": {"enum": ["", *kinds_for(read, lexicon)]},
            "brand": text,
            "at_most": {"enum": numbers},
            "at_least": {"enum": numbers},
            "values": {"type": "array", "maxItems": MOST_VALUES, "items": value},
            "purpose": text,
        }
    )


def written(schema: Mapping[str, object]) -> str:
    """The schema as text, for a model that is told rather than held to it."""
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":"))


def kinds_for(messages: Sequence[str], lexicon: Lexicon) -> list[str]:
    """The kinds whose names were said, in part at least, then those with most products."""
    kinds = _indexes.get(lexicon) or _indexes.setdefault(lexicon, _Kinds(lexicon))
    likeness = kinds.likeness(key for message in messages for key in keys_of(message))
    ranked = sorted(lexicon.types, key=lambda kind: (-likeness.get(kind, 0.0), -lexicon.types[kind], kind))
    return ranked[:MOST_KINDS]


def attributes_for(lexicon: Lexicon) -> list[str]:
    """The attributes that most products have."""
    profiles = lexicon.vocabulary.attributes
    return nlargest(MOST_ATTRIBUTES, profiles, key=lambda name: profiles[name].product_count) or ["colour"]


def numbers_in(text: str) -> list[Decimal]:
    """The numbers that stand in digits in a text, each once."""
    return list(dict.fromkeys(Decimal(found) for found in _NUMBER.findall(_THOUSANDS.sub("", text))))


def _object(properties: dict[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


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
