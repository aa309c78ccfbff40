"""What a headless shop asks for a product, wherever its answer says it (prices.toml), as price, list_price and currency."""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from importlib.resources import files
from typing import Any

from daogou.feed.values.currencies import minor_units
from daogou.feed.values.numbers import parse_number

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
