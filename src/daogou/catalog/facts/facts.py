"""Make a row's facts comparable: canonical names, one unit, canonical values, and what the title says on top."""

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from daogou.catalog.facts.fact_values import bare_number, canonical_texts, further_sizes, in_unit
from daogou.catalog.facts.title_values import quantities, values_in, values_of_label
from daogou.catalog.kinds.reader import TypeReader
from daogou.catalog.products.product import Attribute, AttributeValue, Product
from daogou.text.thesaurus import AttributeConcept, thesaurus
from daogou.text.words import normalize

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


_SEVERAL = frozenset(("connection",))  # attributes of which a thing usually has several values


def enrich(product: Product) -> Product:
    """The product with canonical attributes; a fact read out of the title never contradicts a column.

    Where a thing usually has several values the title adds one: a wired keyboard may well be called a USB keyboard.
    """
    named = _canonical(product.attributes)
    stated = {attribute.name for attribute in named} - _SEVERAL
    said = {(attribute.name, attribute.value) for attribute in named}
    further = [fact for fact in title_facts(product) if fact.name not in stated and (fact.name, fact.value) not in said]
    known = [*named, *further]
    return replace(product, attributes=tuple(dict.fromkeys((*known, *further_sizes(product, known)))))


@dataclass(frozen=True, kw_only=True)
class _Column:
    concept: AttributeConcept
    rank: int  # 0 is the column that means it most surely


def _canonical(attributes: Iterable[Attribute]) -> list[Attribute]:
    best: dict[str, int] = {}
    fitting: list[tuple[Attribute, _Column | None, tuple[Attribute, ...]]] = []
    for attribute in attributes:
        column = _columns().get(attribute.name)
        facts = _as(attribute, column.concept) if column else ()
        fitting.append((attribute, column if facts else None, facts))
        if column and facts:
            best[column.concept.key] = min(column.rank, best.get(column.concept.key, column.rank))
    renamed: list[Attribute] = []
    for attribute, column, facts in fitting:
        chosen = column and best[column.concept.key] == column.rank
        renamed += facts if chosen else [_beside(attribute)]
    return renamed


@functools.cache
def _columns() -> Mapping[str, _Column]:
    columns: dict[str, _Column] = {}
    for concept in thesaurus().attributes.values():
        for rank, name in enumerate(dict.fromkeys((*concept.columns, concept.key))):
            known = columns.get(name)
            if known is None or rank < known.rank:
                columns[name] = _Column(concept=concept, rank=rank)
    return columns


def _as(attribute: Attribute, concept: AttributeConcept) -> tuple[Attribute, ...]:
    """The attribute as that concept has it; nothing where its value is of another kind or dimension."""
    value = attribute.value
    if concept.kind == "bool":
        return (_renamed(attribute, concept, value, attribute.unit),) if isinstance(value, bool) else ()
    if isinstance(value, bool):
        return ()
    if concept.kind == "number":
        return _as_number(attribute, concept)
    if isinstance(value, Decimal):
        return (_renamed(attribute, concept, value, attribute.unit),)
    texts = canonical_texts(concept.key, value)
    return tuple(_renamed(attribute, concept, text, None) for text in texts)


def _as_number(attribute: Attribute, concept: AttributeConcept) -> tuple[Attribute, ...]:
    value, unit = attribute.value, attribute.unit
    number = value if isinstance(value, Decimal) else None
    if isinstance(value, str):
        number, unit = bare_number(value)
    if number is None:
        return ()
    if concept.unit is None:
        return (_renamed(attribute, concept, number, unit),)
    converted = in_unit(number, unit, concept.unit)
    return (_renamed(attribute, concept, *converted),) if converted else ()


def _renamed(attribute: Attribute, concept: AttributeConcept, value: AttributeValue, unit: str | None) -> Attribute:
    return Attribute(name=concept.key, value=value, unit=unit, source=attribute.source)


def _beside(attribute: Attribute) -> Attribute:
    """A column that lost its canonical name to a better one, or does not fit it, keeps a name of its own."""
    column = _columns().get(attribute.name)
    if column is None or column.concept.key != attribute.name:
        return attribute
    return replace(attribute, name=("has_" if isinstance(attribute.value, bool) else "other_") + attribute.name)
