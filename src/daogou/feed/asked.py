"""What nested documents ask: where everybody's price stands (nested.toml), what amounts are whole units, and the offers of schema.org."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from importlib.resources import files
from typing import Any

from daogou.feed.values import minor_units, parse_number

Object = Mapping[str, Any]
_TABLE = tomllib.loads(files(__package__).joinpath("nested.toml").read_text(encoding="utf-8"))
NAMES = {name: tuple(text.split()) for name, text in _TABLE["names"].items()}
_WAYS: Sequence[Mapping[str, str]] = tuple(_TABLE["ways"].values())


def with_money(product: Object) -> tuple[Object, Object]:
    """What is left of a product without what says its price in a known way; and price, list price and currency that everybody is asked."""
    for way in _WAYS:
        asked = _amount(product, way, "price")
        if asked[0] is not None:
            roots = [path.partition(".")[0] for path in way.values()]
            return _without(product, *roots), _said(asked, _amount(product, way, "before"))
    listed = [product["price"]] if isinstance(product.get("price"), dict) else product.get("prices")
    if not isinstance(listed, list) or not listed or not all(map(_is_one_of_several, listed)):
        return product, {}
    return _without(product, "price", "prices"), _of_several(listed)


def _amount(product: Object, way: Mapping[str, str], name: str) -> tuple[Decimal | None, str]:
    """The amount in whole units and its currency, by the way's path."""
    money = _at(product, way.get(name, ""))
    if isinstance(money, dict):
        return of_object(money)
    number = None if money is None or isinstance(money, (bool, list)) else parse_number(str(money))
    currency = str(_at(product, way.get("currency", "")) or "").upper()
    if number is not None and "divisor" in way:
        divisor = parse_number(str(_at(product, way["divisor"]) or ""))
        return (number / divisor if divisor else None), currency
    if number is None or "decimals" not in way:
        return number, currency
    decimals = _at(product, way["decimals"])
    return (number / minor_units(currency) if decimals is None else number.scaleb(-int(decimals))), currency


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value[0] if isinstance(value, list) and value else value
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _said(asked: tuple[Decimal | None, str], before: tuple[Decimal | None, str]) -> dict[str, Any]:
    said = {"price": asked[0], "list_price": before[0], "currency": asked[1]}
    return {name: cell for name, cell in said.items() if cell not in (None, "")}


def _is_one_of_several(price: Any) -> bool:
    """Whether it is a price of commercetools, or one of Medusa's before 2."""
    if not isinstance(price, dict):
        return False
    cents = isinstance(price.get("value"), dict) and "centAmount" in price["value"]
    return cents or (str(price.get("id", "")).startswith("ma_") and "currency_code" in price)


def _of_several(prices: Sequence[Object]) -> dict[str, Any]:
    """What everybody is asked at all times; the price of one country where there is none of all."""
    everybody = [
        each for each in prices if not any(map(each.get, NAMES["not_of_all"])) and (each.get("min_quantity") or 1) == 1
    ]
    always = [each for each in everybody if not each.get("validFrom") and not each.get("validUntil")]
    chosen = next(iter(sorted(always, key=lambda each: bool(each.get("country")))), None)
    if chosen is None:
        return {}
    if "value" not in chosen:
        return _said(of_object({"centAmount": chosen.get("amount"), "currency": chosen["currency_code"]}), (None, ""))
    less = _at(chosen, "discounted.value")
    regular = of_object(chosen["value"])
    return _said(of_object(less), regular) if isinstance(less, dict) else _said(regular, (None, ""))


