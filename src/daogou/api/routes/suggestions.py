"""What to say next: examples for a first visit and answers to a question, from what this shop really has."""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from pydantic import BaseModel, Field

from daogou.api.schemas.labels import type_label
from daogou.catalog.products.need import BRAND, CATEGORY, PRICE, Constraint, Operator, ShopperNeed
from daogou.catalog.products.product import Money
from daogou.catalog.products.vocabulary import AttributeKind, AttributeProfile
from daogou.ports import SearchIndex
from daogou.reply.sentences.phrases import money, number, quantity
from daogou.text.thesaurus import thesaurus
from daogou.text.words import is_chinese

_TEMPLATES = ("price", "plain", "brand", "cheapest")
ANSWERS = 4
KINDS = 8
_MOST_BRANDS = 300
_ENOUGH = 3  # products behind a suggestion
_ROUND = ("1", "1.2", "1.5", "2", "3", "4", "5", "6", "8")
_PRICES = tuple(int(Decimal(digit) * 10**zeros) for zeros in range(1, 7) for digit in _ROUND)

_PHRASES = {  # in English, in Chinese
    "plain": ("which {type} do you recommend?", "推荐一款{type}"),
    "price": ("{type} under {price}", "{price}以内的{type}"),
    "cheapest": ("the cheapest {type}", "最便宜的{type}"),
    "brand": ("{type} from {brand}", "{brand}的{type}"),
    "at_least": ("at least {value}", "至少{value}"),
    "under": ("under {price}", "{price}以内"),
    "yes": ("yes, with {label}", "要带{label}的"),
    "no": ("without {label}", "不带{label}的"),
    "any": ("no preference", "都可以"),
}


class Kind(BaseModel):
    """A kind of thing that the shop sells."""

    product_type: str = Field(examples=["laptop"])
    label: str = Field(examples=["Laptop"])
    say: str = Field(description="a message that asks for it", examples=["Which laptop do you recommend?"])


def examples(index: SearchIndex, language: str) -> list[str]:
    """First messages that this shop has good answers to, each of another kind; fewer in a small shop."""
    types = list(_common_types(index, language))
    pairs = zip(_TEMPLATES, itertools.cycle(types), strict=False)
    return list(dict.fromkeys(_example(template, key, index, language) for template, key in pairs))


def kinds(index: SearchIndex, language: str) -> list[Kind]:
    """What the shop sells most of, for a first look."""
    labels = {key: type_label(key, language) for key in itertools.islice(_common_types(index, language), KINDS)}
    return [
        Kind(product_type=key, label=_capital(label), say=_capital(_phrase("plain", language, type=label)))
        for key, label in labels.items()
    ]


def quick_answers(asked: str, need: ShopperNeed, index: SearchIndex) -> list[str]:
    """Answers to the question about that attribute that leave something on the shelf; none without a question."""
    if not asked:
        return []
    musts = [*([_is(CATEGORY, need.category)] if need.category else []), *need.musts]
    answers = list(_answers(asked, index, musts, need.language))
    return [*dict.fromkeys(answers[:ANSWERS]), _phrase("any", need.language)] if answers else []


def _example(template: str, product_type: str, index: SearchIndex, language: str) -> str:
    """The template filled; a shop without prices or brands gets the plain one."""
    of_type = [_is(CATEGORY, product_type)]
    total = index.count(of_type)
    price = _price_for(index, of_type, total / 2) if total >= _ENOUGH else None  # about half of them can be had for it
    brand = _common_brand(index, product_type)
    possible = {"price": price, "cheapest": price, "brand": brand}.get(template, True)
    asked = _price(price, index, language) if price else ""
    told = {"type": type_label(product_type, language), "price": asked, "brand": brand}
    return _capital(_phrase(template if possible else "plain", language, **told))


def _common_types(index: SearchIndex, language: str) -> Iterator[str]:
    """The types with most products, accessories last; those that have a name in that language first."""
    types, concepts = index.vocabulary.types, thesaurus().types
    enough = [key for key, count in types.items() if key and count >= _ENOUGH] or list(types)
    accessory = {key for key in enough if key in concepts and concepts[key].accessory}
    foreign = {key for key in enough if is_chinese(type_label(key, language)) != (language == "zh")}
    yield from sorted(enough, key=lambda key: (key in foreign, key in accessory, key not in concepts, -types[key]))


