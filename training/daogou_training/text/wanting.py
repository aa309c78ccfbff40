"""What a shopper of a training talk wants, taken from a product that is there, and the words they say it in; or what they type of its title."""

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
from daogou.text.words import segment

SHORTEST, LONGEST = 2, 5  # words of a request made of a title
RUN = 0.5  # share of such requests whose words stand side by side in the title
BRANDED = 0.3  # that name the brand where the product has one
SLIP = 0.05  # share of messages with a slip of the finger
_MONEY = {
    "EUR": (("€{}", "{} euros", "{} euro"), ("{}欧元", "{}欧")),
    "USD": (("${}", "{} dollars", "{} bucks"), ("{}美元", "{}刀")),
    "GBP": (("£{}", "{} pounds", "{} quid"), ("{}英镑", "{}镑")),
    "CNY": (("¥{}", "{} yuan", "{} rmb"), ("{}元", "{}块")),
}
_DULL = frozenset({"tag", "popularity", "comments", "variants", "kind", "certification"})


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One talk's beginning: what is asked for, as words and as constraints."""

    messages: tuple[str, ...]
    constraints: tuple[Constraint, ...]
    kind: str  # a thesaurus type
    called: str  # what the shopper calls it


@functools.cache
def wording() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """The words, by language."""
    return tomllib.loads(resources.files("daogou_training.text").joinpath("wording.toml").read_text(encoding="utf-8"))


def want(product: Product, language: str, dice: random.Random) -> Wanted:
    """A shopper who would be served well with this product."""
    called = dice.choice(thesaurus().types[product.product_type].phrases[language][:4])
    constraints = tuple(_constraints(product, dice))
    said = [_said(constraint, language, dice) for constraint in constraints]
    messages = _messages(_opening(called, language, dice), said, language, dice)
    slipped = tuple(_slipped(message, dice) for message in messages)
    return Wanted(messages=slipped, constraints=constraints, kind=product.product_type, called=called)


def _constraints(product: Product, dice: random.Random) -> Iterator[Constraint]:
    price = product.offers[0].price
    if dice.random() < 0.7:
        yield _budget(price.amount, price.currency, dice)
    if product.brand and dice.random() < 0.35:
        yield Constraint(attribute=BRAND, operator=Operator.IS, value=product.brand)
    facts = [it for it in product.attributes if it.name in thesaurus().attributes and it.name not in _DULL]
    single = list({it.name: it for it in facts if it.value is not False}.values())
    for attribute in dice.sample(single, k=min(len(single), dice.choice((0, 1, 1, 2)))):
        yield _of(attribute, dice)


def _budget(amount: Decimal, currency: str, dice: random.Random) -> Constraint:
    if dice.random() < 0.12:
        limit = _round(amount * Decimal("0.7"), up=False)
        return Constraint(attribute=PRICE, operator=Operator.AT_LEAST, value=limit, unit=currency)
    limit = _round(amount * Decimal(str(round(dice.uniform(1.0, 1.7), 2))), up=True)
    return Constraint(attribute=PRICE, operator=Operator.AT_MOST, value=limit, unit=currency)


def _round(amount: Decimal, *, up: bool) -> Decimal:
    """A number that people say: 30, 250, 1200."""
    step = Decimal(10) ** max(0, amount.adjusted() - 1) * (5 if amount.scaleb(-amount.adjusted()) > 2 else 1)
    return max(Decimal(1), (amount / step).to_integral_value(rounding="ROUND_UP" if up else "ROUND_DOWN") * step)


def _of(attribute: Attribute, dice: random.Random) -> Constraint:
    if isinstance(attribute.value, Decimal):
        operator = Operator.AT_LEAST if dice.random() < 0.5 else Operator.IS
        return Constraint(attribute=attribute.name, operator=operator, value=attribute.value, unit=attribute.unit)
    if attribute.name == "colour" and dice.random() < 0.15:
        others = [key for name, key in thesaurus().values if name == "colour" and key != attribute.value]
        return Constraint(attribute="colour", operator=Operator.IS_NOT, value=dice.choice(others[:12]))
    return Constraint(attribute=attribute.name, operator=Operator.IS, value=attribute.value)