def of_object(money: Object, *, minor: bool = False) -> tuple[Decimal | None, str]:
    """In whole units, with the currency: millionths, cents and their decimals (`minor`: whatever it is called), or a plain amount."""
    currency = str(next((money[key] for key in NAMES["currencies"] if money.get(key)), "")).upper()
    decimals = money.get("fractionDigits")
    if money.get("type") == "highPrecision" and "preciseAmount" in money:
        return Decimal(str(money["preciseAmount"])).scaleb(-int(decimals or 0)), currency
    said = {
        key: parse_number(str(money[key]))
        for key in (*NAMES["millionths"], *NAMES["cents"], *NAMES["amounts"])
        if money.get(key) is not None
    }
    key, amount = next(((key, number) for key, number in said.items() if number is not None), ("", None))
    if amount is None:
        return None, currency
    if key in NAMES["cents"] or minor:
        return amount / (minor_units(currency) if decimals is None else Decimal(10) ** int(decimals)), currency
    return (amount / 10**6 if key in NAMES["millionths"] else amount), currency


def _without(found: Object, *keys: str) -> dict[str, Any]:
    return {key: inner for key, inner in found.items() if key not in keys}


_SALE = {"price": "salePrice", "validFrom": "saleStartDate", "validThrough": "saleEndDate"}


def plain_offers(product: Object) -> Object:
    """The product with a price and an availability in its offer, wherever they are said; "listPrice" is the one before.

    Source: schema.org/UnitPriceSpecification, schema.org/PriceTypeEnumeration, schema.org/AggregateOffer.
    """
    offers, brand = product.get("offers"), product.get("brand")
    if isinstance(brand, dict) and brand.get("name"):  # {"@type": "Brand", "name": ...}, as often a plain text
        product = {**product, "brand": brand["name"]}
    if isinstance(offers, dict):
        return {**product, "offers": _plain_offer(offers)}
    if isinstance(offers, list) and offers and all(isinstance(offer, dict) for offer in offers):
        return {**product, "offers": [_plain_offer(offer) for offer in offers]}
    return product


def _plain_offer(offer: Object) -> Object:
    found = dict(offer)
    specified = list(_objects(found.pop("priceSpecification", None)))
    asked = [
        each
        for each in specified
        if _type(each) not in (*NAMES["before"], *NAMES["not_asked"]) and not _is_of_a_measure(each)
    ]
    asked = [each for each in asked if not each.get("validForMemberTier")]
    sales = [each for each in asked if _type(each) == "saleprice"]
    asked = [each for each in asked if each not in sales] or sales
    if "price" not in found and "lowPrice" not in found and asked:
        found["price"] = asked[0].get("price", asked[0].get("minPrice"))
        found.setdefault("priceCurrency", asked[0].get("priceCurrency"))
        found |= {name: sales[0][said] for said, name in _SALE.items() if sales and said in sales[0]}
    before = [each.get("price") for each in specified if _type(each) in NAMES["before"] and not _is_of_a_measure(each)]
    if before:
        found["listPrice"] = before[0]
    if inner := list(_objects(found.get("offers"))):
        del found["offers"]
        found |= {name: cell for name, cell in _of_many(inner).items() if name == "lowPrice" or name not in found}
    return found


def _of_many(offers: Sequence[Object]) -> dict[str, Any]:
    """What an aggregate says by its offers: it can be had where one of them can, from the lowest price of those."""
    had = [offer for offer in offers if "InStock" in str(offer.get("availability", ""))] or list(offers)
    prices = [number for offer in had if (number := parse_number(str(offer.get("price", "")))) is not None]
    lowest = {"lowPrice": min(prices)} if len(prices) == len(had) else {}
    return lowest | {
        name: had[0][name] for name in ("availability", "itemCondition", "priceCurrency") if name in had[0]
    }


def _is_of_a_measure(specification: Object) -> bool:
    """Whether it is a price per litre, which shops show beside the price."""
    return any(specification.get(name) for name in ("referenceQuantity", "unitCode", "unitText"))


def _type(specification: Object) -> str:
    return str(specification.get("priceType", "")).rpartition("/")[2].casefold()


def _objects(value: Any) -> Iterator[Object]:
    yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict))
