"""How a shelf can be narrowed: the values of what was found, counted."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, Field

from daogou.api.schemas.labels import field_label, type_label
from daogou.catalog.products.product import Product
from daogou.text.thesaurus import thesaurus

VALUES = 12  # of one facet
_MOST = 8  # facets


class FacetValue(BaseModel):
    """One value, and how many of the found products have it."""

    value: str = Field(examples=["black"])
    label: str
    count: int


class Facet(BaseModel):
    """One way to narrow the shelf: text values, or the range of the price."""

    attribute: str = Field(examples=["colour"])
    label: str
    values: list[FacetValue] = Field(default_factory=list)
    minimum: float | None = None
    maximum: float | None = None


def facets(products: Iterable[Product], *, language: str, at: datetime) -> list[Facet]:
    """Price, kind and brand, then the text attributes that tell the found products apart best."""
    found = list(products)
    if not found:
        return []
    counts = {"category": Counter(product.product_type for product in found if product.product_type)}
    counts["brand"] = Counter(product.brand for product in found if product.brand)
    counts |= _attributes(found)
    price = _price(found, language, at)
    dividing = [(name, values) for name, values in counts.items() if len(values) > 1]
    return [*price, *(_facet(name, values, language) for name, values in dividing[: _MOST - len(price)])]


def _attributes(products: list[Product]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {}
    for product in products:
        texts = {(one.name, one.value) for one in product.attributes if isinstance(one.value, str) and one.value}
        for name, value in sorted(texts):
            counts.setdefault(name, Counter())[value] += 1
    telling = {name: values for name, values in counts.items() if values.total() > len(values)}
    return dict(sorted(telling.items(), key=lambda item: -item[1].total()))


def _facet(name: str, values: Counter[str], language: str) -> Facet:
    label = type_label if name == "category" else None
    return Facet(
        attribute=name,
        label=field_label(name, language),
        values=[
            FacetValue(
                value=value,
                label=label(value, language) if label else thesaurus().value_label(name, value, language),
                count=count,
            )
            for value, count in values.most_common(VALUES)
        ],
    )


def _price(products: list[Product], language: str, at: datetime) -> list[Facet]:
    amounts = [float(money.amount) for product in products if (money := product.price_at(at))]
    label = field_label("price", language)
    return [Facet(attribute="price", label=label, minimum=min(amounts), maximum=max(amounts))] if amounts else []
