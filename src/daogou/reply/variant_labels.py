"""What tells the variants of one thing apart, as a shopper reads it: "blue, M"."""

from collections.abc import Sequence
from datetime import datetime

from daogou.catalog.products.product import Product
from daogou.reply.verify.gather import gather

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
