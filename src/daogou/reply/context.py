"""Everything that one answer is made from: the need, the products, and what their rows say, in a form that may be printed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from daogou.catalog.matching.containing import Containing, readable
from daogou.catalog.matching.wording import place, stated
from daogou.catalog.products.candidate import Retrieval
from daogou.catalog.products.conversation import Evidence, Session
from daogou.catalog.products.need import (
    AVAILABILITY,
    BRAND,
    CATEGORY,
    CONDITION,
    PRICE,
    RATING,
    Constraint,
    ShopperNeed,
)
from daogou.catalog.products.product import AttributeValue, Money, Product
from daogou.catalog.products.vocabulary import NO_FACTS, ShopFacts
from daogou.reply.sentences.paraphrase import asked_value, printed_value, state_label
from daogou.reply.sentences.phrases import VALUE_LENGTH, Phrases, asked_price, clean, number, quoted, short, window
from daogou.text.thesaurus import thesaurus

TITLE = "title"
FULL_PRICE = "full_price"  # what was asked before the sale
RATING_COUNT = "rating_count"
PASSAGE_MARGIN = 24  # characters shown on both sides of a word found in the row's text
MOST = 3  # values in a variant's label
FIRST = ("colour", "size")  # what shoppers look for first among variants


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One value of one field of one row; `printed` is how an answer in that language writes it."""

    product_id: str
    field: str
    printed: str
    source: str
    value: AttributeValue

    def evidence(self, evidence_id: str, as_of: datetime) -> Evidence:
        """The same as a noun of the answer."""
        return Evidence(
            id=evidence_id,
            product_id=self.product_id,
            field=self.field,
            value=self.printed,
            source=self.source,
            as_of=as_of,
        )


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One thing said of one product, and the facts it rests on; `brief` says the fact alone, by default the text."""

    text: str
    product: Product
    facts: tuple[Fact, ...]
    brief: str = ""
    lacks: bool = False  # that the row is silent on something: told once where all rows are
    counted: tuple[int | Decimal, ...] = ()  # figures that were counted, not read from the row: "of the 23 that fit"

    def __post_init__(self) -> None:
        object.__setattr__(self, "brief", self.brief or self.text)


@dataclass(frozen=True, kw_only=True)
class Compound:
    """One sentence made of statements of several products; said only where all of them hold."""

    text: str
    parts: tuple[Statement, ...]


Sentence: TypeAlias = str | Statement | Compound


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One product of the answer with its reasons."""

    product: Product
    reasons: tuple[Statement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Sentences in order: plain ones speak of the need, Statements of a product."""

    sentences: tuple[Sentence, ...]
    shown: tuple[Shown, ...] = ()
    question: str = ""
    asks: str = ""  # the attribute that the question is about


@dataclass(frozen=True, kw_only=True)
class ShopProfile:
    """Counts over every row, most first, and the merchant's own answers."""

    departments: Mapping[str, int] = field(default_factory=dict)  # the merchant's broadest categories
    kinds: Mapping[str, int] = field(default_factory=dict)  # product types
    brands: Mapping[str, int] = field(default_factory=dict)
    product_count: int = 0
    facts: ShopFacts = NO_FACTS


@dataclass(frozen=True, kw_only=True)
class ReplyContext:
    """One turn as the writers see it; `shortlist` has passed the vetoes, best first."""

    shortlist: tuple[Product, ...]
    need: ShopperNeed
    session: Session
    retrieval: Retrieval
    products: Mapping[str, Product]
    at: datetime
    limit: int
    phrases: Phrases
    variants: Mapping[str, tuple[Product, ...]] = field(default_factory=dict)  # by item group id
    profile: ShopProfile = field(default_factory=ShopProfile)  # of the shop as a whole, where the message asks for it

    @property
    def language(self) -> str:
        """The language to answer in."""
        return self.phrases.language

    @property
    def currency(self) -> str:
        """The currency that a bare price is meant in: that of the products at hand; "" without prices."""
        prices = (row.price_at(self.at) for row in (*self.shortlist, *self.products.values()))
        return next((price.currency for price in prices if price), "")

    def facts(self, product: Product, field: str) -> tuple[Fact, ...]:
        """What the product's row says of the field, as this answer prints it."""
        return gather(product, field, at=self.at, language=self.language)

    def named(self, product: Product) -> tuple[str, tuple[Fact, ...]]:
        """Its title in quotes, and the fact that this is."""
        title = self.facts(product, TITLE)
        return quoted(title[0].printed), title

    def price(self, product: Product) -> Money | None:
        """What is asked for it now."""
        return product.price_at(self.at)

    def asked(self, constraint: Constraint) -> str:
        """What the shopper compares with, printed."""
        return asked_value(constraint, self.language, self.currency)

    def statement(self, key: str, product: Product, facts: Sequence[Fact], /, **values: str) -> Statement:
        """The phrase, said of the product."""
        return Statement(text=self.phrases.say(key, **values), product=product, facts=tuple(facts))

    @property
    def shown(self) -> tuple[Product, ...]:
        """The products that this answer can show."""
        return self.shortlist[: self.limit]

    @property
    def shown_before(self) -> tuple[Product, ...]:
        """The products shown last, in their order, as far as their rows are at hand."""
        return self._at_hand(self.session.shown)

    @property
    def meant(self) -> tuple[Product, ...]:
        """The products that the message speaks of: those it names, else those shown last, else the best found."""
        named, before = dict.fromkeys(self.need.refers_to), dict.fromkeys(self.session.shown)
        return self._at_hand(named) or self._at_hand(before) or self.shown

    def _at_hand(self, product_ids: Iterable[str]) -> tuple[Product, ...]:
        return tuple(self.products[one] for one in product_ids if one in self.products)


def gather(product: Product, field: str, *, at: datetime, language: str) -> tuple[Fact, ...]:
    """Every value that the row has for the field; empty where the row does not say."""
    if field in _OWN:
        return tuple(_fact(product, field, *own) for own in _own_values(product, field, at, language))
    facts = [
        _fact(product, field, printed_value(field, each.value, each.unit, language), each.value, each.source)
        for each in product.values(field)
    ]
    return tuple({fact.printed: fact for fact in reversed(facts)}.values())[::-1]


_OWN = frozenset({TITLE, PRICE, FULL_PRICE, BRAND, CATEGORY, AVAILABILITY, CONDITION, RATING, RATING_COUNT})


def _own_values(
    product: Product, field: str, at: datetime, language: str
) -> Iterator[tuple[str, AttributeValue] | tuple[str, AttributeValue, str]]:
    """At most one: as it is printed, itself and, where that is not the field, its source."""
    if field == TITLE:
        yield clean(product.title_in(language)), product.title_in(language)
    elif field == BRAND and product.brand.strip():
        yield short(product.brand, VALUE_LENGTH), product.brand
    elif field == CATEGORY and product.product_type:
        yield clean(thesaurus().type_label(product.product_type, language)), product.product_type, "product_type"
    elif field == RATING and product.rating is not None:
        yield number(product.rating.value), product.rating.value
    elif field == RATING_COUNT and product.rating is not None and product.rating.count >= 1:
        count = Decimal(product.rating.count)
        yield number(count), count, RATING
    elif field == AVAILABILITY:
        state = (product.best_offer(at) or product).availability
        if state is not None:
            yield state_label(state, language), state.value
    elif field in (PRICE, FULL_PRICE, CONDITION) and (offer := product.best_offer(at)):
        price = offer.price_at(at)
        if field == CONDITION and offer.condition:
            yield short(thesaurus().value_label(CONDITION, offer.condition, language)), offer.condition
        elif field == PRICE:
            yield asked_price(price, language), price.amount, "price" if price == offer.price else "sale_price"
        elif field == FULL_PRICE and offer.price.currency == price.currency and offer.price.amount > price.amount:
            yield asked_price(offer.price, language), offer.price.amount, "price"


def passage(product: Product, word: str, *, margin: int = PASSAGE_MARGIN) -> Fact | None:
    """Where a word stands in the row's text, with a few words around it; None where it does not."""
    for name, text in _texts(product):
        plain = clean(text)
        start = place(stated(plain) if name == "description" else plain, word)
        if start >= 0:
            around = window(plain, start - margin, start + len(word) + margin)
            return _fact(product, name, around, around)
    return None


def passage_of(product: Product, said: Containing) -> Fact | None:
    """The words of the row on which a verdict rests, as they are written; None where they stand in no text."""
    for name, text in _texts(product):
        plain = clean(text)
        start = readable(plain).find(said.passage) if said.passage else -1
        if start >= 0:
            words = plain[start : start + len(said.passage)]
            return _fact(product, name, words, words)
    return None


def _fact(product: Product, field: str, printed: str, value: AttributeValue, source: str = "") -> Fact:
    return Fact(product_id=product.id, field=field, printed=printed, source=source or field, value=value)


def _texts(product: Product) -> list[tuple[str, str]]:
    texts = [("title", product.title)]
    texts += [("title", translation.title) for translation in product.translations.values()]
    texts += [("highlights", text) for text in product.highlights]
    texts += [(attribute.name, attribute.value) for attribute in product.attributes if isinstance(attribute.value, str)]
    texts += [("category", text) for text in product.category]
    texts += [("description", product.description)]
    return texts + [("description", translation.description) for translation in product.translations.values()]


def variant_labels(variants: Sequence[Product], *, language: str, at: datetime) -> dict[str, str]:
    """Product id -> the values in which it differs from any other; its title where no attribute tells."""

    def printed(one: Product, name: str) -> str:
        return " / ".join(fact.printed for fact in gather(one, name, at=at, language=language))

    names = dict.fromkeys(attribute.name for one in variants for attribute in one.attributes)
    told = {name: [printed(one, name) for one in variants] for name in names}
    differing = (name for name, values in told.items() if len(set(values)) > 1)
    telling = sorted(differing, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))[:MOST]
    return {
        one.id: ", ".join(said for name in telling if (said := told[name][row])) or one.title_in(language)
        for row, one in enumerate(variants)
    }
