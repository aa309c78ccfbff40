"""Whether one thing of the shop is called by two words at once: salt and vinegar crisps, shampoo and conditioner."""

from collections.abc import Sequence

from daogou.catalog.matching.wording import fold, mentions
from daogou.catalog.products.product import Product
from daogou.ports import Catalogue, SearchIndex
from daogou.text.words import cut

_LOOKED_AT = 30  # rows: the words together score highest


def in_one_title(words: Sequence[str], *, index: SearchIndex, catalogue: Catalogue) -> bool:
    """Whether some title has all of the words."""
    sought = [piece for word in words for piece in cut(word)]
    hits = index.lexical(sought, limit=_LOOKED_AT, fields={"title": 1.0})
    return any(_has_all(row, words) for row in catalogue.get([hit.product_id for hit in hits]).values())


def _has_all(row: Product, words: Sequence[str]) -> bool:
    titles = [row.title, *(translation.title for translation in row.translations.values())]
    return any(all(mentions(fold(title), word) for word in words) for title in titles)
