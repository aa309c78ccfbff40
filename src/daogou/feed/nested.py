"""Nested documents as rows: headless shops (commercetools, Saleor, Vendure, Medusa, Shopify's GraphQL) and schema.org."""

import functools
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from importlib.resources import files
from typing import Any

from daogou.feed.values import minor_units, parse_number

_OF_SOME = ("customerGroup", "channel", "price_list_id", "customer_group_id")  # not asked of everybody


def with_money(product: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """The plain product with price, list price and currency of what everybody is asked, where they stand in a known way."""
    for way in _ways():
        asked = _amount(product, way, "price")
        if asked[0] is not None:
            roots = [path.partition(".")[0] for path in way.values()]
            return _without(found, *roots) | _said(asked, _amount(product, way, "before"))
    listed = [product["price"]] if isinstance(product.get("price"), dict) else product.get("prices")
    if not isinstance(listed, list) or not listed or not all(map(_is_one_of_several, listed)):
        return found
    return _without(found, "price", "prices") | _of_several(listed)


@functools.cache
def _ways() -> Sequence[Mapping[str, str]]:
    read = tomllib.loads(files(__package__).joinpath("prices.toml").read_text(encoding="utf-8"))
    return tuple(read.values())


def _amount(product: Mapping[str, Any], way: Mapping[str, str], name: str) -> tuple[Decimal | None, str]:
    """The amount in whole units and its currency, by the way's path."""
    money = _at(product, way.get(name, ""))
    if isinstance(money, dict):
        return _of_object(money)
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


def _of_several(prices: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What everybody is asked at all times; the price of one country where there is none of all."""
    everybody = [each for each in prices if not any(map(each.get, _OF_SOME)) and (each.get("min_quantity") or 1) == 1]
    always = [each for each in everybody if not each.get("validFrom") and not each.get("validUntil")]
    chosen = next(iter(sorted(always, key=lambda each: bool(each.get("country")))), None)
    if chosen is None:
        return {}
    if "value" not in chosen:
        return _said(_of_object({"centAmount": chosen.get("amount"), "currency": chosen["currency_code"]}), (None, ""))
    less = _at(chosen, "discounted.value")
    regular = _of_object(chosen["value"])
    return _said(_of_object(less), regular) if isinstance(less, dict) else _said(regular, (None, ""))


def _of_object(money: Mapping[str, Any]) -> tuple[Decimal | None, str]:
    """In whole units, with the currency: cents and their decimals, or a plain amount."""
    currency = str(
        next((money[key] for key in ("currencyCode", "currency", "currency_code") if money.get(key)), "")
    ).upper()
    decimals = money.get("fractionDigits")
    if money.get("type") == "highPrecision" and "preciseAmount" in money:
        return Decimal(str(money["preciseAmount"])).scaleb(-int(decimals or 0)), currency
    if (cents := money.get("centAmount")) is not None:
        units = minor_units(currency) if decimals is None else Decimal(10) ** int(decimals)
        return Decimal(str(cents)) / units, currency
    amount = next((money[key] for key in ("amount", "value") if money.get(key) is not None), None)
    return (None if amount is None else parse_number(str(amount))), currency


def _without(found: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: inner for key, inner in found.items() if key not in keys}


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


_LOCALE = re.compile(r"(?!id$)[a-z]{2}(?:[-_][A-Za-z]{2,4})?")
_INNER, _HAS_NAME = ("node", "_source"), {"name", "title"}  # an edge of GraphQL, a hit of a search engine
_OPTION = ("attribute", "group", "facet", "option", "property")  # where the name of a value stands
_NAMES = ("name", "title", "label", "code")
_SHOWN = ("label", "name", "title", "value", "key")  # of a value, the likeliest to be for people
_TRANSLATED = ("en", "zh")  # what a title may be told in beside its own language


def unwrapped(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object of an API's answer as a product: GraphQL's edges are lists, the master variant is the first of them."""
    inner = next((value[key] for key in _INNER if isinstance(value.get(key), dict)), None)
    if inner is not None and not _HAS_NAME & value.keys():
        return unwrapped(inner)
    found = {key: _listed(inner) if isinstance(inner, dict) else inner for key, inner in value.items()}
    data = found.get("masterData")
    if isinstance(data, dict) and isinstance(data.get("current"), dict):
        said = {key: inner for key, inner in data.items() if key not in ("current", "staged")}
        found = {**{key: inner for key, inner in found.items() if key != "masterData"}, **said, **data["current"]}
    if isinstance(found.get("masterVariant"), dict):
        variants = [found.pop("masterVariant"), *(found.get("variants") or ())]
        found["variants"] = [_numbered(variant, found) for variant in variants]
    return found


def plain(product: Mapping[str, Any]) -> Mapping[str, Any]:
    """A product, or what its variants share, or one of them, with its price, options and texts as plain values."""
    found: dict[str, Any] = {}
    for key, inner in product.items():
        if key.startswith("__"):  # GraphQL's own
            continue
        if isinstance(inner, dict) and _is_by_language(inner):
            found |= _in_languages(key, inner)
        elif isinstance(inner, list) and (pairs := list(_pairs(inner))):
            found |= {f"option.{name}": value for name, value in pairs if value not in (None, "", [])}
        elif (kept := _without_references(inner)) not in ({}, []):
            found[key] = kept
    if isinstance(text := found.get("description"), str) and text.startswith("{"):
        found["description"] = _of_blocks(text)
    return with_money(product, found)


def _listed(value: Mapping[str, Any]) -> Any:
    """A connection of GraphQL as the list that it is."""
    if isinstance(value.get("nodes"), list):
        return value["nodes"]
    edges = value.get("edges")
    return [edge.get("node", edge) for edge in edges if isinstance(edge, dict)] if isinstance(edges, list) else value


def _numbered(variant: Mapping[str, Any], product: Mapping[str, Any]) -> dict[str, Any]:
    """A variant's own number counts only within its product."""
    code = variant.get("sku") or variant.get("key") or f"{product.get('id', '')}:{variant.get('id', '')}"
    return {**variant, "id": code, "sku": variant.get("sku")}


def _pairs(items: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Name and value of each, where all are that: {"name": "size", "value": {"label": "S"}}, {"name": "S", "group": {"name": "Size"}}."""
    if not all(isinstance(item, dict) for item in items):
        return
    found = []
    for item in items:
        of = next((item[key] for key in _OPTION if isinstance(item.get(key), dict)), None)
        name = next((of[key] for key in _NAMES if isinstance(of.get(key), str)), "") if of else item.get("name")
        said = [
            item[key]
            for key in ("value", "values", "terms", *(("name", "title", "code") if of else ()))
            if item.get(key)
        ]
        if (
            not isinstance(name, str)
            or not name
            or not (said or {"value", "values"} & item.keys())
            or "options" in item
        ):
            return
        found.append((name, _shown(said[0]) if said else None))
    yield from found


def _shown(value: Any) -> Any:
    """What people read of a value: the label of an enumeration, one language of several, all of a set."""
    if isinstance(value, list):
        texts = [_shown(each) for each in value]
        return texts[0] if len(texts) == 1 else [text for text in texts if not isinstance(text, (dict, list))]
    if not isinstance(value, dict):
        return value
    if _is_by_language(value):
        return _in_languages("", value)[""]
    return next((_shown(value[key]) for key in _SHOWN if value.get(key) not in (None, "")), None)


def _in_languages(key: str, texts: Mapping[str, str]) -> dict[str, str]:
    """One language under the text's own name, English where it is there; the translations that count beside it."""
    said = {language: text for language, text in texts.items() if text}
    first = next((language for language in said if language.startswith("en")), next(iter(said), ""))
    others = {f"{key}.{name[:2]}": text for name, text in said.items() if name[:2] in _TRANSLATED and name != first}
    return {key: said.get(first, ""), **{name: text for name, text in others.items() if first[:2] != name[-2:]}}


def _of_blocks(text: str) -> str:
    """The paragraphs of a text that an editor keeps as blocks (Editor.js, which Saleor uses)."""
    try:
        blocks = json.loads(text).get("blocks")
    except (ValueError, AttributeError):
        return text
    if not isinstance(blocks, list):
        return text
    data = [block.get("data") for block in blocks if isinstance(block, dict)]
    return "\n".join(str(each["text"]) for each in data if isinstance(each, dict) and each.get("text"))


def _is_by_language(value: Mapping[str, Any]) -> bool:
    return bool(value) and all(_LOCALE.fullmatch(str(key)) and isinstance(text, str) for key, text in value.items())


def _without_references(value: Any) -> Any:
    """Without what only points elsewhere, {"typeId": "category", "id": "c-1"}; what it points at, where that is there."""
    if isinstance(value, list):
        return [kept for each in value if (kept := _without_references(each)) not in (None, {})]
    if not isinstance(value, dict):
        return value
    if "typeId" in value:
        inner = value.get("obj")
        return (
            {key: _shown(inner[key]) for key in ("name", "key") if inner.get(key)} if isinstance(inner, dict) else None
        )
    return value
