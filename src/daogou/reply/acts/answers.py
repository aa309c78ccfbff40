"""One constraint and one product: how the row answers it, in words and with its facts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from daogou.catalog.matching.containing import Verdict
from daogou.catalog.matching.fitting import bearing
from daogou.catalog.matching.matching import passes, said_of
from daogou.catalog.matching.wording import fold, sought
from daogou.catalog.products.need import FITS, MEASURE, MODEL, PRICE, READ_OFF_ROWS, TEXT, Constraint, Operator
from daogou.catalog.products.product import Money, Product
from daogou.reply.context import TITLE, Fact, ReplyContext, Statement, passage, passage_of
from daogou.reply.sentences.paraphrase import named_a_number, printed_value
from daogou.reply.sentences.phrases import is_quality, listed, money, short, spoken
from daogou.text.words import is_chinese

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def answer(product: Product, group: Sequence[Constraint], context: ReplyContext) -> Statement | None:
    """How the product meets the constraint (or both bounds of a range); None where there is nothing to say."""
    first = group[0]
    if first.attribute == TEXT:
        return _mention(product, first, context)
    if first.attribute in READ_OFF_ROWS:
        return _fit(product, first, context)
    facts = facts_for(product, first, context)
    if not facts:
        return None
    fact = say_fact(facts, context)
    return Statement(text=_answered(fact, group, product, context), product=product, facts=facts, brief=fact)


def facts_for(product: Product, constraint: Constraint, context: ReplyContext) -> tuple[Fact, ...]:
    """The row's values that speak to the constraint: the one that is meant where there are several."""
    facts = context.facts(product, constraint.attribute)
    if constraint.operator is Operator.IS and isinstance(constraint.value, (str, tuple)):
        wanted = {fold(text) for text in _texts(constraint)}
        meant = tuple(fact for fact in facts if isinstance(fact.value, str) and fold(fact.value) in wanted)
        return meant or facts[:MOST_VALUES]
    if isinstance(constraint.value, Decimal):
        low = constraint.operator is Operator.AT_LEAST
        numeric = [(fact, fact.value) for fact in facts if isinstance(fact.value, Decimal)]
        within = [fact for fact, own in numeric if (own >= constraint.value if low else own <= constraint.value)]
        return tuple(within or facts)[:1]
    return facts[:MOST_VALUES]


MOST_VALUES = 3  # values of one attribute named in one reason


def say_fact(facts: Sequence[Fact], context: ReplyContext) -> str:
    """Facts of one field in words: "16 GB of memory", "白色"."""
    first, phrases = facts[0], context.phrases
    name = context.phrases.label(first.field)
    if isinstance(first.value, bool):
        kind = "is" if is_quality(first.field) else "has"
        return phrases.say(f"fact.{kind}_yes" if first.value else f"fact.{kind}_no", attribute=name)
    value = listed([fact.printed for fact in facts], context.language)
    key = f"fact.{first.field}"
    return phrases.say(key if phrases.has(key) else "fact.other", attribute=name, value=value)


def _answered(fact: str, group: Sequence[Constraint], product: Product, context: ReplyContext) -> str:
    first, say = group[0], context.phrases.say
    asked = [context.asked(c) for c in group]
    if first.attribute == PRICE and first.unit not in (None, context.currency):
        return fact
    if len(group) == 2 and first.said == group[1].said and len(_NUMBER.findall(first.said)) == 1:  # "around 200"
        return say("answer.about", fact=fact, said=spoken(first.said))
    if len(group) == 2:
        key = "answer.between" if all(map(named_a_number, group)) else "answer.also_between"
        return say(key, fact=fact, low=asked[0], high=asked[1])
    if first.operator is Operator.IS_NOT:
        return fact if isinstance(first.value, bool) else say("answer.not_that", fact=fact, unwanted=asked[0])
    if first.operator is Operator.IS:
        return say("answer.as_asked", fact=fact)
    if not named_a_number(first) and first.attribute != PRICE:
        return fact
    if not named_a_number(first):
        return say(f"answer.also_{first.operator.value}", fact=fact, limit=asked[0])
    if first.attribute == PRICE and first.operator is Operator.AT_MOST:
        return say("answer.within", fact=fact, limit=asked[0])
    return say(f"answer.{first.operator.value}", fact=fact, limit=asked[0])


def _mention(product: Product, constraint: Constraint, context: ReplyContext) -> Statement | None:
    if constraint.operator is not Operator.IS:
        return refused(product, constraint, context)
    return next(filter(None, (mentioned(product, word, context) for word in sought(_texts(constraint)))), None)