def _price_for(index: SearchIndex, musts: Sequence[Constraint], wanted: float) -> Decimal | None:
    """The smallest round price at which so many can be had; counts grow with the price, so it is bisected."""
    place = bisect_left(_PRICES, wanted, key=lambda price: index.count([*musts, _at_most(PRICE, Decimal(price))]))
    return Decimal(_PRICES[place]) if place < len(_PRICES) else None


def _common_brand(index: SearchIndex, product_type: str) -> str:
    """The brand with most products of that type; of the commonest few hundred, which a shop rarely has."""
    kind = [_is(CATEGORY, product_type)]
    best = _commonest(BRAND, index.vocabulary.brands, index, kind, of=_MOST_BRANDS)
    return best[0] if best else ""


def _answers(asked: str, index: SearchIndex, musts: list[Constraint], language: str) -> Iterator[str]:
    profile = index.vocabulary.attributes.get(asked)
    if asked == PRICE:  # below which a quarter, a half and most of them can be had
        total = index.count(musts)
        prices = [_price_for(index, musts, max(1, share * total)) for share in (0.25, 0.5, 0.8)]
        for price in filter(None, dict.fromkeys(prices)):
            yield _phrase("under", language, price=_price(price, index, language))
    elif asked == BRAND or (profile and profile.kind is AttributeKind.TEXT):
        values = index.vocabulary.brands if asked == BRAND or profile is None else profile.values
        for value in _commonest(asked, values, index, musts, of=20):
            yield thesaurus().value_label(asked, value, language)
    elif profile and profile.kind is AttributeKind.BOOL:
        yield from (
            _phrase(said, language, label=thesaurus().attribute_label(asked, language)) for said in ("yes", "no")
        )
    elif profile:
        yield from _number_answers(profile, index, musts, language)


def _commonest(
    attribute: str, values: Mapping[str, int], index: SearchIndex, musts: list[Constraint], *, of: int
) -> list[str]:
    """Of the shop's commonest values those that products with the musts have, most of them first."""
    common = sorted(values, key=lambda value: -values[value])[:of]
    counts = {value: index.count([*musts, _is(attribute, value)]) for value in common}
    return [value for value in sorted(counts, key=lambda value: -counts[value]) if counts[value]]


def _number_answers(
    profile: AttributeProfile, index: SearchIndex, musts: list[Constraint], language: str
) -> Iterator[str]:
    """Round values that most, half and a quarter of them reach."""
    steps, total = _steps(profile), index.count(musts)

    def fewer(step: Decimal) -> int:
        return -index.count([*musts, replace(_at_most(profile.name, step), operator=Operator.AT_LEAST)])

    places = [bisect_right(steps, -max(1, share * total), key=fewer) - 1 for share in (0.75, 0.5, 0.25)]
    for place in dict.fromkeys(places):
        if place >= 0 and fewer(steps[place]) != -total:
            yield _phrase("at_least", language, value=quantity(steps[place], profile.unit, language))


def _steps(profile: AttributeProfile) -> list[Decimal]:
    """The round numbers of an attribute's range: powers of two and some twenty even steps."""
    if profile.minimum is None or profile.maximum is None:
        return []
    width = profile.maximum - profile.minimum
    even = next((Decimal(price) for price in (1, 2, 5, *_PRICES) if price * 30 >= width), Decimal(_PRICES[-1]))
    evens = {even * place for place in range(int(profile.minimum / even), int(profile.maximum / even) + 1)}
    powers = {Decimal(2**power) for power in range(1, 12)}
    return sorted(step for step in evens | powers if profile.minimum <= step <= profile.maximum)


def _price(price: Decimal, index: SearchIndex, language: str) -> str:
    currency = index.vocabulary.currency
    if language == "zh" and currency == "CNY":
        return f"{number(price)}元"
    return money(Money(amount=price, currency=currency)).replace(",", "")  # a message, so as a shopper types it


def _is(attribute: str, value: str | tuple[str, ...]) -> Constraint:
    return Constraint(attribute=attribute, operator=Operator.IS, value=value)


def _at_most(attribute: str, value: Decimal) -> Constraint:
    return Constraint(attribute=attribute, operator=Operator.AT_MOST, value=value)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _phrase(name: str, language: str, **told: str) -> str:
    return _PHRASES[name][language == "zh"].format(**told)
