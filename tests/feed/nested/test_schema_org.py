"""Offers of schema.org: what is asked, what it was before, and whether any of many can be had."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from daogou.catalog.products.product import Availability, Product
from tests.feed_files import products, write


def read(tmp_path: Path, offers: Any) -> Product:
    document = {"@graph": [{"@type": "Product", "sku": "A", "name": "Lamp", "offers": offers}]}
    [product] = products(write(tmp_path, json.dumps(document), "f.json"))
    return product


def asked(product: Product, day: str = "2026-11-25") -> tuple[str, str]:
    """What is asked on that day, and the regular price."""
    now = product.price_at(datetime.fromisoformat(day).replace(tzinfo=UTC))
    return (str(now.amount) if now else "", str(product.offers[0].price.amount))


def specified(price: str, kind: str = "", **more: Any) -> dict[str, Any]:
    return {"price": price, "priceCurrency": "EUR", "priceType": kind and f"https://schema.org/{kind}", **more}


def test_a_price_may_stand_only_in_its_specification(tmp_path: Path) -> None:
    prices = [specified("12.00", "ListPrice"), specified("9.00"), specified("90.00", referenceQuantity={"value": 1})]
    lamp = read(tmp_path, {"@type": "Offer", "priceSpecification": prices})
    assert (asked(lamp), lamp.offers[0].price.currency) == (("9.00", "12.00"), "EUR")


def test_neither_a_price_per_litre_nor_a_members_price_is_the_price(tmp_path: Path) -> None:
    prices = [
        specified("70.00", referenceQuantity={"value": 1}),
        specified("8.00", validForMemberTier={"name": "Gold"}),
    ]
    lamp = read(tmp_path, {"@type": "Offer", "price": "14.00", "priceCurrency": "EUR", "priceSpecification": prices})
    assert asked(lamp) == ("14.00", "14.00")
    assert read(tmp_path, {"@type": "Offer", "priceSpecification": prices}).offers == ()


def test_a_sale_price_counts_until_its_day(tmp_path: Path) -> None:
    prices = [specified("20.00"), specified("15.00", "SalePrice", validThrough="2026-11-30")]
    lamp = read(tmp_path, [{"@type": "Offer", "priceSpecification": prices}])
    assert (asked(lamp), asked(lamp, "2026-12-02")) == (("15.00", "20.00"), ("20.00", "20.00"))


def test_an_aggregate_can_be_had_from_the_lowest_price_of_what_can_be_had(tmp_path: Path) -> None:
    each = [{"@type": "Offer", "price": 5, "availability": "https://schema.org/OutOfStock"}]
    each += [{"@type": "Offer", "price": price, "availability": "https://schema.org/InStock"} for price in (9, 7)]
    lamp = read(tmp_path, {"@type": "AggregateOffer", "lowPrice": 5, "priceCurrency": "EUR", "offers": each})
    assert (asked(lamp)[0], lamp.availability) == ("7.00", Availability.IN_STOCK)
