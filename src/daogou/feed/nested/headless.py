"""Headless shops (commercetools, Saleor, Vendure, Medusa, Shopify's GraphQL): their lists, variants, money and options in plain words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from daogou.feed.values.currencies import minor_units

_LOCALE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_OPTION = ("attribute", "group", "facet", "option", "property")  # where the name of a value stands
_NAMES = ("name", "title", "label", "code")
_SHOWN = ("label", "name", "title", "value", "key")  # of a value, the likeliest to be for people
_OF_SOME = ("customerGroup", "channel", "price_list_id", "customer_group_id")  # prices that not everybody is asked
_TEXTS = ("name", "title", "description", "slug", "metaTitle", "metaDescription")  # whose languages are columns


def unwrapped(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object of an API's answer as a product: GraphQL's edges are lists, the master variant is the first of them."""
    node = value.get("node")
    if isinstance(node, dict) and value.keys() <= {"node", "cursor", "__typename"}:
        return unwrapped(node)
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
    """A product, or one variant with all it shares, with its price, options and texts as plain values."""
    found: dict[str, Any] = {}
    for key, inner in product.items():
        if key in _TEXTS or not isinstance(inner, (dict, list)):
            found[key] = inner
        elif isinstance(inner, list) and (pairs := list(_pairs(inner))):
            found |= {f"option.{name}": value for name, value in pairs if value not in (None, "", [])}
        elif (kept := _without_references(inner)) not in (None, {}, []):
            found[key] = kept
    return found | _money(product, found)


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
        said = [item[key] for key in ("value", "values", *(("name", "title", "code") if of else ())) if item.get(key)]
        if not isinstance(name, str) or not name or not (said or "value" in item or "values" in item) or "options" in item:
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
        return next((text for language, text in value.items() if language.startswith("en")), next(iter(value.values())))
    return next((_shown(value[key]) for key in _SHOWN if value.get(key) not in (None, "")), None)


def _is_by_language(value: Mapping[str, Any]) -> bool:
    return bool(value) and all(
        _LOCALE.fullmatch(str(key)) and isinstance(inner, str) for key, inner in value.items() if inner is not None
    )


def _without_references(value: Any) -> Any:
    """Without what only points elsewhere, {"typeId": "category", "id": "c-1"}; what it points at, where that is there."""
    if isinstance(value, list):
        return [kept for each in value if (kept := _without_references(each)) not in (None, {})]
    if not isinstance(value, dict):
        return value
    if "typeId" in value:
        inner = value.get("obj")
        return {key: _shown(inner[key]) for key in ("name", "key") if inner.get(key)} if isinstance(inner, dict) else None
    return value


def _money(product: Mapping[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Price, list price and currency of what everybody is asked; empty where they stand in none of these ways."""
    pricing = product.get("pricing")  # Saleor
    if isinstance(pricing, dict) and isinstance(pricing.get("price"), dict):
        return _asked(pricing["price"], pricing.get("priceUndiscounted"))
    calculated = product.get("calculated_price")  # Medusa, in whole units since 2
    if isinstance(calculated, dict) and "calculated_amount" in calculated:
        currency = calculated.get("currency_code")
        asked, before = ({"amount": calculated.get(f"{name}_amount")} for name in ("calculated", "original"))
        found.pop("calculated_price", None)
        found.pop("prices", None)
        return _asked(asked | {"currency": currency}, before | {"currency": currency})
    if isinstance(product.get("priceWithTax"), (int, Decimal)) and "currencyCode" in product:  # Vendure
        return _asked({"centAmount": product["priceWithTax"], "currencyCode": product["currencyCode"]}, None)
    prices = [product["price"]] if isinstance(product.get("price"), dict) else product.get("prices")  # commercetools
    if not isinstance(prices, list) or not prices or not all(isinstance(each, dict) for each in prices):
        return {}
    everybody = [each for each in prices if not any(each.get(key) for key in _OF_SOME)]
    always = [each for each in everybody if not each.get("validFrom") and not each.get("validUntil")]
    chosen = next(iter(sorted(always or everybody, key=lambda each: bool(each.get("country")))), None)
    if chosen is None or not isinstance(chosen.get("value"), dict) or "centAmount" not in chosen["value"]:
        return {}
    found.pop("prices", None)
    discounted = chosen.get("discounted")
    if isinstance(discounted, dict) and isinstance(discounted.get("value"), dict):
        return _asked(discounted["value"], chosen["value"])
    return _asked(chosen["value"], None)


def _asked(price: Mapping[str, Any], before: Any) -> dict[str, Any]:
    amount, currency = _amount(price)
    listed = _amount(before)[0] if isinstance(before, dict) else None
    return {"price": amount, "list_price": listed, "currency": currency}


def _amount(money: Mapping[str, Any]) -> tuple[Decimal | None, str]:
    """In whole units, with the currency: of commercetools' cents, of Saleor's gross amounts, of a plain amount."""
    money = money["gross"] if isinstance(money.get("gross"), dict) else money
    currency = str(money.get("currencyCode") or money.get("currency") or money.get("currency_code") or "").upper()
    if money.get("type") == "highPrecision" and "preciseAmount" in money:
        return Decimal(str(money["preciseAmount"])).scaleb(-int(money.get("fractionDigits", 2))), currency
    if "centAmount" in money:
        units = Decimal(10) ** int(money["fractionDigits"]) if "fractionDigits" in money else minor_units(currency)
        return Decimal(str(money["centAmount"])) / units, currency
    return (None if money.get("amount") is None else Decimal(str(money["amount"]))), currency
