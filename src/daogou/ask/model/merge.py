"""The rules' need and a model's reading together: the rules win, and of the model only what the message bears out."""

from dataclasses import replace
from decimal import Decimal

from daogou.ask.lexicon import Lexicon
from daogou.ask.model.schema import ModelReading, numbers_in
from daogou.ask.model.values import SaidWords, compared, constraint_of, known_value, strength_of
from daogou.ask.tokens.phrases import Kind
from daogou.ask.wishes.values import in_text
from daogou.catalog.products.need import BRAND, CATEGORY, PRICE, Constraint, Notice, Operator, ShopperNeed, Strength
from daogou.catalog.products.vocabulary import AttributeKind


def merged(
    need: ShopperNeed, read: ModelReading, message: str, *, before: ShopperNeed | None, turn: int, lexicon: Lexicon
) -> ShopperNeed:
    """The rules' need, with what the model found where the rules found nothing.

    Every addition needs words of the shopper's: in the very words of the catalogue it may be a must; with a slip in
    them, or in words that the catalogue does not have, it is a wish. What nobody said is dropped, however likely: the
    answer speaks of wishes as of what the shopper asked for. `message` is the newest; `before` the need before it: what
    it took back stays taken back.
    """
    return _Merging(need, SaidWords(message, need), before, turn, lexicon).with_reading(read)


class _Merging:
    """One message's need while a reading is added to it."""

    def __init__(
        self, need: ShopperNeed, words: SaidWords, before: ShopperNeed | None, turn: int, lexicon: Lexicon
    ) -> None:
        self.need = need
        self.words = words
        self.turn = turn
        self.lexicon = lexicon
        old = {c.attribute for c in before.constraints} if before else set()
        self.settled = old | {c.attribute for c in need.constraints}  # asked for, or taken back

    def with_reading(self, read: ModelReading) -> ShopperNeed:
        """Kind first: whether a property may be a must depends on it."""
        self._add_kind(read.kind)
        self._add_brand(read.brand)
        self._add_price(read.at_most, Operator.AT_MOST)
        self._add_price(read.at_least, Operator.AT_LEAST)
        for attribute, value in read.values:
            self._add_value(attribute, value)
        if not self.need.purpose and self.words.said(read.purpose) and not self.words.used(read.purpose):
            self.need = replace(self.need, purpose=read.purpose.casefold())
        return self.need

    def _add_kind(self, kind: str) -> None:
        if self.need.category or self.need.unsold or kind not in self.lexicon.types:
            return
        concept = self.lexicon.thesaurus.types.get(kind)
        names = (kind, *(name for phrases in (concept.phrases.values() if concept else ()) for name in phrases))
        said = self.words.first_said(*names)
        if strength_of(said, names, self.words) is Strength.MUST:
            self.need = replace(self.need, category=(kind,))
            return
        self._add(
            Constraint(attribute=CATEGORY, operator=Operator.IS, value=kind, strength=Strength.PREFER, said=said),
        )

    def _add_brand(self, brand: str) -> None:
        if not brand or BRAND in self.settled or self.words.used(brand):
            return
        known = [value for meaning in self.lexicon.meanings(brand, Kind.BRAND) for value in meaning.values]
        if not known:
            self._add_unknown(brand, BRAND)
            return
        said = self.words.first_said(brand)
        value = known[0] if len(known) == 1 else tuple(known)
        strength = strength_of(said, (brand,), self.words)
        self._add(Constraint(attribute=BRAND, operator=Operator.IS, value=value, strength=strength, said=said))

    def _add_price(self, amount: Decimal | None, operator: Operator) -> None:
        """An amount that the rules left among the words to search for may be part of a name: iphone 7."""
        if amount is None or PRICE in self.settled or amount not in self.words.numbers:
            return
        said = f"{amount:f}"
        if not self.words.used(said):
            strength = Strength.PREFER if amount in numbers_in(self.need.query) else Strength.MUST
            self._add(Constraint(attribute=PRICE, operator=operator, value=amount, strength=strength, said=said))

    def _add_value(self, attribute: str, written: str) -> None:
        profile = self.lexicon.vocabulary.attributes.get(attribute)
        if profile is None or attribute in self.settled:
            return
        operator, value = compared(written)
        in_words = profile.kind is AttributeKind.TEXT and operator is Operator.IS
        if in_words and not self.words.used(value) and not known_value(profile, value, self.lexicon):
            self._add_unknown(value, attribute)
            return
        found = constraint_of(profile, written, self.words, category=self.need.category, lexicon=self.lexicon)
        if found is not None:
            self._add(found)

    def _add_unknown(self, value: str, attribute: str) -> None:
        """In words that the catalogue does not have: its texts may have them. Words that nobody said are no wish."""
        if not self.words.said(value):
            return
        self._add(replace(in_text((value,), Operator.IS, value), strength=Strength.PREFER))
        told = any(notice.params.get("value", "").casefold() == value.casefold() for notice in self.need.notices)
        if not told:
            notice = Notice(code="unknown_value", params={"value": value, "attribute": attribute})
            self.need = replace(self.need, notices=(*self.need.notices, notice))

    def _add(self, constraint: Constraint) -> None:
        """One of each attribute, in words that were said: of two colours the first."""
        if not constraint.said:
            return
        self.settled = self.settled | {constraint.attribute}
        self.need = replace(self.need, constraints=(*self.need.constraints, replace(constraint, said_in=self.turn)))
