"""Facts that a title states: "16 GB DDR4", "13.3英寸", "50ml", a colour, a connection. Precision goes first."""

import functools
from collections.abc import Iterator

from daogou.catalog.facts.title_quantities import quantities
from daogou.catalog.facts.title_values import values_in, values_of_label
from daogou.catalog.kinds.reader import TypeReader
from daogou.catalog.products.product import Attribute, Product
from daogou.text.normalize import normalize
from daogou.text.thesaurus import thesaurus

_READER = TypeReader()
_SETS = frozenset({"skin care set", "makeup set", "hair care set", "gift set", "makeup"})
_OF_ONE_THING = frozenset({"volume", "weight"})
_NETWORKED = ("phone", "tablet", "laptop", "router", "modem", "smartwatch", "handheld computer", "e-book reader")
_TAGS = frozenset(("tag", "tags", "keyword", "keywords", "标签"))  # attributes whose values are labels, one each


def title_facts(product: Product) -> Iterator[Attribute]:
    """What the title says, with source "title"; then what the highlights and the merchant's tags add, with theirs."""
    product_type = _READER.read(product)
    concept = thesaurus().types.get(product_type)
    department = concept.department if concept else ""
    said: set[str] = set()
    for text, source in ((product.title, "title"), ("; ".join(product.highlights), "highlights")):
        facts = list(_facts(text, product, product_type, department)) if text else []
        yield from (
            Attribute(name=fact.name, value=fact.value, unit=fact.unit, source=source)
            for fact in facts
            if fact.name not in said
        )
        said.update(fact.name for fact in facts)
    yield from (fact for fact in _tagged(product, department) if fact.name not in said)


def _facts(text: str, product: Product, product_type: str, department: str) -> Iterator[Attribute]:
    plain = normalize(text)
    facts = (
        *quantities(plain, product_type=product_type, department=department),
        *values_in(plain, brand=product.brand, department=department),
    )
    yield from (fact for fact in facts if _means_it(fact.name, product_type))


def _means_it(attribute: str, product_type: str) -> bool:
    """Whether the whole thing has it: 50 ml is one bottle of a set, 4G the memory of a graphics card."""
    if attribute in _OF_ONE_THING:
        return product_type not in _SETS
    return attribute != "mobile_network" or not product_type or product_type in _networked()


@functools.cache
def _networked() -> frozenset[str]:
    return frozenset(kind for key in _NETWORKED for kind in thesaurus().narrower(key))


def _tagged(product: Product, department: str) -> Iterator[Attribute]:
    for tag in product.attributes:
        if tag.name in _TAGS and isinstance(tag.value, str):
            for fact in values_of_label(normalize(tag.value), brand=product.brand, department=department):
                yield Attribute(name=fact.name, value=fact.value, unit=fact.unit, source=tag.source)
