"""Answers and descriptions with {names} in braces where code puts what the row says: what a model learns to write.

The model never sees a reason to write a figure itself: where one belongs, its text has a name.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from daogou.catalog.products.product import Attribute, Product
from daogou.text.prompts import continuation, describing, fact, facts_and_conversation, printed
from daogou.text.thesaurus import thesaurus
from daogou_training.language.examples import Example

_OPENINGS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "en": ("I'd start with {A.title} at {A.price}", "{A.title} fits, at {A.price}", "Have a look at {A.title}, {A.price}",
               "{A.title} at {A.price} comes first", "My first choice is {A.title} for {A.price}", "For that I would take {A.title} ({A.price})"),
        "zh": ("首先推荐{A.title}，{A.price}", "可以先看{A.title}，价格{A.price}", "{A.title}比较合适，{A.price}", "建议先看{A.title}（{A.price}）",
               "这款{A.title}符合您的要求，{A.price}", "我会先选{A.title}，{A.price}"),
    }
)  # fmt: skip
_FACTS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "en": (": {facts}.", ", with {facts}.", "; the row says {facts}.", ". It has {facts}."),
        "zh": ("：{facts}。", "，{facts}。", "，它有{facts}。"),
    }
)
_SECONDS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "en": ("", " Next is {B.title} at {B.price}.", " {B.title} is {B.price}.", " If you'd rather have another, there is {B.title} for {B.price}.", " Also worth a look: {B.title}, {B.price}."),
        "zh": ("", "其次是{B.title}，{B.price}。", "也可以看看{B.title}，{B.price}。", "另外还有{B.title}（{B.price}）。"),
    }
)  # fmt: skip
_QUESTIONS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "en": ("", "", " Do you have a preference for the {name}?", " What would you like to spend at most?"),
        "zh": ("", "", "您对{name}有要求吗？", "您的预算大概是多少？"),
    }
)


def answer_example(messages: Sequence[str], products: Sequence[Product], language: str, dice: random.Random) -> Example:
    """The facts of the first products, the talk, and an answer made of their names."""
    facts: dict[str, str] = {}
    for letter, product in zip("AB", products, strict=False):
        facts |= {f"{letter}.{name}": value for name, value in _facts(product, language, dice)}
    text = _said(facts, language, dice)
    return Example(
        prompt=facts_and_conversation(facts, messages),
        continuation=continuation(text),
        domain="write",
        language=language,
    )


def _said(facts: Mapping[str, str], language: str, dice: random.Random) -> str:
    known = [name for name in facts if name.startswith("A.") and name not in ("A.title", "A.price")]
    opening = dice.choice(_OPENINGS[language])
    named = dice.sample(known, k=min(len(known), dice.choice((1, 2, 2))))
    joined = _listed([f"{{{name}}}" for name in named], language)
    middle = dice.choice(_FACTS[language]).replace("{facts}", joined) if joined else _stop(language)
    second = dice.choice(_SECONDS[language]) if "B.title" in facts and "B.price" in facts else ""
    about = dice.choice(known).removeprefix("A.") if known else ""
    question = dice.choice(_QUESTIONS[language] if about else ("",))
    return opening + middle + second + question.replace("{name}", thesaurus().attribute_label(about, language))


def _facts(product: Product, language: str, dice: random.Random) -> Iterator[tuple[str, str]]:
    yield "title", product.title_in(language)
    if product.offers:
        yield "price", printed(product.offers[0].price)
    if product.brand and dice.random() < 0.6:
        yield "brand", product.brand
    for attribute in _some(product, dice):
        yield attribute.name, fact(attribute, language)


def _some(product: Product, dice: random.Random) -> list[Attribute]:
    single = {attribute.name: attribute for attribute in product.attributes if attribute.value is not False}
    return dice.sample(list(single.values()), k=min(len(single), dice.choice((1, 2, 3, 4))))


_DESCRIPTIONS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "en": ("{title} by {brand}: {facts}.", "This {kind} comes with {facts}.", "{brand} makes this {kind}: {facts}.", "A {kind} by {brand}, with {facts}.",
               "{title}. The facts: {facts}.", "With {facts}, this {kind} by {brand} says what it is."),
        "zh": ("{brand}{kind}，{facts}。", "这款{kind}来自{brand}：{facts}。", "{title}，{facts}。", "{brand}出品的{kind}，特点是{facts}。", "{kind}一款，{facts}，品牌{brand}。"),
    }
)  # fmt: skip


def description_example(product: Product, language: str, dice: random.Random) -> Example:
    """A product's facts, how it shall be described, and a description made of their names."""
    attributes = _some(product, dice)
    facts = {"title": product.title_in(language), "kind": thesaurus().type_label(product.product_type, language)}
    facts |= {"brand": product.brand} if product.brand else {}
    facts |= {attribute.name: fact(attribute, language) for attribute in attributes}
    wordings = [it for it in _DESCRIPTIONS[language] if product.brand or "{brand}" not in it]
    names = _listed([f"{{{attribute.name}}}" for attribute in attributes], language)
    text = dice.choice(wordings).replace("{facts}", names) if names else ("{title}" + _stop(language))
    prompt = describing(
        facts,
        language=language,
        tone=dice.choice(("plain", "warm", "expert")),
        length=dice.choice(("short", "medium", "long")),
        audience=dice.choice(("", "", "general", "gift", "student")),
    )
    return Example(prompt=prompt, continuation=continuation(text), domain="describe", language=language)


def _listed(names: Sequence[str], language: str) -> str:
    if language == "zh":
        return "、".join(names)
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


def _stop(language: str) -> str:
    return "。" if language == "zh" else "."
