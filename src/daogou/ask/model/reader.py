"""The language model as a second reader: what the rules left unread, within a budget, and never against them."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from daogou.ask.lexicon import Lexicon
from daogou.ask.model.schema import (
    ModelReading,
    SaidWords,
    compared,
    constraint_of,
    kinds_for,
    known_value,
    numbers_in,
    parse,
    schema_for,
    strength_of,
    written,
)
from daogou.ask.tokens.phrases import Kind, simplify
from daogou.ask.wishes.values import in_text
from daogou.ask.wishes.wishes import open_questions
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import (
    BRAND,
    CATEGORY,
    PRICE,
    Act,
    Constraint,
    Notice,
    Operator,
    ShopperNeed,
    Strength,
)
from daogou.catalog.products.vocabulary import AttributeKind
from daogou.ports import Ability, Attempt, Deadline, LanguageModel
from daogou.text.prompts import END, Task, line, prompt_for, reading


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


MOST_TOKENS = 288  # of the JSON: some hundred, but a text of digits has a token for each
_SCHEMA = "schema:"
_READ = (Act.FIND, Act.REFINE)  # what asks for products


class RulesAlone:
    """Adds nothing to what the rules understood."""

    def read(self, need: ShopperNeed, message: str, session: Session, *, lexicon: Lexicon) -> ShopperNeed:
        """The need as it is; `read_by` says so."""
        return replace(need, read_by="rules")


RULES_ALONE = RulesAlone()


class ModelReader(RulesAlone):
    """Adds what a model reads to what the rules understood; `attempt` waits for the model and no longer than it may."""

    def __init__(self, model: LanguageModel, *, attempt: Attempt, budget_s: float = 0.2) -> None:
        self.model = model
        self.attempt = attempt
        self.budget_s = budget_s

    def read(self, need: ShopperNeed, message: str, session: Session, *, lexicon: Lexicon) -> ShopperNeed:
        """The need with what the model adds; the rules' own where it fails. `read_by` says who read, and why not both."""
        if need.act not in _READ or not message.strip():
            return super().read(need, message, session, lexicon=lexicon)
        deadline = Deadline.within(self.budget_s)
        messages = [said for said in (*(turn.message for turn in session.turns), message) if said.strip()]
        work = partial(read_by_model, messages, lexicon, self.model, deadline, language=need.language)
        found, why = self.attempt(work, deadline)
        if found is None:
            return replace(need, read_by=f"rules (language model {why})")
        both = merged(
            need,
            found,
            simplify(message).casefold(),
            before=session.need,
            turn=session.length,
            lexicon=lexicon,
        )
        return replace(both, unknown=open_questions(both, lexicon), read_by=f"rules, {self.model.name}")


def read_by_model(
    messages: Sequence[str], lexicon: Lexicon, model: LanguageModel, deadline: Deadline, *, language: str = "en"
) -> ModelReading:
    """What the model reads in the shopper's words; an error of the model's, or BackendError where it writes no reading."""
    schema = schema_for(messages, lexicon)
    form = reading(messages)
    if Ability.CONSTRAIN not in model.abilities:
        form = f"{_SCHEMA} {line(written(schema))}\n{form}"
    [text] = model.write(
        prompt_for(Task.READ, form, instructed=model.instructed, language=language),
        n=1,
        max_tokens=MOST_TOKENS,
        seed=0,
        temperature=0.0,
        stop=() if Ability.CONSTRAIN in model.abilities else (END,),
        schema=schema if Ability.CONSTRAIN in model.abilities else None,
        deadline=deadline,
    )
    return parse(text, kinds=kinds_for(messages, lexicon))
