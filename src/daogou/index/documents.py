"""What of a product is searched: its words, field by field, and the text that encoders read."""

import functools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from daogou.catalog.products.product import Product, read_once
from daogou.text.thesaurus import thesaurus
from daogou.text.words import cut, is_chinese, pairs, stem

K1 = 1.2
B = 0.75

# How much each field of documents.FIELDS counts where the caller does not say.
FIELD_WEIGHTS: Mapping[str, float] = MappingProxyType({"title": 0.05, "kind": 0.05, "body": 1.0, "attributes": 0.3})


def idf(document_count: int, containing: int) -> float:
    """How telling a word is that `containing` of `document_count` documents hold."""
    return math.log(1 + (document_count - containing + 0.5) / (containing + 0.5))


def ceiling(words: Mapping[str, float], document_count: int, containing: Callable[[str], int]) -> float:
    """The most that weighted words can score: each saturated in the body, which nearly all of a score comes from."""
    told = (weight * idf(document_count, containing(word)) for word, weight in words.items())
    return FIELD_WEIGHTS["body"] * (K1 + 1) * sum(told)


def saturation(
    frequencies: npt.NDArray[np.float32], lengths: npt.NDArray[np.float32], mean_length: float
) -> npt.NDArray[np.float32]:
    """What a word that stands `frequencies` times in documents of these lengths (in words) adds, before its idf."""
    norms = K1 * (1 - B + B * lengths / max(mean_length, 1.0))
    return (frequencies * (K1 + 1) / (frequencies + norms)).astype(np.float32)


LEAST_ENGLISH = 0.2  # of the titles, for an encoder that reads English alone to be worth its time
MOST_ACCENTED = 0.15  # of the titles in Latin letters, where no grammar tells: German or French ones have more
# What titles of a language are held together with: grammar, not goods.
_ENGLISH = re.compile(r"\b(?:for|with|and|of|the|to|from|in|by)\b")
_OTHER = re.compile(
    r"\b(?:für|mit|und|der|die|das|von|pour|avec|et|le|la|les|des|con|para|de|y|el|per|di|e|il|voor|met|en|van)\b"
)
_LETTERS = re.compile(r"[^\W\d_]")


def reads_english(products: Iterable[Product]) -> bool:
    """Whether enough of the products have an English title."""
    titles = [product.title_in("en").casefold() for product in products]
    latin = [title for title in titles if not is_chinese(title) and _LETTERS.search(title)]
    if not latin or len(latin) < LEAST_ENGLISH * len(titles):
        return False
    english, other = (sum(len(glue.findall(title)) for title in latin) for glue in (_ENGLISH, _OTHER))
    accented = sum(not "".join(_LETTERS.findall(title)).isascii() for title in latin)
    return english > other or (english == other and accented <= MOST_ACCENTED * len(latin))


FIELDS = ("title", "kind", "body", "attributes")
ENGLISH_ENCODERS = frozenset({"minilm"})


def field_words(product: Product) -> Mapping[str, list[str]]:
    """The stemmed words of each searched field, in every language that the product is described in.

    `title`; `kind` (type, category and brand); `body` (title, highlights and description, as one text: a word that the
    title and the description share counts once more, not twice); `attributes` (their values, and what it has).
    """
    titles = [*map(stem, title_words(product)), *pairs(_titles(product))]
    return {
        "title": titles,
        "kind": [*_filed_words(product.brand, product.category), *_type_words(product.product_type)],
        "body": titles + words_of(" ".join((*product.highlights, _descriptions(product), *_numbers(product)))),
        "attributes": [word for text in _said(product) for word in _value_words(text)],
    }


@read_once
def title_words(product: Product) -> list[str]:
    """The words of its titles, each title once, as they are cut."""
    return cut(_titles(product))


def words_of(text: str) -> list[str]:
    """Words as the index keeps them: cut, with English plurals folded, and beside Chinese words every pair of characters."""
    return [*(stem(word) for word in cut(text)), *pairs(text)]


def stemmed(words: Sequence[str] | Mapping[str, float]) -> dict[str, float]:
    """The words of a question as the index keeps words, each once, with their weights (1 where only a list is given)."""
    weighted = words.items() if isinstance(words, Mapping) else ((word, 1.0) for word in words)
    kept: dict[str, float] = {}
    for word, weight in weighted:
        kept[stem(word)] = max(weight, kept.get(stem(word), 0.0))
    return kept


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


def _said(product: Product) -> Iterator[str]:
    """The values of its attributes, and what it has."""
    for attribute in product.attributes:
        if isinstance(attribute.value, str):
            yield attribute.value
        elif attribute.value is True:
            yield attribute.name.replace("_", " ")


@functools.lru_cache(maxsize=4_096)
def _value_words(text: str) -> tuple[str, ...]:
    return tuple(words_of(text))


@functools.lru_cache(maxsize=4_096)
def _filed_words(brand: str, category: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(words_of(f"{brand} {' '.join(category)}"))


@functools.lru_cache(maxsize=4_096)
def _type_words(product_type: str) -> tuple[str, ...]:
    concept = thesaurus().types.get(product_type)
    if concept is None:
        return tuple(words_of(product_type))
    return tuple(words_of(" ".join(phrase for phrases in concept.phrases.values() for phrase in phrases)))
