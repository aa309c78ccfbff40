"""Nothing is said that the row does not bear out: verdicts on statements, vetoes on products."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from daogou.catalog.matching.matching import Outcome, outcome
from daogou.catalog.products.candidate import Retrieval
from daogou.catalog.products.evidence import Verdict
from daogou.catalog.products.need import RATING, Constraint, ShopperNeed
from daogou.catalog.products.product import Product
from daogou.reply.draft import Statement
from daogou.reply.sentences.mirror import asked_value
from daogou.reply.sentences.rendering import clean
from daogou.reply.verify.gather import Fact, gather

_NUMBERS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
MOST_STARS = Decimal(5)  # the scale of every Rating
_QUOTED = re.compile(r"“[^”]*”")


def broken_must(product: Product, need: ShopperNeed, retrieval: Retrieval, at: datetime) -> Constraint | None:
    """The first must, not given up, that the product breaks; such a product is never shown, but for its number."""
    if any(product.id in code.product_ids for code in need.codes):
        return None
    musts = [must for must in need.musts if must not in retrieval.given_up]
    return next((must for must in musts if outcome(product, must, at) is Outcome.BROKEN), None)


def verdict(statement: Statement, need: ShopperNeed, *, at: datetime, language: str) -> Verdict:
    """Supported when the row still says every fact and the text has no number beyond them and what was asked."""
    if not statement.facts:
        return Verdict.UNSUPPORTED
    if not all(_stands(fact, statement.product, at, language) for fact in statement.facts):
        return Verdict.CONTRADICTED
    borne_out = _borne_out(statement, need, at, language)
    said = numbers(_QUOTED.sub(" ", statement.text))
    return Verdict.SUPPORTED if set(said) <= borne_out else Verdict.UNSUPPORTED


def numbers(text: str) -> list[Decimal]:
    """Every number that stands in a text: "€1,299.50" -> 1299.5."""
    return [Decimal(found.replace(",", "")) for found in _NUMBERS.findall(text)]


def _stands(fact: Fact, product: Product, at: datetime, language: str) -> bool:
    if fact.product_id != product.id:
        return False
    now = gather(product, fact.field, at=at, language=language)
    return any(fact.printed == other.printed for other in now) or _is_passage(fact, product)


def _is_passage(fact: Fact, product: Product) -> bool:
    texts = [product.title, product.description, *product.highlights, *product.category]
    texts += [attribute.value for attribute in product.attributes if isinstance(attribute.value, str)]
    texts += [text for each in product.translations.values() for text in (each.title, each.description)]
    return any(fact.printed.strip("…") in clean(text) for text in texts)


def _borne_out(statement: Statement, need: ShopperNeed, at: datetime, language: str) -> set[Decimal]:
    """Numbers of the facts, numbers that were asked for, and the differences between them."""
    price = statement.product.price_at(at)
    currency = price.currency if price else ""
    facts = {value for fact in statement.facts for value in numbers(fact.printed)}
    asked = {value for c in need.constraints for value in numbers(asked_value(c, language, currency))}
    apart = {value for fact in statement.facts for value in _apart(fact, need, language, currency)}
    saved = {abs(left - right) for left in facts for right in facts}
    names = [
        need.about,
        *need.category,
        *(c.attribute for c in need.constraints),
        *(fact.field for fact in statement.facts),
    ]
    named = {value for name in names for value in numbers(name.replace("_", " "))}
    scale = {MOST_STARS} if any(fact.field == RATING for fact in statement.facts) else set()
    return {*facts, *asked, *apart, *saved, *named, *scale, *map(Decimal, statement.counted)}


def _apart(fact: Fact, need: ShopperNeed, language: str, currency: str) -> Iterator[Decimal]:
    """How far the fact is from what was asked of it, as it would be printed."""
    for constraint in need.constraints:
        if constraint.attribute == fact.field and _are_numbers(fact.value, constraint.value):
            apart = replace(constraint, value=abs(Decimal(str(fact.value)) - Decimal(str(constraint.value))))
            yield from numbers(asked_value(apart, language, currency))


def _are_numbers(*values: object) -> bool:
    return all(isinstance(value, Decimal) for value in values)
