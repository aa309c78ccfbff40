"""schema.org: what an Offer asks where that stands in its price specifications, and whether any of many can be had."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from daogou.feed.values.numbers import parse_number

_BEFORE = ("strikethroughprice", "listprice", "suggestedretailprice", "srp", "msrp")
_NOT_ASKED = (*_BEFORE, "minimumadvertisedprice", "invoiceprice")
_SALE = {"price": "salePrice", "validFrom": "saleStartDate", "validThrough": "saleEndDate"}


def plain_offers(product: Mapping[str, Any]) -> Mapping[str, Any]:
    """The product with a price and an availability in its offer, wherever they are said; "listPrice" is the one before.

    Source: schema.org/UnitPriceSpecification, schema.org/PriceTypeEnumeration, schema.org/AggregateOffer.
    """
    offers, brand = product.get("offers"), product.get("brand")
    if isinstance(brand, dict) and brand.get("name"):  # {"@type": "Brand", "name": ...}, as often a plain text
        product = {**product, "brand": brand["name"]}
    if isinstance(offers, dict):
        return {**product, "offers": _plain(offers)}
    if isinstance(offers, list) and offers and all(isinstance(offer, dict) for offer in offers):
        return {**product, "offers": [_plain(offer) for offer in offers]}
    return product


def _plain(offer: Mapping[str, Any]) -> Mapping[str, Any]:
    found = dict(offer)
    specified = list(_objects(found.pop("priceSpecification", None)))
    asked = [each for each in specified if _type(each) not in _NOT_ASKED and not _is_of_a_measure(each)]
    asked = [each for each in asked if not each.get("validForMemberTier")]
    sales = [each for each in asked if _type(each) == "saleprice"]
    asked = [each for each in asked if each not in sales] or sales
    if "price" not in found and "lowPrice" not in found and asked:
        found["price"] = asked[0].get("price", asked[0].get("minPrice"))
        found.setdefault("priceCurrency", asked[0].get("priceCurrency"))
        found |= {name: sales[0][said] for said, name in _SALE.items() if sales and said in sales[0]}
    before = [each.get("price") for each in specified if _type(each) in _BEFORE and not _is_of_a_measure(each)]
    if before:
        found["listPrice"] = before[0]
    if inner := list(_objects(found.get("offers"))):
        del found["offers"]
        found |= {name: cell for name, cell in _of_many(inner).items() if name == "lowPrice" or name not in found}
    return found


def _of_many(offers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What an aggregate says by its offers: it can be had where one of them can, from the lowest price of those."""
    had = [offer for offer in offers if "InStock" in str(offer.get("availability", ""))] or list(offers)
    prices = [number for offer in had if (number := parse_number(str(offer.get("price", "")))) is not None]
    lowest = {"lowPrice": min(prices)} if len(prices) == len(had) else {}
    return lowest | {
        name: had[0][name] for name in ("availability", "itemCondition", "priceCurrency") if name in had[0]
    }


def _is_of_a_measure(specification: Mapping[str, Any]) -> bool:
    """Whether it is a price per litre, which shops show beside the price."""
    return any(specification.get(name) for name in ("referenceQuantity", "unitCode", "unitText"))


def _type(specification: Mapping[str, Any]) -> str:
    return str(specification.get("priceType", "")).rpartition("/")[2].casefold()


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict))
