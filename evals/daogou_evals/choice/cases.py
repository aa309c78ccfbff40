"""The choice set: a shopper's words, one right answer, four wrong ones; made of a shop's rows, never stored.

Kinds of wrong: the budget is broken; another brand or another type; another must is broken; generic words; off the subject.
"""

import functools
import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources

from daogou.catalog.products.need import BRAND, PRICE, Constraint, Operator
from daogou.catalog.products.product import Attribute, Product
from daogou.text.prompts import fact
from daogou.text.thesaurus import thesaurus
from daogou_evals.choice.answers import AT, Answer, Asked, breaking, claiming, fits, honest

WRONG = 4  # wrong answers beside the right one
RIGHT, BUDGET, BRAND_OR_TYPE, MUST = "right", "budget", "brand or type", "must"
GENERIC, OFF = "generic", "off the subject"
READ = ("colour", "material", "benefit", "skin_type", "pattern", "sleeve_length", "neckline", "connection", "memory",
        "storage", "screen_size", "volume", "weight", "scent", "flavour", "dress_length", "paper_size")  # fmt: skip
SAID = {"in": "英寸", "g": "克", "ml": "毫升", "GB": "G", "h": "小时", "mAh": "毫安"}  # how units are said in Chinese


@dataclass(frozen=True, kw_only=True)
class Offered:
    """One answer of a case; `kind` says what is wrong with it, or RIGHT."""

    kind: str
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class ChoiceCase:
    """One case; `offered` are in an order that says nothing."""

    shop: str
    language: str
    messages: tuple[str, ...]
    offered: tuple[Offered, ...]
    products: Mapping[str, Product]  # every product that any answer shows
    testing: bool  # of the half that is reported; the other is tuned on


def choice_cases(
    products: Sequence[Product], *, shop: str, language: str, seed: int, count: int
) -> Iterator[ChoiceCase]:
    """`count` cases of a shop, or as many as its rows allow; the same for the same seed."""
    dice = random.Random(f"{shop} {language} {seed}")
    kinds = _by_kind(products, language)
    if len(kinds) < 2:
        return
    everything = [product for members in kinds.values() for product in members]
    made = 0
    for _ in range(count * 8):
        if made == count:
            return
        case = _case(shop, language, dice.choice(everything), kinds, dice)
        if case is not None:
            made += 1
            yield case


def _by_kind(products: Sequence[Product], language: str) -> dict[str, list[Product]]:
    kinds: dict[str, list[Product]] = {}
    for product in products:
        concept = thesaurus().types.get(product.product_type)
        if concept is not None and concept.phrases.get(language):
            kinds.setdefault(product.product_type, []).append(product)
    return {kind: members for kind, members in kinds.items() if len(members) > 2}


def _case(
    shop: str, language: str, product: Product, kinds: Mapping[str, list[Product]], dice: random.Random
) -> ChoiceCase | None:
    asked = _asked(product, language, dice)
    peers = [it for it in dice.sample(kinds[asked.kind], k=min(80, len(kinds[asked.kind]))) if it.id != product.id]
    size = dice.choice((1, 2, 2, 3))
    good = [product, *(it for it in peers if fits(it, asked) and _is_called(it, asked))][:size]
    wrong = _four(list(_wrong(asked, peers, kinds, size, dice)), dice)
    if len(wrong) < WRONG:
        return None
    right = honest(asked, good, total=_total(good, dice))
    offered = [Offered(kind=RIGHT, answer=right), *wrong]
    dice.shuffle(offered)
    shown = [one.product for it in offered for one in it.answer.response.recommendations]
    return ChoiceCase(
        shop=shop,
        language=language,
        messages=_messages(asked, product, dice),
        offered=tuple(offered),
        products={it.id: it for it in shown},
        testing=random.Random(f"split {product.id}").random() < 0.5,
    )


def _is_called(product: Product, asked: Asked) -> bool:
    general = asked.called == thesaurus().type_label(asked.kind, asked.language)
    return general or asked.called.casefold() in product.title_in(asked.language).casefold()


def _asked(product: Product, language: str, dice: random.Random) -> Asked:
    """The kind by what it is called in general, or by the name that the product's own title has."""
    label, *others = thesaurus().types[product.product_type].phrases[language]
    title = product.title_in(language).casefold()
    said = [name for name in others if name.casefold() in title and len(name) > 1]
    called = dice.choice((label, *said[:1]))
    constraints = tuple(_constraints(product, dice))
    return Asked(language=language, kind=product.product_type, called=called, constraints=constraints)


