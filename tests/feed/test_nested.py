"""Answers of headless shops' interfaces, as they are documented: one card a product, what everybody is asked, facts by name."""

import json
from pathlib import Path
from typing import Any

import pytest

from daogou.catalog.products.product import Availability, Product
from tests.feed_files import products, write

IN, OUT = Availability.IN_STOCK, Availability.OUT_OF_STOCK


def read(tmp_path: Path, document: Any) -> dict[str, Product]:
    return {product.id: product for product in products(write(tmp_path, json.dumps(document), "f.json"))}


def told(product: Product) -> tuple[str, str, str, Availability | None]:
    """Title, the sale or regular price with its currency, the regular price, whether it can be had."""
    offer = product.offers[0]
    now = offer.sale_price or offer.price
    return product.title, f"{now.amount} {now.currency}", str(offer.price.amount), product.availability


def facts(product: Product) -> dict[str, Any]:
    return {fact.name: fact.value for fact in product.attributes}


def cents(amount: int, currency: str = "EUR") -> dict[str, Any]:
    return {"type": "centPrecision", "currencyCode": currency, "centAmount": amount, "fractionDigits": 2}


def variant(number: int, sku: str, *prices: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": number, "sku": sku, "prices": list(prices), "attributes": [], **more}


def projection(name: str, first: dict[str, Any], *variants: dict[str, Any], **more: Any) -> dict[str, Any]:
    said = {"id": f"id-{name}", "version": 1, "name": {"de-DE": f"{name} de", "en-US": name}, "hasStagedChanges": False}
    return {**said, "published": True, "masterVariant": first, "variants": list(variants), **more}


def test_the_master_variant_and_the_others_are_one_group(tmp_path: Path) -> None:
    small = variant(1, "S", {"value": cents(2450)}, availability={"isOnStock": True, "availableQuantity": 5})
    large = variant(2, "L", {"value": cents(2650)}, availability={"isOnStock": False, "availableQuantity": 0})
    found = read(tmp_path, {"results": [projection("Tee", small, large), projection("Mug", variant(1, "M"))]})
    assert told(found["S"]) == ("Tee", "24.50 EUR", "24.50", IN)
    assert told(found["L"]) == ("Tee", "26.50 EUR", "26.50", OUT)
    assert {key: product.item_group_id for key, product in found.items()} == {
        "S": "id-Tee",
        "L": "id-Tee",
        "M": "id-Mug",
    }
    assert found["M"].offers == ()


def test_only_what_everybody_is_asked_is_the_price(tmp_path: Path) -> None:
    staff = {"value": cents(100), "customerGroup": {"typeId": "customer-group", "id": "staff"}}
    soon = {"value": cents(200), "validFrom": "2030-01-01T00:00:00Z"}
    less = {"value": cents(9900), "discounted": {"value": cents(7920), "discount": {"typeId": "d", "id": "1"}}}
    first = variant(1, "A", staff, soon, less)
    found = read(tmp_path, {"results": [projection("Rug", first), projection("Mat", variant(1, "B", staff))]})
    assert told(found["A"])[1:3] == ("79.20 EUR", "99.00")
    assert found["B"].offers == ()


def test_labels_and_languages_are_read_and_references_are_no_facts(tmp_path: Path) -> None:
    white = {"key": "w", "label": {"de-DE": "weiß", "en-US": "white"}}
    named = [{"name": "color", "value": white}, {"name": "finish", "value": {"de-DE": "matt", "en-US": "matte"}}]
    first = variant(1, "V", {"value": cents(500)}) | {"attributes": named}
    deco = {"typeId": "category", "id": "c", "obj": {"name": {"en-US": "Decor"}}}
    whole = projection("Vase", first, categories=[deco], productType={"typeId": "product-type", "id": "t"})
    vase = read(tmp_path, {"results": [whole]})["V"]
    assert (vase.title, vase.category, facts(vase)) == ("Vase", ("Decor",), {"color": "white", "finish": "matte"})


def test_what_is_not_published_is_hidden_within_master_data_too(tmp_path: Path) -> None:
    shown, hidden = (
        {"id": name, "masterData": {"current": projection(name, variant(1, name)), "published": name == "A"}}
        for name in ("A", "B")
    )
    for each in (shown, hidden):
        del each["masterData"]["current"]["published"]
    assert list(read(tmp_path, {"results": [shown, hidden]})) == ["A"]


def test_saleor_lists_edges_and_asks_the_gross_price(tmp_path: Path) -> None:
    def money(amount: float) -> dict[str, Any]:
        return {"gross": {"amount": amount, "currency": "USD"}, "net": {"amount": amount - 2, "currency": "USD"}}

    def fact(name: str, value: str) -> dict[str, Any]:
        return {"attribute": {"name": name}, "values": [{"name": value}]}

    one = {"id": "V1", "name": "S", "sku": "BS", "quantityAvailable": 3, "attributes": [fact("Size", "S")]}
    one["pricing"] = {"price": money(20), "priceUndiscounted": money(25)}
    text = json.dumps({"blocks": [{"type": "paragraph", "data": {"text": "Light."}}]})
    node = {
        "id": "P",
        "name": "Shirt",
        "description": text,
        "attributes": [fact("Material", "Cotton")],
        "variants": [one],
    }
    shirt = read(tmp_path, {"data": {"products": {"edges": [{"node": node}]}}})["V1"]
    assert told(shirt) == ("Shirt", "20.00 USD", "25.00", IN)
    assert (shirt.description, facts(shirt)) == ("Light.", {"material": "Cotton", "size": "S"})


def test_vendure_counts_cents_with_tax(tmp_path: Path) -> None:
    one = {"id": "1", "sku": "L", "name": "Laptop 13", "price": 129900, "priceWithTax": 155880, "currencyCode": "USD"}
    one |= {"stockLevel": "OUT_OF_STOCK", "options": [{"name": "8 GB", "group": {"name": "memory"}}]}
    items = [{"id": key, "name": "Laptop", "enabled": key == "1", "variants": [one]} for key in ("1", "2")]
    found = read(tmp_path, {"data": {"products": {"items": items}}})
    assert [told(product) for product in found.values()] == [("Laptop 13", "1558.80 USD", "1558.80", OUT)]
    assert facts(found["1"])["memory"] == 8


def test_medusa_counts_cents_before_2_and_whole_units_since(tmp_path: Path) -> None:
    option = {"id": "o", "title": "Size"}
    one = {"id": "v", "title": "S", "sku": "S", "inventory_quantity": 0, "manage_inventory": False}
    old = one | {
        "prices": [{"id": "ma_1", "currency_code": "eur", "amount": 1950}],
        "options": [{"option_id": "o", "value": "S"}],
    }
    price = {"calculated_amount": 15.5, "original_amount": 20, "currency_code": "eur"}
    new = one | {"calculated_price": price, "options": [{"value": "S", "option_id": "o", "option": option}]}
    for variant_, asked in ((old, "19.50 EUR"), (new, "15.50 EUR")):
        shirt = {"id": "p", "title": "Shirt", "status": "published", "options": [option], "variants": [variant_]}
        found = read(tmp_path, {"products": [shirt, {**shirt, "status": "draft"}]})
        assert [(told(each)[1], each.availability, facts(each)) for each in found.values()] == [
            (asked, IN, {"size": "S"})
        ]


def usd(amount: float) -> dict[str, Any]:
    return {"value": amount, "currencyCode": "USD", "currency": "USD"}


WOO = {"price": "1105", "regular_price": "1205", "sale_price": "1105", "currency_code": "GBP", "currency_minor_unit": 2}
ANSWERS = {
    "woocommerce": ({"prices": WOO, "is_in_stock": True}, "11.05 GBP", "12.05"),
    "bigcommerce": ({"prices": {"price": usd(9.5), "basePrice": usd(12)}}, "9.50 USD", "12.00"),
    "magento": (
        {"price_range": {"minimum_price": {"regular_price": usd(34), "final_price": usd(29)}}},
        "29.00 USD",
        "34.00",
    ),
    "shopware": (
        {"calculatedPrice": {"unitPrice": 120.0, "totalPrice": 120.0, "listPrice": {"price": 150.0}}},
        "120.00 ",
        "150.00",
    ),
    "vendure": ({"priceWithTax": {"min": 1299, "max": 1999}, "currencyCode": "JPY"}, "1299 JPY", "1299"),
}


@pytest.mark.parametrize("system", ANSWERS)
def test_each_way_to_say_what_is_asked_and_what_was(system: str, tmp_path: Path) -> None:
    said, asked, before = ANSWERS[system]
    lamp = {"__typename": "Simple", "sku": "A", "name": "Lamp"} | said
    found = read(tmp_path, [lamp, lamp | {"sku": "B", "name": "Rug"}])
    assert [told(product)[1:3] for product in found.values()] == [(asked, before)] * 2
    assert all(product.attributes == () for product in found.values())


@pytest.mark.parametrize(
    "wrap",
    [
        lambda item: {"data": {"site": {"products": {"edges": [{"node": item, "cursor": "x"}]}}}},
        lambda item: {
            "took": 3,
            "hits": {"total": {"value": 1}, "hits": [{"_index": "p", "_id": "7", "_source": item}]},
        },
        lambda item: {"total": 1, "elements": [item]},
    ],
)
def test_the_products_are_found_in_what_wraps_them(wrap: Any, tmp_path: Path) -> None:
    found = read(tmp_path, wrap({"sku": "A", "name": "Lamp", "price": "5.00", "brand": {"name": "Zed"}}))
    assert {key: (told(lamp)[2], lamp.brand) for key, lamp in found.items()} == {"A": ("5.00", "Zed")}


def test_an_amount_is_divided_by_what_stands_beside_it(tmp_path: Path) -> None:
    price = {"amount": 4250, "divisor": 100, "currency_code": "USD"}
    found = read(tmp_path, {"results": [{"listing_id": 16, "title": "Spoon", "quantity": 3, "price": price}]})
    assert [told(each)[:2] for each in found.values()] == [("Spoon", "42.50 USD")]
