"""How a near miss differs from what was asked: "€849.95, €49.95 over your €800"."""

from collections.abc import Iterator
from decimal import Decimal

from daogou.reply.answers import facts_for, refused, say_fact
from daogou.reply.draft import Statement
from daogou.reply.gather import Fact, gather, printed_value
from daogou.reply.mirror import asked_value, named_a_number
from daogou.reply.rendering import money, short
from daogou.reply.scene import Scene
from daogou.shop.matching import passes
from daogou.shop.need import FITS, MEASURE, MODEL, PRICE, TEXT, Constraint, Operator
from daogou.shop.product import Money, Product


def deviations(product: Product, scene: Scene) -> Iterator[Statement]:
    """One statement for each must that was given up and that this product does not meet."""
    for must in scene.retrieval.given_up:
        if not passes(product, must, scene.at):
            statement = _deviation(product, must, scene)
            if statement:
                yield statement


def _deviation(product: Product, must: Constraint, scene: Scene) -> Statement | None:
    if must.attribute == TEXT:
        return _text(product, must, scene)
    if must.attribute == MODEL:  # its title says what it is
        return None
    if must.attribute == FITS:
        return unmentioned(product, must, scene) if must.operator is Operator.IS else None
    facts = facts_for(product, must, scene)
    if not facts and must.attribute == MEASURE:
        return None
    if not facts:
        return _unsaid(product, must, scene)
    fact, asked = say_fact(facts, scene), asked_value(must, scene.language, scene.currency)
    difference = _difference(facts[0], must, scene)
    if must.operator is Operator.IS_NOT:
        text = scene.phrases.say("answer.still_has", fact=fact)
    elif difference and named_a_number(must):
        form = "over" if must.operator is Operator.AT_MOST else "under"
        text = scene.phrases.say(f"answer.{form}", fact=fact, difference=difference, limit=asked)
    elif isinstance(must.value, bool) or must.operator is not Operator.IS:
        text = fact
    else:
        text = scene.phrases.say("answer.instead", fact=fact, wanted=asked)
    return Statement(text=text, product=product, facts=facts, brief=text)


def _text(product: Product, must: Constraint, scene: Scene) -> Statement | None:
    return unmentioned(product, must, scene) if must.operator is Operator.IS else refused(product, must, scene)


def unmentioned(product: Product, must: Constraint, scene: Scene) -> Statement:
    """That the row doesn't have the word; silence rests on the row as a whole: its title says which row."""
    title = gather(product, "title", at=scene.at, language=scene.language)
    word = asked_value(must, scene.language, scene.currency)
    text = scene.phrases.say("answer.unmentioned", word=short(word))
    return Statement(text=text, product=product, facts=title, brief=text, lacks=True)


def _unsaid(product: Product, must: Constraint, scene: Scene) -> Statement:
    """Silence rests on the row as a whole: its title says which row."""
    name = scene.phrases.label(must.attribute)
    title = gather(product, "title", at=scene.at, language=scene.language)
    text = scene.phrases.say("fact.unstated", attribute=name)
    return Statement(text=text, product=product, facts=title, brief=text, lacks=True)


def _difference(fact: Fact, must: Constraint, scene: Scene) -> str:
    if isinstance(fact.value, (bool, str)) or not isinstance(must.value, Decimal) or must.operator is Operator.IS:
        return ""
    apart = abs(fact.value - must.value)
    if must.attribute == PRICE:
        comparable = must.unit in (None, scene.currency)
        return money(Money(amount=apart, currency=scene.currency)) if comparable else ""
    return printed_value(must.attribute, apart, must.unit, scene.language)
