"""The understood need as a shopper reads it: one short label for each wish, in the shopper's language."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from daogou.catalog.matching.measures import said_amount
from daogou.catalog.products.conversation import Withdrawal
from daogou.catalog.products.need import (
    AVAILABILITY,
    BRAND,
    CATEGORY,
    CONDITION,
    FITS,
    MEASURE,
    MODEL,
    PRICE,
    RATING,
    TEXT,
    Act,
    Constraint,
    Operator,
    ShopperNeed,
    Strength,
)
from daogou.catalog.products.product import Money
from daogou.reply.sentences.phrases import is_quality, money, quantity
from daogou.text.thesaurus import thesaurus
from daogou.text.words import is_chinese

_FIELDS = {  # in English, in Chinese
    "price": ("price", "价格"),
    "brand": ("brand", "品牌"),
    "category": ("kind", "品类"),
    "rating": ("rating", "评分"),
    "rating_count": ("number of ratings", "评分人数"),
    "condition": ("condition", "成色"),
    "availability": ("availability", "库存"),
    "title": ("title", "名称"),
    "description": ("description", "描述"),
    "highlights": ("highlights", "亮点"),
    "product_type": ("kind", "品类"),
    "in_stock": ("in stock", "有货"),
    "out_of_stock": ("out of stock", "缺货"),
    "preorder": ("preorder", "预售"),
    "backorder": ("backorder", "可预订"),
    "bought_together": ("shoppers who bought both", "同时购买的顾客数"),
    "same_shoppers": ("shoppers who chose both", "同时选择的顾客数"),
    "bought_before": ("your purchases of it", "您购买的次数"),
    "own_brand": ("your visits to the brand", "您选择该品牌的次数"),
    "alike": ("reads like", "相近的商品"),
    "bought_by": ("shoppers who bought it", "购买的顾客数"),
    "sponsored": ("Sponsored", "广告"),
}
_WISHES = {
    "like": ("similar to one you saw", "与看过的相似"),
    "unlike": ("not like those you turned down", "不同于已排除的"),
    "at_least": ("{label} at least {value}", "{label}至少 {value}"),
    "at_most": ("{label} up to {value}", "{label}不超过 {value}"),
    "is": ("{label}: {value}", "{label}：{value}"),
    "is_not": ("not {value}", "不要{value}"),
    "free_of": ("without {value}", "不含{value}"),
    "price at_least": ("from {value}", "{value} 起"),
    "price at_most": ("up to {value}", "{value} 以内"),
    "price is": ("about {value}", "{value} 左右"),
    "with": ("with {label}", "带{label}"),
    "without": ("without {label}", "不带{label}"),
    "isn't": ("not {label}", "不{label}"),
    "or": (" or ", "或"),
    "ascending": ("lowest {label} first", "{label}从低到高"),
    "descending": ("highest {label} first", "{label}从高到低"),
    "purpose": ("for {value}", "用于{value}"),
    "recipient": ("for {value}", "送给{value}"),
}
_SAID = _FIELDS | _WISHES

MOST_WORDS = 4  # of a chip's value
MOST_CHARACTERS = 12  # of it in Chinese
MOST_VALUES = 2  # of one wish


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One wish as a label, and what takes it off."""

    label: str
    strength: Strength
    without: Withdrawal


def chips(need: ShopperNeed) -> list[Chip]:
    """The need's wishes in the order in which a shopper thinks of them: what, how, for whom, in which order; none twice."""
    if need.act is Act.RESET:
        return []
    return list({chip.label: chip for chip in reversed(list(_chips(need)))}.values())[::-1]


def field_label(name: str, language: str) -> str:
    """An evidence's field in that language."""
    return _said(name, language) if name in _FIELDS else thesaurus().attribute_label(name, language)


def type_label(product_type: str, language: str) -> str:
    """A product type in that language, or as the shop calls it."""
    return thesaurus().type_label(product_type, language)


