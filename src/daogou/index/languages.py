"""In which language a catalogue's titles are, as far as the choice of its encoders goes."""

import re
from collections.abc import Iterable

from daogou.catalog.products.product import Product
from daogou.text.normalize import is_chinese

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
