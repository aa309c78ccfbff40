"""Readings to learn from: a shopper's words, and the need in them as the JSON that the reader writes (ask/model/schema)."""

import random
from collections.abc import Iterator, Sequence
from decimal import Decimal

from daogou.ask.model.schema import LONGEST, MOST_VALUES, ModelReading
from daogou.catalog.products.need import BRAND, PRICE, Constraint, Operator
from daogou.catalog.products.product import Product
from daogou.text.prompts import END, reading
from daogou.text.thesaurus import thesaurus
from daogou_training.language.examples import Example
from daogou_training.text.wanting import Wanted, want, wording

_SIGNS = {Operator.AT_LEAST: ">=", Operator.AT_MOST: "<=", Operator.IS_NOT: "not "}


def readings(products: Sequence[Product], language: str, *, seed: int, count: int) -> Iterator[Example]:
    """At most `count` requests for products of a shop, with what is asked for in them; the same for the same seed."""
    dice = random.Random(f"readings {seed} {language}")
    named = {key for key, concept in thesaurus().types.items() if concept.phrases.get(language)}
    asked_for = [product for product in products if product.product_type in named and product.offers]
    if not asked_for:
        return
    for _ in range(count):
        wanted = want(dice.choice(asked_for), language, dice)
        read = f"{need_of(wanted, language).to_json()}{END}"  # under the schema nothing stands in front of the JSON
        yield Example(prompt=reading(wanted.messages), continuation=read, domain="read", language=language)


def need_of(wanted: Wanted, language: str) -> ModelReading:
    """What a perfect reader would write."""
    limits = {c.operator: c.value for c in wanted.constraints if c.attribute == PRICE and isinstance(c.value, Decimal)}
    values = [(c.attribute, _value(c)) for c in wanted.constraints if c.attribute not in (PRICE, BRAND)]
    return ModelReading(
        kind=wanted.kind,
        brand=next((str(c.value)[:LONGEST] for c in wanted.constraints if c.attribute == BRAND), ""),
        at_most=limits.get(Operator.AT_MOST),
        at_least=limits.get(Operator.AT_LEAST),
        values=tuple(values[:MOST_VALUES]),
        purpose=_purpose(wanted.messages, language),
    )


def _value(constraint: Constraint) -> str:
    sign, value = _SIGNS.get(constraint.operator, ""), constraint.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value.normalize():f} {constraint.unit or ''}".strip() if isinstance(value, Decimal) else str(value)
    return f"{sign}{text}"[:LONGEST].strip()


def _purpose(messages: Sequence[str], language: str) -> str:
    """The longest of the wording's purposes that stands behind a "for" or its like in the words."""
    said = " ".join(messages).casefold()
    frames = {opening.partition("{purpose}") for opening in wording()[language]["openings"] if "{purpose}" in opening}
    found = [
        purpose
        for purpose in wording()[language]["purposes"]
        for before, _, after in frames
        if f"{before.rpartition('}')[2]}{purpose}{after.partition('{')[0]}".casefold() in said  # " for ", 用的
    ]
    return max(found, key=len, default="")
