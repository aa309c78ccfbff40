"""What a model may say of a need: a JSON Schema in the catalogue's own words, and what of it the message bears out."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from heapq import nlargest
from weakref import WeakKeyDictionary

from rapidfuzz import fuzz, process

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.phrases import Kind, keys_of
from daogou.catalog.products.need import Constraint, Operator, ShopperNeed, Strength
from daogou.catalog.products.vocabulary import AttributeKind, AttributeProfile
from daogou.errors import BackendError
from daogou.text.prompts import MOST_MESSAGES
from daogou.text.stated import convert, units_named

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
            if not kinds:
                continue
            for key in set(keys):
                self.by_key.setdefault(key, []).append(len(self.names))
            self.names.append((len(set(keys)), kinds))

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
            "at_most": _written_number(self.at_most),
            "at_least": _written_number(self.at_least),
            "values": [{"attribute": attribute, "value": value} for attribute, value in self.values],
            "purpose": self.purpose,
        }
        assert tuple(fields) == KEYS
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def parse(text: str, *, kinds: Sequence[str]) -> ModelReading:
    """The reading in a model's text, prose around it left out; BackendError where there is none."""
    fields = _fields(text)
    kind = _written_text(fields.get("kind"))
    return ModelReading(
        kind=kind if kind in kinds else "",
        brand=_written_text(fields.get("brand")),
        at_most=_amount(fields.get("at_most")),
        at_least=_amount(fields.get("at_least")),
        values=_values(fields.get("values")),
        purpose=_written_text(fields.get("purpose")),
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
    pairs = (
        (_written_text(item.get("attribute")), _written_text(item.get("value")))
        for item in items
        if isinstance(item, dict)
    )
    return tuple((attribute, value) for attribute, value in pairs if attribute and value)


def _written_text(found: object) -> str:
    return " ".join(found.split())[:LONGEST].strip() if isinstance(found, str) else ""


def _amount(found: object) -> Decimal | None:
    return found if isinstance(found, Decimal) and found.is_finite() and 0 < found < 10**9 else None


def _written_number(amount: Decimal | None) -> int | float | None:
    if amount is None:
        return None
    return float(amount) if amount % 1 else int(amount)


_NEAR = 80.0  # of 100: one slip in five letters


class SaidWords:
    """The newest message, held against what a model says of it; `need` is what the rules made of it."""

    def __init__(self, message: str, need: ShopperNeed) -> None:
        self.numbers = numbers_in(message)
        self._keys = keys_of(message)
        self._words = message.split()
        self._used = {key for text in _used(need) for key in keys_of(text)}

    def said(self, text: str) -> bool:
        """Whether these words stand in the message, in this order."""
        few, many = keys_of(text), self._keys
        return bool(few) and any(many[at : at + len(few)] == few for at in range(len(many) - len(few) + 1))

    def used(self, text: str) -> bool:
        """Whether the rules made something of all of these words already."""
        return set(keys_of(text)) <= self._used

    def first_said(self, *texts: str) -> str:
        """The first of these that was said, else the word that was said with a slip; "" for none."""
        near = (process.extractOne(one.casefold(), self._words, scorer=fuzz.ratio, score_cutoff=_NEAR) for one in texts)
        nearly = (found[0] for found in near if found)
        return next((text for text in texts if self.said(text)), "") or next(nearly, "")


def _used(need: ShopperNeed) -> Iterator[str]:
    """The shopper's words behind a wish; what a kind is called aside, which may be a value's name as well."""
    yield from (constraint.said for constraint in need.constraints)
    yield from (need.purpose, need.recipient, need.sort.said if need.sort else "", *need.unsold)


_COMPARED = {">=": Operator.AT_LEAST, "<=": Operator.AT_MOST, "not ": Operator.IS_NOT}  # in front of a value
_MEASURE = re.compile(r"(\d+(?:\.\d+)?)\s*(.*)")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def compared(written: str) -> tuple[Operator, str]:
    """The comparison in front of a value, and the value: ">=16 GB", "not red"."""
    for sign, operator in _COMPARED.items():
        if written.casefold().startswith(sign):
            return operator, written[len(sign) :].strip()
    return Operator.IS, written


def strength_of(said: str, names: Sequence[str], words: SaidWords) -> Strength:
    """A must in the very words; a word with a slip in it may have been another."""
    return Strength.MUST if said in names and words.said(said) else Strength.PREFER


def known_value(profile: AttributeProfile, value: str, lexicon: Lexicon) -> str:
    """The value as the catalogue writes it; "" where no product has it."""
    folded = {known.casefold(): known for known in profile.values}
    meant = [
        known
        for meaning in lexicon.meanings(value, Kind.VALUE)
        if meaning.attribute == profile.name
        for known in meaning.values
    ]
    return next((folded[name.casefold()] for name in (value, *meant) if name.casefold() in folded), "")


def constraint_of(
    profile: AttributeProfile, written: str, words: SaidWords, *, category: Sequence[str], lexicon: Lexicon
) -> Constraint | None:
    """A must where the shopper said it and the kind's rows tell, else a wish."""
    operator, value = compared(written)
    if not value or words.used(value):
        return None
    if profile.kind is AttributeKind.NUMBER:
        found = _number(profile, operator, value, words, lexicon)
    elif profile.kind is AttributeKind.BOOL:
        found = _yes_no(profile, value, words, lexicon)
    else:
        found = _text(profile, operator, value, words, lexicon)
    if found is None or (found.said and words.used(found.said)):
        return None
    told = lexicon.trusts(profile.name, category)
    return found if told else replace(found, strength=Strength.PREFER)


def _number(
    profile: AttributeProfile, operator: Operator, value: str, words: SaidWords, lexicon: Lexicon
) -> Constraint | None:
    """Only in digits that were said."""
    found, unit = _MEASURE.fullmatch(value), lexicon.unit(profile.name)
    if found is None or operator is Operator.IS_NOT or Decimal(found[1]) not in words.numbers or words.used(found[1]):
        return None
    amount = _in_unit(Decimal(found[1]), found[2], unit)
    if amount is None:
        return None
    said, strength = (value, Strength.MUST) if words.said(value) else (found[1], Strength.PREFER)
    return Constraint(
        attribute=profile.name, operator=operator, value=amount, unit=unit or None, strength=strength, said=said
    )


def _in_unit(amount: Decimal, written: str, unit: str) -> Decimal | None:
    """The amount in the attribute's unit; a bare number is in it already; None where the units don't go together."""
    if not written or not unit:
        return None if written else amount
    symbols: Iterable[str] = (named.symbol for named in units_named(written))
    return next((found for symbol in symbols if (found := convert(amount, symbol, unit)) is not None), None)


def _yes_no(profile: AttributeProfile, value: str, words: SaidWords, lexicon: Lexicon) -> Constraint | None:
    answer = _YES_NO.get(value.casefold())
    concept = lexicon.thesaurus.attributes.get(profile.name)
    names = (profile.name.replace("_", " "), *_names(concept.phrases if concept else {}))
    if answer is None:
        return None
    said = words.first_said(*names)
    strength = strength_of(said, names, words)
    return Constraint(attribute=profile.name, operator=Operator.IS, value=answer, strength=strength, said=said)


def _text(
    profile: AttributeProfile, operator: Operator, value: str, words: SaidWords, lexicon: Lexicon
) -> Constraint | None:
    known = known_value(profile, value, lexicon)
    if not known or operator not in (Operator.IS, Operator.IS_NOT):
        return None
    concept = lexicon.thesaurus.values.get((profile.name, known))
    names = (value, known, *_names(concept.phrases if concept else {}))
    said = words.first_said(*names)
    strength = strength_of(said, names, words)
    return Constraint(attribute=profile.name, operator=operator, value=known, strength=strength, said=said)


def _names(phrases: Mapping[str, Sequence[str]]) -> list[str]:
    return [phrase for names in phrases.values() for phrase in names]
