"""What of a product is searched: its words, field by field, and the text that encoders read."""

from collections.abc import Mapping

from daogou.shop.matching import searchable_text
from daogou.shop.product import Product
from daogou.text.thesaurus import thesaurus
from daogou.text.words import cut, stem

FIELDS = ("title", "kind", "text")


def field_words(product: Product) -> Mapping[str, list[str]]:
    """The stemmed words of each searched field: `title` in every language, `kind` (type and brand), `text` (all)."""
    kind = f"{product.brand} {_type_names(product.product_type)} {' '.join(product.category)}"
    return {
        "title": words_of(_titles(product)),
        "kind": words_of(kind),
        "text": words_of(f"{searchable_text(product)} {_yes_names(product)}"),
    }


def words_of(text: str) -> list[str]:
    """Words as the index keeps them: cut, with English plurals folded."""
    return [stem(word) for word in cut(text)]


def encoded_text(product: Product) -> str:
    """The text that stands for the product in an encoder's space."""
    return _titles(product)


def _titles(product: Product) -> str:
    others = [translation.title for translation in product.translations.values()]
    return " ".join(dict.fromkeys((product.title, *others)))


def _type_names(product_type: str) -> str:
    concept = thesaurus().types.get(product_type)
    if concept is None:
        return product_type
    return " ".join(phrase for phrases in concept.phrases.values() for phrase in phrases)


def _yes_names(product: Product) -> str:
    return " ".join(attribute.name.replace("_", " ") for attribute in product.attributes if attribute.value is True)