def _constraints(product: Product, dice: random.Random) -> Iterator[Constraint]:
    price = product.price_at(AT)
    if price is not None and dice.random() < 0.85:
        factor = Decimal(str(round(dice.uniform(1.02, 1.5), 2)))
        yield Constraint(
            attribute=PRICE, operator=Operator.AT_MOST, value=_people_say(price.amount * factor), unit=price.currency
        )
    if product.brand and dice.random() < 0.5:
        yield Constraint(attribute=BRAND, operator=Operator.IS, value=product.brand)
    facts = list({it.name: it for it in product.attributes if it.name in READ and it.value is not False}.values())
    for attribute in dice.sample(facts, k=min(len(facts), dice.choice((1, 1, 2)))):
        operator = Operator.AT_LEAST if isinstance(attribute.value, Decimal) else Operator.IS
        yield Constraint(attribute=attribute.name, operator=operator, value=attribute.value, unit=attribute.unit)


def _people_say(amount: Decimal) -> Decimal:
    step = Decimal(10) ** max(0, amount.adjusted() - 1) * (5 if amount.scaleb(-amount.adjusted()) > 3 else 1)
    return (amount / step).to_integral_value(rounding="ROUND_UP") * step


def _wrong(
    asked: Asked, peers: Sequence[Product], kinds: Mapping[str, list[Product]], size: int, dice: random.Random
) -> Iterator[Offered]:
    for broken in asked.constraints:
        shown = breaking(asked, broken, peers)[:size]
        if shown:
            kind = {PRICE: BUDGET, BRAND: BRAND_OR_TYPE}.get(broken.attribute, MUST)
            mirror = dice.random() < 0.8
            yield Offered(kind=kind, answer=claiming(asked, broken, shown, total=_total(shown, dice), mirror=mirror))
    narrower, mine = thesaurus().narrower, asked.kind
    apart = [kind for kind in kinds if kind != mine and kind not in narrower(mine) and mine not in narrower(kind)]
    other = dice.choice(apart)
    shown = dice.sample(kinds[other], k=min(size, len(kinds[other])))
    label = thesaurus().type_label(other, asked.language)
    elsewhere = Asked(language=asked.language, kind=other, called=label)
    kind = BRAND_OR_TYPE if BRAND not in [it.attribute for it in asked.constraints] else OFF
    yield Offered(kind=kind, answer=honest(elsewhere, shown, total=_total(shown, dice)))
    if dice.random() < 0.5:
        plain = dice.choice(_wording()["generic"][asked.language])
        empty = honest(Asked(language=asked.language), (), total=0)
        yield Offered(kind=GENERIC, answer=Answer(text=plain, response=empty.response))
    else:
        third = dice.choice([it for it in kinds if it not in (asked.kind, other) or len(kinds) < 3])
        shown = dice.sample(kinds[third], k=min(size, len(kinds[third])))
        yield Offered(kind=OFF, answer=honest(Asked(language=asked.language), shown, total=_total(shown, dice)))


def _four(wrong: list[Offered], dice: random.Random) -> list[Offered]:
    """Four of them, as many kinds as there are."""
    dice.shuffle(wrong)
    first = list({it.kind: it for it in wrong}.values())
    return [*first, *(it for it in wrong if it not in first)][:WRONG]


def _total(shown: Sequence[Product], dice: random.Random) -> int:
    return len(shown) + dice.choice((0, 0, 2, 15))


@functools.cache
def _wording() -> Mapping[str, Mapping[str, Sequence[str]]]:
    text = resources.files("daogou_evals").joinpath("data/choice.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _messages(asked: Asked, product: Product, dice: random.Random) -> tuple[str, ...]:
    words = _wording()[asked.language]
    called = asked.called
    plural = called if called.endswith("s") else f"{called}s"
    article = "an" if called[:1] in "aeiou" else "a"
    single = called if called.endswith("s") else f"{article} {called}"
    opening = dice.choice(words["openings"]).format(kind=called, kinds=plural, a_kind=single)
    wants = [_said(it, asked.language, dice) for it in asked.constraints]
    dice.shuffle(wants)
    joint = "，" if asked.language == "zh" else dice.choice((", ", ". ", "; "))
    later = [wants.pop()] if len(wants) > 1 and dice.random() < 0.35 else []
    return (joint.join([opening, *wants]), *(dice.choice(words["later"]).format(want=it) for it in later))


def _said(constraint: Constraint, language: str, dice: random.Random) -> str:
    words, value = _wording()[language], constraint.value
    if constraint.attribute == PRICE:
        patterns = {"USD": ("${}", "{} dollars"), "CNY": ("{}元", "{}块钱", "¥{}"), "EUR": ("€{}", "{} euros")}
        phrase = dice.choice(words["most"])
        return phrase.format(limit=dice.choice(patterns.get(constraint.unit or "", ("{}",))).format(f"{value:f}"))
    if constraint.attribute == BRAND:
        return dice.choice(words["brand"]).format(brand=value)
    if isinstance(value, Decimal):
        unit = constraint.unit or ""
        number = f"{value:f}{SAID.get(unit, unit)}" if language == "zh" else f"{value:f} {unit}".strip()
        return dice.choice(words["number"]).format(number=number)
    told = Attribute(name=constraint.attribute, value=value if isinstance(value, bool) else str(value))
    return dice.choice(words["value"]).format(value=fact(told, language))
