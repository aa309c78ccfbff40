"""A value that a model read, as a constraint in the catalogue's words; None where the message does not bear it out."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from rapidfuzz import fuzz, process

from daogou.ask.lexicon import Lexicon
from daogou.ask.model.schema import numbers_in
from daogou.ask.tokens.phrases import Kind, keys_of
from daogou.catalog.products.need import Constraint, Operator, ShopperNeed, Strength
from daogou.catalog.products.vocabulary import AttributeKind, AttributeProfile
from daogou.text.units import convert, units_named

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
        return _within(keys_of(text), self._keys)

    def used(self, text: str) -> bool:
        """Whether the rules made something of all of these words already."""
        return set(keys_of(text)) <= self._used

    def first_said(self, *texts: str) -> str:
        """The first of these that was said, else the word that was said with a slip; "" for none."""
        return next((text for text in texts if self.said(text)), "") or self._nearly_said(texts)

    def _nearly_said(self, texts: Sequence[str]) -> str:
        near = (
            process.extractOne(text.casefold(), self._words, scorer=fuzz.ratio, score_cutoff=_NEAR) for text in texts
        )
        return next((found[0] for found in near if found), "")


def _used(need: ShopperNeed) -> Iterator[str]:
    """The shopper's words behind a wish; what a kind is called aside, which may be a value's name as well."""
    yield from (constraint.said for constraint in need.constraints)
    yield from (need.purpose, need.recipient, need.sort.said if need.sort else "", *need.unsold)


def _within(few: Sequence[str], many: Sequence[str]) -> bool:
    return bool(few) and any(tuple(many[at : at + len(few)]) == tuple(few) for at in range(len(many) - len(few) + 1))


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
