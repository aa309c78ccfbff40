"""Does this product meet that constraint? The one reference that filters and vetoes must agree with."""

import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from daogou.catalog.matching.amount_outcome import ROUNDING, amount_outcome
from daogou.catalog.matching.containing import Containing, Thing, Verdict, containing, named_by_column
from daogou.catalog.matching.fitting import outcome_of
from daogou.catalog.matching.wording import fold, forms, mentions, searchable_text, sought
from daogou.catalog.products.need import (
    AVAILABILITY,
    BRAND,
    CATEGORY,
    CONDITION,
    FITS,
    MODEL,
    ON_SALE,
    PART,
    PRICE,
    RATING,
    READ_OFF_ROWS,
    TEXT,
    Constraint,
    Operator,
    Outcome,
)
from daogou.catalog.products.product import AttributeValue, Product, read_once

# What the product itself answers, whatever its attributes are called; of these, what changes when a sale begins or ends.
OWN = (PRICE, BRAND, CATEGORY, AVAILABILITY, CONDITION, RATING, ON_SALE)
TIMED = (PRICE, ON_SALE)

__all__ = ["OWN", "TIMED", "Outcome", "facts", "meets", "outcome", "passes", "same_number"]

_MATERIAL = "material"
_ANSWERS = 12  # kept for one product
_NEAR = 200  # characters: a list after one "no" is long
# Any word that may deny a thing somewhere near it; which of them does is read by `negation`.
_DENIAL = re.compile(
    r"\b(?:no|non|not|none|nor|neither|never|nil|zero|w/o|without|free|false|except|lacks?|minus|excl[a-z.]*|separately)\b"
    r"|n't|(?<![\d.,])0(?! ?[\dx×])|[无不免零非未没去除另]"
)
_ATTACHED = re.compile(r"\b(?:un|non|de)[ -]?\Z"), re.compile(r"e?less\b")  # unsalted, smokeless
_ALIASES = re.compile(r"\s*[/／|()（）·]\s*")  # a brand's names: 飞利浦（PHILIPS）
_VERDICTS = {Outcome.MET: True, Outcome.NEAR: None, Outcome.UNKNOWN: None, Outcome.BROKEN: False}


def outcome(product: Product, constraint: Constraint, at: datetime) -> Outcome:
    """How the row answers a wish, with silence kept apart from a no; numbers are read off the whole row.

    The last answers are kept with the product: the order, the shelf, the vetoes and the reasons all ask the same.
    """
    if constraint.attribute in TIMED:
        return _outcome(product, constraint, at)
    answers = _answers(product)
    said = answers.get(constraint)
    if said is None:
        said = _outcome(product, constraint, at)
        if len(answers) >= _ANSWERS:
            answers.clear()  # by whichever turn comes to it: others have what they asked for
        answers[constraint] = said
    return said


@read_once
def _answers(_: Product) -> dict[Constraint, Outcome]:
    return {}


def _outcome(product: Product, constraint: Constraint, at: datetime) -> Outcome:
    if constraint.attribute in (FITS, MODEL):
        said = outcome_of(product, constraint)
        own = outcome_of(product, replace(constraint, attribute=MODEL)) if constraint.aspect == PART else said
        return Outcome.MET if constraint.aspect == PART and own in (Outcome.MET, Outcome.NEAR) else said
    if isinstance(constraint.value, Decimal) and constraint.attribute not in OWN:
        return amount_outcome(product, constraint)
    if constraint.attribute == TEXT and constraint.operator is Operator.IS_NOT:
        return _REFUSED[said_of(product, constraint).verdict]
    verdict = meets(product, constraint, at)
    if verdict is None:
        material = constraint.attribute == _MATERIAL and constraint.operator is Operator.IS_NOT
        # Leather ends, 100 % leather free.
        return _REFUSED[said_of(product, constraint).verdict] if material else Outcome.UNKNOWN
    return Outcome.MET if verdict else Outcome.BROKEN


_REFUSED = {
    Verdict.FREE: Outcome.MET,
    Verdict.MAYBE: Outcome.NEAR,
    Verdict.SILENT: Outcome.UNKNOWN,
    Verdict.CONTAINS: Outcome.BROKEN,
}


def meets(product: Product, constraint: Constraint, at: datetime) -> bool | None:
    """True or False where the row decides it; None where the row does not say.

    An absent attribute is unknown, for `is_not` as well: a row without a colour is not known to be "not black".
    Callers that filter treat None as False for is / at_least / at_most, and as True for is_not.
    Numbers are compared in the attribute's own unit: the constraint has been converted by then.
    """
    if constraint.attribute == TEXT:
        return _meets_text(product, constraint)
    if constraint.attribute in READ_OFF_ROWS:
        return _VERDICTS[outcome(product, constraint, at)]
    known = facts(product, constraint.attribute, at)
    if not known:
        return None
    if constraint.operator is Operator.IS_NOT:
        return not any(_is(fact, constraint) for fact in known)
    return any(_compare(fact, constraint) for fact in known)