def mentioned(product: Product, words: str, context: ReplyContext) -> Statement | None:
    """That the row has these words, quoted as the shopper said them; None where it has not."""
    fact = passage(product, words)
    return context.statement("fact.mentions", product, (fact,), word=short(words)) if fact else None


LONG = 12  # characters of a Chinese phrase that is quoted as a whole


def _fit(product: Product, constraint: Constraint, context: ReplyContext) -> Statement | None:
    """That the row says to be for the thing, in the row's own words; what a thing is its title says."""
    if constraint.attribute != FITS or constraint.operator is not Operator.IS:
        return None
    for words in bearing(product, constraint):
        if is_chinese(words) and len(words) > LONG:
            words = str(constraint.value)  # a whole run of text names it
        if fact := passage(product, words):
            return context.statement("fact.fits", product, (fact,), word=short(words))
    return None


_TOLD = {Verdict.FREE: "fact.says", Verdict.MAYBE: "answer.leaves_open", Verdict.CONTAINS: "answer.has_it"}


def refused(product: Product, constraint: Constraint, context: ReplyContext) -> Statement:
    """What the row says of a thing that must not be in it, in the row's own words; or that it does not say."""
    said, word = said_of(product, constraint), context.asked(constraint)
    own = any(attribute.name == said.field for attribute in product.attributes)
    facts = context.facts(product, said.field) if own else ()
    found = passage_of(product, said)
    if found is not None:
        facts = (found,)
    if said.verdict is Verdict.SILENT or not facts:
        return _lacking("answer.silent", product, context, word=word)
    told = facts[0].printed if found is not None else say_fact(facts, context)
    return context.statement(_TOLD[said.verdict], product, facts, passage=short(told), word=word)


def _texts(constraint: Constraint) -> tuple[str, ...]:
    return constraint.value if isinstance(constraint.value, tuple) else (str(constraint.value),)


def deviations(product: Product, context: ReplyContext) -> Iterator[Statement]:
    """One statement for each must that was given up and that this product does not meet."""
    given_up = (must for must in context.retrieval.given_up if not passes(product, must, context.at))
    yield from filter(None, (_deviation(product, must, context) for must in given_up))


def _deviation(product: Product, must: Constraint, context: ReplyContext) -> Statement | None:
    if must.attribute == TEXT:
        return (unmentioned if must.operator is Operator.IS else refused)(product, must, context)
    if must.attribute == MODEL:  # its title says what it is
        return None
    if must.attribute == FITS:
        return unmentioned(product, must, context) if must.operator is Operator.IS else None
    facts = facts_for(product, must, context)
    if not facts and must.attribute == MEASURE:
        return None
    if not facts:
        return _lacking("fact.unstated", product, context, attribute=context.phrases.label(must.attribute))
    fact, asked = say_fact(facts, context), context.asked(must)
    difference = _difference(facts[0], must, context)
    if must.operator is Operator.IS_NOT:
        return context.statement("answer.still_has", product, facts, fact=fact)
    if difference and named_a_number(must):
        form = "over" if must.operator is Operator.AT_MOST else "under"
        return context.statement(f"answer.{form}", product, facts, fact=fact, difference=difference, limit=asked)
    if isinstance(must.value, bool) or must.operator is not Operator.IS:
        return Statement(text=fact, product=product, facts=facts)
    return context.statement("answer.instead", product, facts, fact=fact, wanted=asked)


def unmentioned(product: Product, must: Constraint, context: ReplyContext) -> Statement:
    """That the row doesn't have the word."""
    return _lacking("answer.unmentioned", product, context, word=short(context.asked(must)))


def _lacking(key: str, product: Product, context: ReplyContext, **values: str) -> Statement:
    """Silence rests on the row as a whole: its title says which row."""
    return replace(context.statement(key, product, context.facts(product, TITLE), **values), lacks=True)


def _difference(fact: Fact, must: Constraint, context: ReplyContext) -> str:
    if isinstance(fact.value, (bool, str)) or not isinstance(must.value, Decimal) or must.operator is Operator.IS:
        return ""
    apart = abs(fact.value - must.value)
    if must.attribute == PRICE:
        comparable = must.unit in (None, context.currency)
        return money(Money(amount=apart, currency=context.currency)) if comparable else ""
    return printed_value(must.attribute, apart, must.unit, context.language)