def _said(constraint: Constraint, language: str, dice: random.Random) -> str:
    words, value = wording()[language], constraint.value
    if constraint.attribute == PRICE and isinstance(value, Decimal):
        phrase = dice.choice(words["most" if constraint.operator is Operator.AT_MOST else "least"])
        return phrase.format(limit=_money(value, constraint.unit or "", language, dice), bare=f"{value:f}")
    if constraint.attribute == BRAND:
        return dice.choice(words["brand"]).format(brand=value)
    if isinstance(value, Decimal):
        phrase = dice.choice(words["number_least" if constraint.operator is Operator.AT_LEAST else "number"])
        return phrase.format(number=f"{value:f}{dice.choice(('', ' '))}{constraint.unit or ''}")
    single = value if isinstance(value, bool) else str(value)
    label = fact(Attribute(name=constraint.attribute, value=single), language)
    names = thesaurus().values.get((constraint.attribute, str(value)))
    if names and names.phrases.get(language) and dice.random() < 0.3:
        label = dice.choice(names.phrases[language][:3])
    return dice.choice(words["not_value" if constraint.operator is Operator.IS_NOT else "value"]).format(value=label)


def _money(amount: Decimal, currency: str, language: str, dice: random.Random) -> str:
    english, chinese = _MONEY.get(currency, (("{}",), ("{}",)))
    names = (*chinese, english[0], "{}") if language == "zh" else english
    pattern: str = dice.choice(names)
    return pattern.format(f"{amount:f}")


def _opening(called: str, language: str, dice: random.Random) -> str:
    words = wording()[language]
    article = "an" if called[:1] in "aeiou" else "a"
    return dice.choice(words["openings"]).format(
        kind=called,
        kinds=called if called.endswith("s") else f"{called}s",
        a_kind=called if called.endswith("s") else f"{article} {called}",
        purpose=dice.choice(words["purposes"]),
        recipient=dice.choice(words["recipients"]),
    )


def _messages(opening: str, said: Sequence[str], language: str, dice: random.Random) -> list[str]:
    words, wants = wording()[language], list(said)
    dice.shuffle(wants)
    later = [wants.pop()] if len(wants) > 1 and dice.random() < 0.3 else []
    first = [opening, *wants]
    if language == "zh" and dice.random() < 0.4:
        first = [*wants, opening]
    text = functools.reduce(lambda left, right: f"{left}{dice.choice(words['joints'])}{right}", first)
    return [text + dice.choice(words["closings"]), *(dice.choice(words["second"]).format(want=it) for it in later)]


def _slipped(message: str, dice: random.Random) -> str:
    if dice.random() > SLIP or len(message) < 8 or not message.isascii():
        return message if dice.random() < 0.7 else message.lower()
    place = dice.randrange(1, len(message) - 2)
    if not message[place : place + 2].isalpha():
        return message
    return message[:place] + message[place + 1] + message[place] + message[place + 2 :]


def asked_of(products: Sequence[Product], *, count: int, seed: int) -> Iterator[str]:
    """`count` different requests made of the shop's titles, some of their words in order, or fewer where the shop has no more; of the same seed the first are always the same."""
    dice, seen = random.Random(seed), set[str]()
    mixed = list(products) * 2
    dice.shuffle(mixed)
    for product in mixed:
        request = _request(product, dice)
        if request and request not in seen:
            seen.add(request)
            yield request
        if len(seen) == count:
            return


def _request(product: Product, dice: random.Random) -> str:
    spaced = product.language != "zh"
    pieces = product.title.split() if spaced else segment(product.title)
    words = [word for word in pieces if any(sign.isalnum() for sign in word)]
    many = min(len(words), dice.randint(SHORTEST, LONGEST))
    if not many:
        return ""
    start = dice.randrange(len(words) - many + 1)
    places = range(start, start + many) if dice.random() < RUN else sorted(dice.sample(range(len(words)), k=many))
    chosen = [words[place] for place in places]
    if product.brand and product.brand not in chosen and dice.random() < BRANDED:
        chosen.insert(0, product.brand)
    return (" " if spaced else "").join(chosen)
