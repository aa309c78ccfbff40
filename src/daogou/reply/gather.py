"""Evidence: what the rows say, field by field, in a form that may be printed; and what tells variants apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from daogou.catalog.matching.containing import Containing, readable
from daogou.catalog.matching.wording import place, stated
from daogou.catalog.products.conversation import Evidence
from daogou.catalog.products.need import AVAILABILITY, BRAND, CATEGORY, CONDITION, PRICE, RATING
from daogou.catalog.products.product import Attribute, AttributeValue, Availability, Product
from daogou.reply.sentences.phrases import asked_price, clean, number, quantity, short, window
from daogou.text.thesaurus import thesaurus

TITLE = "title"
FULL_PRICE = "full_price"  # what was asked before the sale
RATING_COUNT = "rating_count"
PASSAGE_MARGIN = 24  # characters shown on both sides of a word found in the row's text
VALUE_LENGTH = 60  # characters of a text value; longer ones are cut

_STATES = {
    "en": {"in_stock": "in stock", "out_of_stock": "out of stock", "preorder": "pre-order", "backorder": "back order"},
    "zh": {"in_stock": "有货", "out_of_stock": "缺货", "preorder": "可预订", "backorder": "待补货"},
}


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


def gather(product: Product, field: str, *, at: datetime, language: str) -> tuple[Fact, ...]:
    """Every value that the row has for the field; empty where the row does not say."""
    own = _OWN.get(field)
    if own is None:
        facts = [_attribute_fact(product, attribute, language) for attribute in product.values(field)]
        return tuple({fact.printed: fact for fact in reversed(facts)}.values())[::-1]
    return own(product, at, language)


def passage(product: Product, word: str, *, margin: int = PASSAGE_MARGIN) -> Fact | None:
    """Where a word stands in the row's text, with a few words around it; None where it does not."""
    for field, text in _texts(product):
        plain = clean(text)
        start = place(stated(plain) if field == "description" else plain, word)
        if start >= 0:
            around = window(plain, start - margin, start + len(word) + margin)
            return Fact(product_id=product.id, field=field, printed=around, source=field, value=around)
    return None


def passage_of(product: Product, said: Containing) -> Fact | None:
    """The words of the row on which a verdict rests, as they are written; None where they stand in no text."""
    for field, text in _texts(product):
        plain = clean(text)
        start = readable(plain).find(said.passage) if said.passage else -1
        if start >= 0:
            words = plain[start : start + len(said.passage)]
            return Fact(product_id=product.id, field=field, printed=words, source=field, value=words)
    return None


def printed_value(attribute: str, value: AttributeValue, unit: str | None, language: str) -> str:
    """A value as an answer writes it, labels in the shopper's language."""
    if isinstance(value, bool):
        return {"en": ("no", "yes"), "zh": ("否", "是")}[language][value]
    if isinstance(value, Decimal):
        return quantity(value, unit, language)
    return short(thesaurus().value_label(attribute, value, language), VALUE_LENGTH)


def _title(product: Product, at: datetime, language: str) -> tuple[Fact, ...]:
    return (_fact(product, TITLE, clean(product.title_in(language)), product.title_in(language)),)


def _price(product: Product, at: datetime, language: str) -> tuple[Fact, ...]:
    offer = product.best_offer(at)
    if offer is None:
        return ()
    price = offer.price_at(at)
    source = "price" if price == offer.price else "sale_price"
    return (_fact(product, PRICE, asked_price(price, language), price.amount, source),)


def _full_price(product: Product, at: datetime, language: str) -> tuple[Fact, ...]:
    offer = product.best_offer(at)
    if offer is None:
        return ()
    full, asked = offer.price, offer.price_at(at)
    on_sale = full.currency == asked.currency and full.amount > asked.amount
    return (_fact(product, FULL_PRICE, asked_price(full, language), full.amount, "price"),) if on_sale else ()


def _brand(product: Product, at: datetime, language: str) -> tuple[Fact, ...]:
    return (_fact(product, BRAND, short(product.brand, VALUE_LENGTH), product.brand),) if product.brand.strip() else ()


def _category(product: Product, at: datetime, language: str) -> tuple[Fact, ...]:
    if not product.product_type:
        return ()
    label = clean(thesaurus().type_label(product.product_type, language))
    return (_fact(product, CATEGORY, label, product.product_type, "product_type"),)


def _availability(product: Product, at: datetime, language: str) -> tuple[Fact, ...]:
    offer = product.best_offer(at)
    state = offer.availability if offer else product.availability
    return () if state is None else (_fact(product, AVAILABILITY, state_label(state, language), state.value),)


def _condition(product: Product, at: datetime, language: str) -> tuple[Fact, ...]:
    offer = product.best_offer(at)
    if offer is None or not offer.condition:
        return ()
    label = thesaurus().value_label(CONDITION, offer.condition, language)
    return (_fact(product, CONDITION, short(label), offer.condition),)


def _rating(product: Product, at: datetime, language: str) -> tuple[Fact, ...]:
    if product.rating is None:
        return ()
    return (_fact(product, RATING, number(product.rating.value), product.rating.value),)


def _rating_count(product: Product, at: datetime, language: str) -> tuple[Fact, ...]:
    if product.rating is None or product.rating.count < 1:
        return ()
    count = Decimal(product.rating.count)
    return (_fact(product, RATING_COUNT, number(count), count, RATING),)


_OWN = {
    TITLE: _title,
    PRICE: _price,
    FULL_PRICE: _full_price,
    BRAND: _brand,
    CATEGORY: _category,
    AVAILABILITY: _availability,
    CONDITION: _condition,
    RATING: _rating,
    RATING_COUNT: _rating_count,
}


def state_label(state: Availability, language: str) -> str:
    """An availability in words."""
    return _STATES[language][state.value]


def _attribute_fact(product: Product, attribute: Attribute, language: str) -> Fact:
    printed = printed_value(attribute.name, attribute.value, attribute.unit, language)
    return _fact(product, attribute.name, printed, attribute.value, attribute.source)


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


MOST = 3  # values in a label
FIRST = ("colour", "size")  # what shoppers look for first


def variant_labels(variants: Sequence[Product], *, language: str, at: datetime) -> dict[str, str]:
    """Product id -> the values in which it differs from any other; its title where no attribute tells."""
    names = dict.fromkeys(attribute.name for one in variants for attribute in one.attributes)
    told = {name: [_printed(one, name, language, at) for one in variants] for name in names}
    telling = sorted((name for name, values in told.items() if len(set(values)) > 1), key=_place)[:MOST]
    return {
        one.id: ", ".join(said for name in telling if (said := told[name][row])) or one.title_in(language)
        for row, one in enumerate(variants)
    }


def _printed(product: Product, name: str, language: str, at: datetime) -> str:
    return " / ".join(fact.printed for fact in gather(product, name, at=at, language=language))


def _place(name: str) -> int:
    return FIRST.index(name) if name in FIRST else len(FIRST)