def passes(product: Product, constraint: Constraint, at: datetime) -> bool:
    """`meets` as a filter: what the row does not say passes only an `is_not`, and a wish that no index knows."""
    if constraint.attribute in READ_OFF_ROWS:
        return outcome(product, constraint, at) is not Outcome.BROKEN
    verdict = meets(product, constraint, at)
    return constraint.operator is Operator.IS_NOT if verdict is None else verdict


def admits(product: Product, constraint: Constraint, at: datetime) -> bool:
    """`passes` as far as an index can tell without reading: of words only whether they stand there.

    A word that is refused may stand in the very row that says it is free of it: the rows found decide, not the index.
    """
    if constraint.attribute != TEXT:
        return passes(product, constraint, at)
    return constraint.operator is Operator.IS_NOT or _mentioned(product, constraint)


def said_of(product: Product, constraint: Constraint) -> Containing:
    """What the row says of the thing that a TEXT constraint wants or refuses, with the passage that it rests on."""
    return containing(product, _thing(constraint))


def _thing(constraint: Constraint) -> Thing:
    return Thing(names=constraint.texts, kinds=constraint.kinds, absent=constraint.absent)


def _meets_text(product: Product, constraint: Constraint) -> bool | None:
    if constraint.operator is Operator.IS:
        if not _mentioned(product, constraint):
            return None
        return not _denials_near(product, constraint) or said_of(product, constraint).verdict is not Verdict.FREE
    return {Verdict.FREE: True, Verdict.CONTAINS: False}.get(said_of(product, constraint).verdict)


def _denials_near(product: Product, constraint: Constraint) -> bool:
    """Whether anything may deny it: a column of its name, or a word in the same stretch of text. Most rows are spared a closer reading."""
    thing = _thing(constraint)
    text = searchable_text(product)
    if any(word in text for word in constraint.absent) or named_by_column(product, thing):
        return True
    for name in (form for word in constraint.texts for form in forms(word)[:1]):
        start = text.find(name)
        while start >= 0:
            if _denied(text, start, start + len(name)):
                return True
            start = text.find(name, start + 1)
    return False


def _denied(text: str, start: int, end: int) -> bool:
    before, after = _ATTACHED
    if before.search(text, max(0, start - len("non-")), start) or after.match(text, end):
        return True
    return bool(_DENIAL.search(text, max(0, start - _NEAR), end + _NEAR))


def _mentioned(product: Product, constraint: Constraint) -> bool:
    text = searchable_text(product)
    return any(mentions(text, word) for word in sought(constraint.texts))


def facts(product: Product, name: str, at: datetime) -> list[AttributeValue]:
    """What the row says of that attribute at that moment; empty where it says nothing."""
    if name == PRICE:
        price = product.price_at(at)
        return [price.amount] if price else []
    if name == BRAND:
        return [product.brand, *_ALIASES.split(product.brand)] if product.brand else []
    if name == CATEGORY:
        return [product.product_type] if product.product_type else []
    if name == AVAILABILITY:
        return [product.availability.value] if product.availability else []
    if name == CONDITION:
        return [offer.condition for offer in product.offers]
    if name == RATING:
        return [product.rating.value] if product.rating else []
    if name == ON_SALE:
        offer = product.best_offer(at)
        return [offer.price_at(at).amount < offer.price.amount] if offer else []
    return [attribute.value for attribute in product.values(name)]


def _compare(fact: AttributeValue, constraint: Constraint) -> bool:
    if constraint.operator is Operator.IS:
        return _is(fact, constraint)
    if isinstance(fact, bool) or not isinstance(fact, Decimal) or not isinstance(constraint.value, Decimal):
        return False
    return fact >= constraint.value if constraint.operator is Operator.AT_LEAST else fact <= constraint.value


def _is(fact: AttributeValue, constraint: Constraint) -> bool:
    if isinstance(fact, bool) or isinstance(constraint.value, bool):
        return fact is constraint.value
    if isinstance(fact, Decimal):
        return isinstance(constraint.value, Decimal) and same_number(fact, constraint.value)
    return fold(fact) in {fold(text) for text in constraint.texts}


def same_number(left: Decimal, right: Decimal) -> bool:
    """Equal but for rounding between units."""
    return abs(left - right) <= ROUNDING * max(abs(left), abs(right))
