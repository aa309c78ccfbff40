"""Near-duplicates: one thing in five colours or lengths is one suggestion, not five."""

import functools
import re
from collections.abc import Mapping, Sequence

from daogou.catalog.products.candidate import Candidate
from daogou.catalog.products.product import Availability, Product
from daogou.text.thesaurus import thesaurus
from daogou.text.units import UNITS

HEAD = 40  # candidates from the top that are spread: farther down nobody looks
WINDOW = 10  # how far down a different product is looked for

_WORDS = re.compile(r"[^\s,;|()\[\]]+")
_AMOUNT = re.compile(r"[0-9][0-9.,x×/]*[-\s]?(?P<unit>[^0-9\s]*)")


def spread(candidates: Sequence[Candidate], products: Mapping[str, Product]) -> list[Candidate]:
    """The same candidates; one that repeats its predecessor waits until another thing, not far below, has come."""
    groups = {candidate.product_id: group_of(products[candidate.product_id]) for candidate in candidates[:HEAD]}
    waiting, placed = list(candidates[:HEAD]), list[Candidate]()
    while waiting:
        last = groups[placed[-1].product_id] if placed else None
        others = (i for i, candidate in enumerate(waiting[:WINDOW]) if groups[candidate.product_id] != last)
        placed.append(waiting.pop(next(others, 0)))
    return [*placed, *candidates[HEAD:]]


def one_of_each(candidates: Sequence[Candidate], products: Mapping[str, Product]) -> list[Candidate]:
    """The first of every item group, in its place: what is in stock before what is not; products of no group all stay."""
    kept: dict[str, Candidate] = {}
    for one in candidates:
        key = products[one.product_id].item_group_id or one.product_id
        if key not in kept or (_gone(kept[key], products) and not _gone(one, products)):
            kept[key] = one
    return list(kept.values())


def _gone(candidate: Candidate, products: Mapping[str, Product]) -> bool:
    return products[candidate.product_id].availability is Availability.OUT_OF_STOCK


def group_of(product: Product) -> tuple[str, ...]:
    """What variants of one thing share: the group id, else the title without colours and amounts."""
    if product.item_group_id:
        return ("group", product.item_group_id)
    words = (word.casefold().strip(".:-\"'") for word in _WORDS.findall(product.title))
    return ("title", product.brand.casefold(), *(word for word in words if word and not _varies(word)))


def _varies(word: str) -> bool:
    """Whether variants differ in such a word: a colour, an amount, a size."""
    if word in _variants():
        return True
    amount = _AMOUNT.fullmatch(word)
    return amount is not None and (not amount["unit"] or amount["unit"].strip("().") in _units())


@functools.cache
def _variants() -> frozenset[str]:
    colours = [
        phrase
        for (attribute, _), concept in thesaurus().values.items()
        if attribute == "colour"
        for phrases in concept.phrases.values()
        for phrase in phrases
    ]
    sizes = ["xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl", "small", "medium", "large"]
    return frozenset([*(colour.casefold() for colour in colours), *sizes, *_units()])


@functools.cache
def _units() -> frozenset[str]:
    return frozenset(name.casefold() for unit in UNITS for name in unit.names)
