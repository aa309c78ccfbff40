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
    Sort,
    Strength,
)
from daogou.catalog.products.product import Money
from daogou.reply.sentences.phrases import is_quality, money, quantity
from daogou.text.thesaurus import thesaurus
from daogou.text.words import is_chinese

_WORDS = {
    "en": {
        "price": "price",
        "brand": "brand",
        "category": "kind",
        "rating": "rating",
        "rating_count": "number of ratings",
        "condition": "condition",
        "availability": "availability",
        "title": "title",
        "description": "description",
        "highlights": "highlights",
        "product_type": "kind",
        "at_least": "{label} at least {value}",
        "at_most": "{label} up to {value}",
        "is": "{label}: {value}",
        "is_not": "not {value}",
        "free_of": "without {value}",
        "price at_least": "from {value}",
        "price at_most": "up to {value}",
        "price is": "about {value}",
        "with": "with {label}",
        "without": "without {label}",
        "isn't": "not {label}",
        "or": " or ",
        "ascending": "lowest {label} first",
        "descending": "highest {label} first",
        "purpose": "for {value}",
        "recipient": "for {value}",
        "like": "similar to one you saw",
        "unlike": "not like those you turned down",
        "in_stock": "in stock",
        "out_of_stock": "out of stock",
        "preorder": "preorder",
        "backorder": "backorder",
        "bought_together": "shoppers who bought both",
        "same_shoppers": "shoppers who chose both",
        "bought_before": "your purchases of it",
        "own_brand": "your visits to the brand",
        "alike": "reads like",
        "bought_by": "shoppers who bought it",
        "sponsored": "Sponsored",
    },
    "zh": {
        "price": "价格",
        "brand": "品牌",
        "category": "品类",
        "rating": "评分",
        "rating_count": "评分人数",
        "condition": "成色",
        "availability": "库存",
        "title": "名称",
        "description": "描述",
        "highlights": "亮点",
        "product_type": "品类",
        "at_least": "{label}至少 {value}",
        "at_most": "{label}不超过 {value}",
        "is": "{label}：{value}",
        "is_not": "不要{value}",
        "free_of": "不含{value}",
        "price at_least": "{value} 起",
        "price at_most": "{value} 以内",
        "price is": "{value} 左右",
        "with": "带{label}",
        "without": "不带{label}",
        "isn't": "不{label}",
        "or": "或",
        "ascending": "{label}从低到高",
        "descending": "{label}从高到低",
        "purpose": "用于{value}",
        "recipient": "送给{value}",
        "like": "与看过的相似",
        "unlike": "不同于已排除的",
        "in_stock": "有货",
        "out_of_stock": "缺货",
        "preorder": "预售",
        "backorder": "可预订",
        "bought_together": "同时购买的顾客数",
        "same_shoppers": "同时选择的顾客数",
        "bought_before": "您购买的次数",
        "own_brand": "您选择该品牌的次数",
        "alike": "相近的商品",
        "bought_by": "购买的顾客数",
        "sponsored": "广告",
    },
}

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
    words = _words(language)
    return words[name] if name in words else thesaurus().attribute_label(name, language)


def type_label(product_type: str, language: str) -> str:
    """A product type in that language, or as the shop calls it."""
    return thesaurus().type_label(product_type, language)


def _chips(need: ShopperNeed) -> Iterator[Chip]:
    words = _words(need.language)
    if need.category:
        yield _wish(_category(need), CATEGORY)
    elif need.query:
        yield _wish(f"“{_few(need.query)}”", "query")
    for constraint in need.constraints:
        if constraint.attribute != CATEGORY or constraint.operator is Operator.IS_NOT:
            yield _constraint(constraint, need.language)
    for name, value in (("purpose", need.purpose), ("recipient", need.recipient)):
        if value:
            yield _wish(words[name].format(value=value), name, Strength.PREFER)
    for name, ids in (("like", need.like), ("unlike", need.unlike)):
        if ids:
            yield _wish(words[name], name, Strength.PREFER)
    if need.sort:
        yield _wish(_sort(need.sort, need.language), "sort", Strength.PREFER)


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


def _constraint(constraint: Constraint, language: str) -> Chip:
    without = Withdrawal(attribute=constraint.attribute, operator=constraint.operator, value=constraint.value)
    return Chip(label=_constraint_label(constraint, language), strength=constraint.strength, without=without)


def _constraint_label(constraint: Constraint, language: str) -> str:
    words, operator = _words(language), constraint.operator
    label = field_label(constraint.attribute, language) if constraint.attribute != MEASURE else ""
    if isinstance(constraint.value, bool):
        wanted = constraint.value is (operator is Operator.IS)
        if is_quality(constraint.attribute):
            return label if wanted else words["isn't"].format(label=label)
        return words["with" if wanted else "without"].format(label=label)
    if constraint.attribute == TEXT:
        word = _few(_word(constraint, language))
        return word if operator is Operator.IS else words["free_of"].format(value=word)
    value = _value(constraint, language)
    if constraint.attribute == PRICE and operator is not Operator.IS_NOT:
        return words[f"price {operator}"].format(value=value)
    if operator is Operator.IS and constraint.attribute in (BRAND, AVAILABILITY, CATEGORY, MEASURE, MODEL):
        return value
    if constraint.attribute == FITS:
        return words["purpose"].format(value=value)
    return words[operator].format(label=label, value=value).strip()


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
    return _words(language)["or"].join(labels[:MOST_VALUES]) + (" …" if len(labels) > MOST_VALUES else "")


def _text(attribute: str, text: str, language: str) -> str:
    if attribute == CATEGORY:
        return type_label(text, language)
    if attribute in (AVAILABILITY, CONDITION, RATING):
        return _words(language).get(text, text)
    return thesaurus().value_label(attribute, text, language)


def _sort(sort: Sort, language: str) -> str:
    direction = "descending" if sort.descending else "ascending"
    return _words(language)[direction].format(label=field_label(sort.attribute, language))


def _words(language: str) -> dict[str, str]:
    return _WORDS.get(language, _WORDS["en"])
