"""The need said back to the shopper: "laptops by Lenovo, up to €800, with at least 8 GB of memory"."""

import re
from collections.abc import Sequence
from decimal import Decimal

from daogou.catalog.matching.measures import said_amount
from daogou.catalog.products.need import (
    AVAILABILITY,
    CATEGORY,
    PRICE,
    TEXT,
    Constraint,
    ConstraintValue,
    Operator,
    ShopperNeed,
)
from daogou.catalog.products.product import Availability, Money
from daogou.reply.sentences.called import says
from daogou.reply.sentences.nouns import is_quality
from daogou.reply.sentences.phrases import Phrases
from daogou.reply.sentences.rendering import clean, listed, money, number, short, spoken
from daogou.reply.verify.gather import printed_value, state_label
from daogou.text.normalize import is_chinese
from daogou.text.thesaurus import thesaurus
from daogou.text.words import cut, segment, stem

_LITTLE = re.compile(
    "and|for|the|with|that|this|from|but|not|any|some|new|good|nice|best|want|need|一个|一款|一些|想要|适合|推荐"
)
_SOME = re.compile("一点|一些|一下|一款|一个|一件|一样|一")
_NUMERAL = re.compile("[0-9一二两三四五六七八九十百千万]|hundred|thousand|grand|ten|twenty|thirty|forty|fifty", re.I)


def wants(constraints: Sequence[Constraint], phrases: Phrases, currency: str, *, beside: str = "") -> str:
    """The constraints as they stand beside the noun: " by Lenovo, up to €800" or "联想品牌、¥800以内的".

    What the words `beside` them name already is not said again.
    """
    parts = want_parts([one for one in constraints if not says(beside, one)], phrases, currency)
    if not parts:
        return ""
    return f"{'、'.join(parts)}的" if phrases.language == "zh" else f" {', '.join(parts)}"


def want_parts(constraints: Sequence[Constraint], phrases: Phrases, currency: str) -> list[str]:
    """One phrase for each constraint; both bounds of the same thing are one, and so are all words to be mentioned."""
    mentioned = [c for c in constraints if c.attribute == TEXT and c.operator is Operator.IS]
    groups = [group for group in grouped(constraints) if group[0] not in mentioned]
    parts = [want(group, phrases, currency) for group in groups]
    if mentioned:
        between = "”和“" if phrases.language == "zh" else "” and “"
        words = dict.fromkeys(asked_value(constraint, phrases.language, currency) for constraint in mentioned)
        parts.append(phrases.say("want.text_is", value=between.join(words)))
    return parts


def grouped(constraints: Sequence[Constraint]) -> list[tuple[Constraint, ...]]:
    """Each constraint alone, but both bounds of a range together, lower first."""
    groups: list[tuple[Constraint, ...]] = []
    lows = {c.attribute: c for c in constraints if c.operator is Operator.AT_LEAST}
    highs = {c.attribute: c for c in constraints if c.operator is Operator.AT_MOST}
    for constraint in constraints:
        low, high = lows.get(constraint.attribute), highs.get(constraint.attribute)
        group = (low, high) if low and high and constraint in (low, high) else (constraint,)
        if constraint.attribute != CATEGORY and group not in groups:
            groups.append(group)
    return groups


def want(group: Sequence[Constraint], phrases: Phrases, currency: str) -> str:
    """One constraint, or both bounds of a range, in words."""
    first = group[0]
    name = phrases.label(first.attribute)
    if len(group) == 2:
        low, high = (asked_value(c, phrases.language, currency) for c in group)
        return phrases.say(_key(first.attribute, "between", phrases), attribute=name, low=low, high=high)
    if isinstance(first.value, Decimal) and first.attribute != PRICE and not named_a_number(first):
        return phrases.say("want.also", said=spoken(first.said))
    if isinstance(first.value, bool):
        wanted = first.value is (first.operator is not Operator.IS_NOT)
        kind = "is" if is_quality(first.attribute) else "has"
        return phrases.say(f"want.{kind}_yes" if wanted else f"want.{kind}_no", attribute=name)
    value = asked_value(first, phrases.language, currency)
    return phrases.say(_key(first.attribute, first.operator.value, phrases), attribute=name, value=value)


def extra_words(need: ShopperNeed) -> list[str]:
    """The query's words beyond the kind of product and the constraints, neighbours together: "noise cancelling" of "noise
    cancelling black headphones".
    """
    phrases = [phrase for key in need.category for phrase in _names(key)]
    phrases += [text for c in need.constraints for text in (c.said, *_texts(c.value))]
    phrases += [need.recipient, need.purpose]  # no row says for whom it is
    phrases += need.names[1:]  # the first is the whole of what the thing was called
    known = {stem(word) for phrase in phrases for word in cut(phrase)}
    chinese = is_chinese(need.query)
    words = segment(need.query) if chinese else need.query.split()
    runs: list[list[str]] = [[]]
    for word in words:
        extra = word.strip() and any(stem(part) not in known for part in cut(word)) and not _LITTLE.fullmatch(word)
        if extra and len(word) > (1 if is_chinese(word) else 2):
            runs[-1].append(word)
        elif word.strip():
            runs.append([])
    return [("" if chinese else " ").join(run) for run in runs if run]


def asked_value(constraint: Constraint, language: str, currency: str) -> str:
    """What the shopper compares with, printed; a bare price is in the shop's currency."""
    value = constraint.value
    if constraint.attribute == TEXT:
        return _words(constraint, language)
    if constraint.attribute == PRICE and isinstance(value, Decimal):
        return money(Money(amount=value, currency=constraint.unit or currency)) if currency else number(value)
    if isinstance(value, tuple):
        labels = [_label(constraint.attribute, text, language) for text in value]
        return listed(list(dict.fromkeys(labels)), language, last="or")
    if isinstance(value, str):
        return _label(constraint.attribute, value, language)
    if isinstance(value, Decimal):
        amount, unit = said_amount(value, constraint.unit, constraint.said)
        return printed_value(constraint.attribute, amount, unit, language)
    return printed_value(constraint.attribute, value, constraint.unit, language)


def _words(constraint: Constraint, language: str) -> str:
    """The words that must stand in the text, as the shopper said them; several are quoted each."""
    words = _texts(constraint.value)
    found = [word for word in words if word in constraint.said.casefold()]
    if not found and constraint.operator is Operator.IS_NOT:  # said by another word: decaf, of caffeine
        return short(next((word for word in words if is_chinese(word) == (language == "zh")), words[0]))
    said = [word for word in found if not any(word in other and word != other for other in found)]
    return f"”{'或' if language == 'zh' else ' or '}“".join(map(short, said or [constraint.said or words[0]]))


def _texts(value: ConstraintValue) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _names(key: str) -> list[str]:
    concept = thesaurus().types.get(key)
    return [key, *(phrase for phrases in concept.phrases.values() for phrase in phrases)] if concept else [key]


def _label(attribute: str, text: str, language: str) -> str:
    if attribute == CATEGORY:
        return clean(thesaurus().type_label(text, language))
    if attribute == AVAILABILITY and text in list(Availability):
        return state_label(Availability(text), language)
    return short(thesaurus().value_label(attribute, text, language))


def _key(attribute: str, form: str, phrases: Phrases) -> str:
    special = f"want.{attribute}_{form}"
    return special if phrases.has(special) else f"want.{form}"


def named_a_number(constraint: Constraint) -> bool:
    """Whether the shopper named the bound: not so where "cheaper" was turned into one."""
    said = _SOME.sub("", constraint.said)
    return not constraint.said or _NUMERAL.search(said) is not None
