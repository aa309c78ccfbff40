"""A product on one line, as the language models read it: what it is, its facts, its price."""

from collections.abc import Iterator
from decimal import Decimal

from daogou.catalog.products.product import Attribute, Money, Product
from daogou.text.thesaurus import thesaurus

MOST_FACTS = 4
TITLE = 70  # characters
SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "CNY": "¥"}
_DULL = frozenset({"tag", "popularity", "comments", "variants", "kind", "certification"})


def product_line(product: Product, language: str, *, price: Money | None = None) -> str:
    """Title, kind, brand, a few facts, price: `Mug, Blue, 300 ml (mug): Nornex, blue, €7.95`."""
    kind = thesaurus().type_label(product.product_type, language) if product.product_type else ""
    title = product.title_in(language)[:TITLE].strip()
    asked = price or (product.offers[0].price if product.offers else None)
    facts = [
        *([product.brand] if product.brand else []),
        *_facts(product, language),
        *([printed(asked)] if asked else []),
    ]
    return f"{title}{f' ({kind})' if kind else ''}: {', '.join(facts)}"


def printed(price: Money) -> str:
    """An amount with its currency's sign."""
    whole = price.amount == price.amount.to_integral_value()
    amount = f"{price.amount:,.0f}" if whole else f"{price.amount:,.2f}"
    return f"{SIGNS.get(price.currency, price.currency + ' ')}{amount}"


def fact(attribute: Attribute, language: str) -> str:
    """An attribute's value as it is read: "16 GB", "蓝色"."""
    if isinstance(attribute.value, bool):
        return thesaurus().attribute_label(attribute.name, language)
    if isinstance(attribute.value, Decimal):
        return f"{attribute.value:f} {attribute.unit or ''}".strip()
    return thesaurus().value_label(attribute.name, attribute.value, language)


def _facts(product: Product, language: str) -> Iterator[str]:
    known = thesaurus()
    worth = [it for it in product.attributes if it.name not in _DULL and it.value is not False]
    worth.sort(key=lambda it: it.name not in known.attributes)
    seen = list(dict.fromkeys(fact(it, language) for it in worth))
    yield from (it for it in seen[:MOST_FACTS] if len(it) < 40)
