"""The nouns as JSON and back: each value says what it is, so that a noun may grow fields; a product compactly and exactly."""

import dataclasses
import functools
import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from daogou.catalog.products.need import (
    Act,
    Alternative,
    Asks,
    Code,
    Constraint,
    Notice,
    Operator,
    ShopperNeed,
    ShopQuestion,
    Sort,
    Strength,
)
from daogou.catalog.products.product import (
    Attribute,
    Availability,
    Money,
    Offer,
    Product,
    Rating,
    Translation,
)

_NOUNS: Final[dict[str, type[Any]]] = {
    noun.__name__: noun for noun in (ShopperNeed, Constraint, Sort, Notice, Alternative, Code, ShopQuestion)
}
_ENUMS: Final[dict[str, type[StrEnum]]] = {enum.__name__: enum for enum in (Act, Operator, Strength, Asks)}


def need_to_json(need: ShopperNeed) -> str:
    """The need with everything in it."""
    return json.dumps(_to(need), ensure_ascii=False, separators=(",", ":"))


def need_from_json(text: str) -> ShopperNeed:
    """The need that `need_to_json` was given."""
    need = _from(json.loads(text))
    assert isinstance(need, ShopperNeed)
    return need


def _to(value: object) -> object:
    if isinstance(value, StrEnum):
        return {"is": type(value).__name__, "value": value.value}
    if isinstance(value, Decimal):
        return {"is": "Decimal", "value": str(value)}
    if isinstance(value, tuple):
        return [_to(item) for item in value]
    if isinstance(value, dict):
        return {"is": "dict", "value": {key: _to(item) for key, item in value.items()}}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return {"is": type(value).__name__, "value": {name: _to(item) for name, item in fields.items()}}
    return value


def _from(written: Any) -> Any:
    if isinstance(written, list):
        return tuple(_from(item) for item in written)
    if not isinstance(written, dict):
        return written
    kind, value = written["is"], written["value"]
    if kind == "Decimal":
        return Decimal(value)
    if kind == "dict":
        return {key: _from(item) for key, item in value.items()}
    if kind in _ENUMS:
        return _ENUMS[kind](value)
    noun = _NOUNS[kind]
    known = {field.name for field in dataclasses.fields(noun)}
    return noun(**{name: _from(item) for name, item in value.items() if name in known})


_SEPARATOR: Final = "\x7f"  # JSON writes it as itself, and nobody types it
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CACHED_ATTRIBUTES: Final = 65_536
_TEXTS: Final = (
    "title",
    "product_type",
    "language",
    "item_group_id",
    "description",
    "brand",
    "gtin",
    "mpn",
    "link",
    "image_link",
)
_NO_TRANSLATIONS: Final[Mapping[str, Translation]] = MappingProxyType({})


def product_to_json(product: Product) -> str:
    """All of it but the id; equal products give equal text."""
    body: dict[str, Any] = {name: getattr(product, name) for name in _TEXTS if getattr(product, name)}
    body["offers"] = [_offer_to(offer) for offer in product.offers]
    body["category"] = product.category
    body["attributes"] = [_attribute_to(attribute) for attribute in product.attributes]
    body["highlights"] = product.highlights
    if product.rating:
        body["rating"] = [str(product.rating.value), product.rating.count]
    if product.unpriced:
        body["unpriced"] = product.unpriced.value
    if product.translations:
        translations = sorted(product.translations.items())
        body["translations"] = {language: [text.title, text.description] for language, text in translations}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    # Half a surrogate pair, which a JSON feed can hold, fits in no database but as an escape.
    return json.dumps(body, separators=(",", ":")) if _SURROGATE.search(text) else text


def product_from_json(product_id: str, set_type: str, text: str) -> Product:
    """The product that `product_to_json` was given; a type that was set covers its own."""
    body = json.loads(text)
    texts = {name: body.get(name, "") for name in _TEXTS}
    texts["product_type"] = set_type or texts["product_type"]
    rating, translations = body.get("rating"), body.get("translations", {}).items()
    translated = {language: Translation(title=title, description=told) for language, (title, told) in translations}
    return Product(
        id=product_id,
        offers=tuple(_offer_from(*offer) for offer in body["offers"]),
        category=tuple(body["category"]),
        attributes=tuple(_attribute_from(one) for one in body["attributes"]),
        highlights=tuple(body["highlights"]),
        rating=Rating(value=Decimal(rating[0]), count=rating[1]) if rating else None,
        translations=MappingProxyType(translated) if translated else _NO_TRANSLATIONS,
        unpriced=Availability(body["unpriced"]) if "unpriced" in body else None,
        **texts,
    )


def _offer_to(offer: Offer) -> list[str | int | None]:
    """The beginning of a sale and whether prices are the lowest of several stand last, and only where there are any."""
    price, sale = offer.price, offer.sale_price
    lowest = [int(one is not None and one.lowest) for one in (price, sale)]
    begin = offer.price_valid_from.isoformat() if offer.price_valid_from else None
    return [
        *(str(price.amount), price.currency),
        *((str(sale.amount), sale.currency) if sale else (None, None)),
        offer.price_valid_until.isoformat() if offer.price_valid_until else None,
        offer.availability.value if offer.availability else None,
        offer.condition,
        offer.seller,
        *([begin] if begin or any(lowest) else []),
        *(lowest if any(lowest) else []),
    ]


def _offer_from(
    amount: str,
    currency: str,
    sale_amount: str | None,
    sale_currency: str,
    until: str | None,
    availability: str | None,
    condition: str,
    seller: str,
    begin: str | None = None,
    low: int = 0,
    low_sale: int = 0,
) -> Offer:
    sale = None
    if sale_amount is not None:
        sale = Money(amount=Decimal(sale_amount), currency=sale_currency, lowest=bool(low_sale))
    return Offer(
        price=Money(amount=Decimal(amount), currency=currency, lowest=bool(low)),
        sale_price=sale,
        price_valid_from=datetime.fromisoformat(begin) if begin else None,
        price_valid_until=datetime.fromisoformat(until) if until else None,
        availability=Availability(availability) if availability else None,
        condition=condition,
        seller=seller,
    )


def _attribute_to(attribute: Attribute) -> str | list[str]:
    """Kind, name, unit, source, value in one string; a list where a name holds the separator."""
    value = attribute.value
    kind = "b" if isinstance(value, bool) else "n" if isinstance(value, Decimal) else "t"
    kind = kind if attribute.unit is not None else kind.upper()
    fields = [kind, attribute.name, attribute.unit or "", attribute.source, str(value)]
    return fields if any(_SEPARATOR in field for field in fields[:-1]) else _SEPARATOR.join(fields)


def _attribute_from(written: str | list[str]) -> Attribute:
    return _shared_attribute(written) if isinstance(written, str) else _attribute_of(*written)


@functools.lru_cache(maxsize=_CACHED_ATTRIBUTES)
def _shared_attribute(written: str) -> Attribute:
    return _attribute_of(*written.split(_SEPARATOR, 4))


def _attribute_of(kind: str, name: str, unit: str, source: str, written: str) -> Attribute:
    value = written == "True" if kind in "bB" else Decimal(written) if kind in "nN" else written
    return Attribute(name=name, value=value, unit=None if kind.isupper() else unit, source=source)
