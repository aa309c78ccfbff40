"""The rules' need and a model's reading together: the rules win, and of the model only what the message bears out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from daogou.ask.lexicon import Lexicon
from daogou.ask.meanings import Kind
from daogou.ask.model_reading import ModelReading
from daogou.ask.model_schema import numbers_in
from daogou.ask.phrases import keys_of
from daogou.ask.values import in_text
from daogou.shop.need import BRAND, CATEGORY, PRICE, Constraint, Notice, Operator, ShopperNeed, Strength
from daogou.shop.vocabulary import AttributeKind, AttributeProfile
from daogou.text.units import convert, units_named

_COMPARED = {">=": Operator.AT_LEAST, "<=": Operator.AT_MOST, "not ": Operator.IS_NOT}  # in front of a value
_TRUSTED_COVERAGE = 0.5  # where fewer products of the kind keep the attribute, a must would hide those that fit
_MEASURE = re.compile(r"(\d+(?:\.\d+)?)\s*(.*)")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def merged(
    need: ShopperNeed, read: ModelReading, message: str, *, before: ShopperNeed | None, turn: int, lexicon: Lexicon
) -> ShopperNeed:
    """The rules' need, with what the model found where the rules found nothing.

    A must needs words of the shopper's; what the catalogue has but nobody said becomes a wish, what neither has is
    dropped. `message` is the newest; `before` the need before it: what it took back stays taken back.
    """
    return _Merging(need, message, before, turn, lexicon).with_reading(read)


class _Merging:
    """One message's need while a reading is added to it."""

    def __init__(
        self, need: ShopperNeed, message: str, before: ShopperNeed | None, turn: int, lexicon: Lexicon
    ) -> None:
        self.need = need
        self.message = message
        self.keys = keys_of(message)
        self.turn = turn
        self.lexicon = lexicon
        self.understood = {key for text in _understood(need) for key in keys_of(text)}
        old = {c.attribute for c in before.constraints} if before else set()
        self.settled = old | {c.attribute for c in need.constraints}  # asked for, or taken back

    def with_reading(self, read: ModelReading) -> ShopperNeed:
        """Kind first: whether a property may be a must depends on it."""
        self._add_kind(read.kind)
        self._add_brand(read.brand)
        if PRICE not in self.settled:
            self._add_price(read.at_most, Operator.AT_MOST)
            self._add_price(read.at_least, Operator.AT_LEAST)
        for attribute, value in read.values:
            self._add_value(attribute, value)
        if not self.need.purpose and self._said(read.purpose) and not self._is_understood(read.purpose):
            self.need = replace(self.need, purpose=read.purpose.casefold())
        return self.need

    def _add_kind(self, kind: str) -> None:
        need = self.need
        if need.category or need.unsold or kind not in self.lexicon.types:
            return
        if any(self._said(name) for name in self._names(kind)):
            self.need = replace(need, category=(kind,))
        else:
            self._add(Constraint(attribute=CATEGORY, operator=Operator.IS, value=kind, strength=Strength.PREFER))

    def _names(self, kind: str) -> Iterator[str]:
        concept = self.lexicon.thesaurus.types.get(kind)
        yield kind
        yield from (phrase for phrases in (concept.phrases if concept else {}).values() for phrase in phrases)

    def _add_brand(self, brand: str) -> None:
        if not brand or BRAND in self.settled or self._is_understood(brand):
            return
        known = [value for meaning in self.lexicon.meanings(brand, Kind.BRAND) for value in meaning.values]
        if known:
            strength = Strength.MUST if self._said(brand) else Strength.PREFER
            value = known[0] if len(known) == 1 else tuple(known)
            self._add(Constraint(attribute=BRAND, operator=Operator.IS, value=value, strength=strength, said=brand))
        else:
            self._add_unknown(brand, BRAND)

    def _add_price(self, amount: Decimal | None, operator: Operator) -> None:
        """An amount that the rules left among the words to search for may be part of a name: iphone 7."""
        if amount is None or amount not in numbers_in(self.message) or self._is_understood(f"{amount:f}"):
            return
        strength = Strength.PREFER if amount in numbers_in(self.need.query) else Strength.MUST
        self._add(
            Constraint(attribute=PRICE, operator=operator, value=amount, strength=strength, said=f"{amount:f}"),
        )

    def _add_value(self, attribute: str, written: str) -> None:
        profile = self.lexicon.vocabulary.attributes.get(attribute)
        if profile is None or attribute in self.settled:
            return
        operator, value = _compared(written)
        if not value or self._is_understood(value):
            return
        if profile.kind is AttributeKind.NUMBER:
            self._add_number(profile, operator, value)
        elif profile.kind is AttributeKind.BOOL:
            self._add_yes_no(attribute, value)
        else:
            self._add_text(profile, operator, value)

    def _add_number(self, profile: AttributeProfile, operator: Operator, value: str) -> None:
        found, unit = _MEASURE.fullmatch(value), self.lexicon.unit(profile.name)
        if found is None or Decimal(found[1]) not in numbers_in(self.message):
            return
        amount = _in_unit(Decimal(found[1]), found[2], unit)
        if amount is not None:
            must = self._strength(profile.name, value)
            self._add(
                Constraint(
                    attribute=profile.name,
                    operator=operator,
                    value=amount,
                    unit=unit or None,
                    strength=must,
                    said=value,
                )
            )

    def _add_yes_no(self, attribute: str, value: str) -> None:
        answer = _YES_NO.get(value.casefold())
        concept = self.lexicon.thesaurus.attributes.get(attribute)
        phrases = [phrase for names in (concept.phrases if concept else {}).values() for phrase in names]
        names = [attribute.replace("_", " "), *phrases]
        if answer is not None and not any(self._is_understood(name) for name in names):
            said = next((name for name in names if self._said(name)), "")
            strength = self._strength(attribute, said)
            self._add(
                Constraint(attribute=attribute, operator=Operator.IS, value=answer, strength=strength, said=said),
            )

    def _add_text(self, profile: AttributeProfile, operator: Operator, value: str) -> None:
        known = self._known(profile, value)
        if not known:
            self._add_unknown(value, profile.name)
            return
        concept = self.lexicon.thesaurus.values.get((profile.name, known))
        phrases = [phrase for names in (concept.phrases if concept else {}).values() for phrase in names]
        said = next((name for name in (value, known, *phrases) if self._said(name)), "")
        if said and self._is_understood(said):
            return
        strength = self._strength(profile.name, said)
        self._add(Constraint(attribute=profile.name, operator=operator, value=known, strength=strength, said=said))

    def _known(self, profile: AttributeProfile, value: str) -> str:
        """The value as the catalogue writes it; "" where no product has it."""
        folded = {known.casefold(): known for known in profile.values}
        meant = [
            known
            for meaning in self.lexicon.meanings(value, Kind.VALUE)
            if meaning.attribute == profile.name
            for known in meaning.values
        ]
        return next((folded[name.casefold()] for name in (value, *meant) if name.casefold() in folded), "")

    def _add_unknown(self, value: str, attribute: str) -> None:
        """Asked for in words that the catalogue does not have: its texts may have them. Words that nobody said are none."""
        if not self._said(value):
            return
        self._add(replace(in_text((value,), Operator.IS, value), strength=Strength.PREFER))
        told = Notice(code="unknown_value", params={"value": value, "attribute": attribute})
        if not any(notice.params.get("value", "").casefold() == value.casefold() for notice in self.need.notices):
            self.need = replace(self.need, notices=(*self.need.notices, told))

    def _add(self, constraint: Constraint) -> None:
        self.need = replace(self.need, constraints=(*self.need.constraints, replace(constraint, said_in=self.turn)))

    def _strength(self, attribute: str, said: str) -> Strength:
        trusted = self.lexicon.coverage(attribute, self.need.category) >= _TRUSTED_COVERAGE
        return Strength.MUST if trusted and self._said(said) else Strength.PREFER

    def _said(self, text: str) -> bool:
        """Whether these words stand in the message, in this order."""
        return _within(keys_of(text), self.keys)

    def _is_understood(self, text: str) -> bool:
        """Whether the rules made something of all of these words already."""
        return set(keys_of(text)) <= self.understood


def _understood(need: ShopperNeed) -> Iterator[str]:
    """The shopper's words that the rules took for something, a name of a kind aside: "a red one" is no kind."""
    yield from (constraint.said for constraint in need.constraints)
    yield from (need.purpose, need.recipient, need.sort.said if need.sort else "", *need.unsold)


def _compared(written: str) -> tuple[Operator, str]:
    for sign, operator in _COMPARED.items():
        if written.casefold().startswith(sign):
            return operator, written[len(sign) :].strip()
    return Operator.IS, written


def _in_unit(amount: Decimal, written: str, unit: str) -> Decimal | None:
    """The amount in the attribute's unit; a bare number is in it already; None where the units don't go together."""
    symbols: Iterable[str] = [named.symbol for named in units_named(written)] if written else [unit]
    if not unit:
        return amount if not written else None
    return next((found for symbol in symbols if (found := convert(amount, symbol, unit)) is not None), None)


def _within(few: Sequence[str], many: Sequence[str]) -> bool:
    return bool(few) and any(tuple(many[at : at + len(few)]) == tuple(few) for at in range(len(many) - len(few) + 1))
