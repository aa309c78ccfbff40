"""What of a product is searched: its words, field by field, and the text that encoders read."""

import functools
from collections.abc import Mapping

from daogou.catalog.products.product import Product
from daogou.text.thesaurus import thesaurus
from daogou.text.words import cut, pairs, stem

FIELDS = ("title", "kind", "body", "attributes")
ENGLISH_ENCODERS = frozenset({"minilm"})


def field_words(product: Product) -> Mapping[str, list[str]]:
    """The stemmed words of each searched field, in every language that the product is described in.

    `title`; `kind` (type, category and brand); `body` (title, highlights and description, as one text: a word that the
    title and the description share counts once more, not twice); `attributes` (their values, and what it has).
    """
    return {
        "title": words_of(_titles(product)),
        "kind": [*words_of(f"{product.brand} {' '.join(product.category)}"), *_type_words(product.product_type)],
        "body": words_of(" ".join((_titles(product), *product.highlights, _descriptions(product), *_numbers(product)))),
        "attributes": words_of(f"{_text_values(product)} {_yes_names(product)}"),
    }


def words_of(text: str) -> list[str]:
    """Words as the index keeps them: cut, with English plurals folded, and beside Chinese words every pair of characters."""
    return [*(stem(word) for word in cut(text)), *pairs(text)]


def encoded_text(product: Product, encoder: str) -> str:
    """The text that stands for the product in that encoder's space: titles, in the languages that it reads."""
    return product.title_in("en") if encoder in ENGLISH_ENCODERS else _titles(product)


def _numbers(product: Product) -> tuple[str, ...]:
    """What is typed to find exactly this product."""
    return tuple(number for number in (product.mpn, product.gtin) if number and number not in product.title)


def _titles(product: Product) -> str:
    others = [translation.title for translation in product.translations.values()]
    return " ".join(dict.fromkeys((product.title, *others)))


def _descriptions(product: Product) -> str:
    others = [translation.description for translation in product.translations.values()]
    return " ".join(dict.fromkeys((product.description, *others)))


def _text_values(product: Product) -> str:
    return " ".join(attribute.value for attribute in product.attributes if isinstance(attribute.value, str))


@functools.lru_cache(maxsize=4_096)
def _type_words(product_type: str) -> tuple[str, ...]:
    concept = thesaurus().types.get(product_type)
    if concept is None:
        return tuple(words_of(product_type))
    return tuple(words_of(" ".join(phrase for phrases in concept.phrases.values() for phrase in phrases)))


def _yes_names(product: Product) -> str:
    return " ".join(attribute.name.replace("_", " ") for attribute in product.attributes if attribute.value is True)