def _chips(need: ShopperNeed) -> Iterator[Chip]:
    if need.category:
        yield _wish(_category(need), CATEGORY)
    elif need.query:
        yield _wish(f"“{_few(need.query)}”", "query")
    for one in need.constraints:
        if one.attribute != CATEGORY or one.operator is Operator.IS_NOT:
            without = Withdrawal(attribute=one.attribute, operator=one.operator, value=one.value)
            yield Chip(label=_constraint_label(one, need.language), strength=one.strength, without=without)
    wishes = {"purpose": need.purpose, "recipient": need.recipient, "like": need.like, "unlike": need.unlike}
    for name, value in wishes.items():
        if value:
            yield _wish(_said(name, need.language, value=value), name, Strength.PREFER)
    if need.sort:
        direction = "descending" if need.sort.descending else "ascending"
        label = field_label(need.sort.attribute, need.language)
        yield _wish(_said(direction, need.language, label=label), "sort", Strength.PREFER)


def _wish(label: str, attribute: str, strength: Strength = Strength.MUST) -> Chip:
    return Chip(label=label, strength=strength, without=Withdrawal(attribute=attribute))


def _category(need: ShopperNeed) -> str:
    """The kind's label; of several that are not one broader kind the shopper's own word for them, else the first."""
    types = thesaurus().types
    broadest = [key for key in need.category if key not in types or types[key].broader not in need.category]
    labels = list(dict.fromkeys(type_label(key, need.language) for key in broadest or need.category))
    own = need.thing and is_chinese(need.thing) == (need.language == "zh")
    if len(labels) > 1 and own:
        return _few(need.thing)
    return labels[0] + (" …" if len(labels) > 1 else "")


def _few(text: str) -> str:
    """At most four words, or as many characters as those take in Chinese."""
    if is_chinese(text):
        joined = "".join(text.split()) if all(map(is_chinese, text.split())) else text
        return joined if len(joined) <= MOST_CHARACTERS else joined[: MOST_CHARACTERS - 1] + "…"
    words = text.split()
    return " ".join(words[:MOST_WORDS]) + (" …" if len(words) > MOST_WORDS else "")


def _constraint_label(constraint: Constraint, language: str) -> str:
    operator = constraint.operator
    label = field_label(constraint.attribute, language) if constraint.attribute != MEASURE else ""
    if isinstance(constraint.value, bool):
        wanted = constraint.value is (operator is Operator.IS)
        if is_quality(constraint.attribute):
            return label if wanted else _said("isn't", language, label=label)
        return _said("with" if wanted else "without", language, label=label)
    if constraint.attribute == TEXT:
        word = _few(_word(constraint, language))
        return word if operator is Operator.IS else _said("free_of", language, value=word)
    value = _value(constraint, language)
    if constraint.attribute == PRICE and operator is not Operator.IS_NOT:
        return _said(f"price {operator}", language, value=value)
    if operator is Operator.IS and constraint.attribute in (BRAND, AVAILABILITY, CATEGORY, MEASURE, MODEL):
        return value
    if constraint.attribute == FITS:
        return _said("purpose", language, value=value)
    return _said(operator, language, label=label, value=value).strip()


def _word(constraint: Constraint, language: str) -> str:
    """One word for the thing: the name of it that was said; where it was said otherwise (decaf), its name in that language."""
    names = constraint.value if isinstance(constraint.value, tuple) else (str(constraint.value),)
    said = [name for name in names if name in constraint.said.casefold()]
    if said:
        return max(said, key=len)
    if constraint.operator is Operator.IS and constraint.said:
        return constraint.said
    return next((name for name in names if is_chinese(name) == (language == "zh")), names[0])


def _value(constraint: Constraint, language: str) -> str:
    value = constraint.value
    if isinstance(value, Decimal):
        if constraint.attribute == PRICE:
            return money(Money(amount=value, currency=constraint.unit or ""))
        return quantity(*said_amount(value, constraint.unit, constraint.said), language)
    texts = value if isinstance(value, tuple) else (str(value),)
    labels = list(dict.fromkeys(_text(constraint.attribute, text, language) for text in texts))
    return _said("or", language).join(labels[:MOST_VALUES]) + (" …" if len(labels) > MOST_VALUES else "")


def _text(attribute: str, text: str, language: str) -> str:
    if attribute == CATEGORY:
        return type_label(text, language)
    if attribute in (AVAILABILITY, CONDITION, RATING):
        return _said(text, language) if text in _FIELDS else text
    return thesaurus().value_label(attribute, text, language)


def _said(name: str, language: str, **told: object) -> str:
    return _SAID[name][language == "zh"].format(**told)
