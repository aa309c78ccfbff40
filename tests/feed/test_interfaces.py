"""Exports and answers of interfaces in their public layouts, made up: what is asked, what can be had, what is hidden, one card a variant."""

from pathlib import Path

import pytest

from daogou.catalog.products.product import Product
from daogou.feed.log.event_log import read_events
from tests.feed_files import products

EXPORTS = Path(__file__).parent / "exports"
# id | title | what is asked, and what was before | availability | brand | group | facts that it has, among others; what is not here is hidden
RIGHT = {
    "akeneo_api.json": [
        "T1 | Tee | 12.00 EUR | - | - | - | color red",
    ],
    "algolia.json": [
        "1 | Phone | 149.00 was 199.00 | - | Nokia | - | -",
        "2 | Cable | 9.00 | - | Nokia | - | -",
    ],
    "allegro.csv": [
        "1 | Kubek | 49.99 PLN | in_stock | Zed | - | -",
    ],
    "bc_export.csv": [
        "1 | Mug | 9.00 | in_stock | Zed | - | -",
        "2 | Bowl | 9.00 was 12.00 | out_of_stock | Zed | - | -",
    ],
    "bestbuy.json": [
        "6 | TV | 450.00 was 500.00 | in_stock | LG | - | screen_size 50in",
    ],
    "bigcommerce_rest.json": [
        "80 | Pan | 25.00 was 30.00 | in_stock | - | 77 | weight 2, material Iron",
        "81 | Shirt | 32.00 | in_stock | - | 78 | color Red",
        "82 | Shirt | 30.00 | out_of_stock | - | 78 | color Blue",
    ],
    "bol.csv": [
        "A1 | Lamp | 12.50 | in_stock | - | - | -",
    ],
    "ceneo.xml": [
        "101 | Kubek | 49.99 | in_stock | Zed | - | weight 0.5, kolor biały",
        "102 | Miska | 9.99 | - | Zed | - | -",
    ],
    "content_api.json": [
        "online:en:US:A | Lamp | 9.90 USD was 12.50 | in_stock | Zed | - | color white, power 9W",
        "online:en:US:B | Rug | 99.00 USD | out_of_stock | Zed | - | color red",
    ],
    "contentful.json": [
        "BALL | Ball | 12.50 | in_stock | - | - | -",
    ],
    "ebay_inventory.json": [
        "GP-1 | GoPro | - | in_stock | GoPro | - | storage_type Removable",
    ],
    "ecwid_rest.json": [
        "0004-S | Shirt | 21.50 | out_of_stock | Zed | 123 | weight 0.3, material Wool, size S",
        "0004-M | Shirt | 19.99 | in_stock | Zed | 123 | weight 0.3, material Wool, size M",
        "124 | Mug | 5.00 | in_stock | - | - | -",
    ],
    "generic.xml": [
        "1 | Pan | 19.90 EUR | in_stock | Zed | - | material Iron",
        "2 | Pot | 29.90 EUR | out_of_stock | Zed | - | -",
    ],
    "heureka.xml": [
        "AB1 | Nokia 5 | 4490.00 | - | Nokia | - | barva black",
        "AB2 | Nokia 6 | 5490.00 | - | Nokia | - | -",
    ],
    "idealo.csv": [
        "1 | Lampe | 12.99 | - | Zed | - | size M, colour rot, material Holz",
        "2 | Vase | 5.49 | - | Zed | - | size S, colour blau, material Glas",
    ],
    "lazada.json": [
        "11 | Cup | 15.00 was 20.00 | in_stock | Zed | 1 | color_family Red",
        "12 | Cup | 20.00 | out_of_stock | Zed | 1 | color_family Blue",
    ],
    "lightspeed.csv": [
        "S1 | Lamp | 12.10 was 15.00 | in_stock | Zed | - | -",
    ],
    "lightspeed.json": [
        "30 | Bike | 121.00 was 150.00 | in_stock | Zed | 12 | -",
    ],
    "mac.csv": [
        "1 | Küchenmesser | 12.50 EUR | in_stock | - | - | farbe grün",
        "2 | Größe M Handtuch | 8.00 EUR | out_of_stock | - | - | farbe weiß",
        "3 | Crème Schüssel | 9.00 EUR | in_stock | - | - | farbe crème",
    ],
    "magento_rest.json": [
        "1 | Tee S | 15.00 was 20.00 | in_stock | - | 2 | weight 1.5, material Cotton",
        "3 | Mug | 9.00 | out_of_stock | - | - | weight 1.5, material Clay",
    ],
    "mercadolibre.json": [
        "MLA1 | Mate | 1500.00 ARS was 2000.00 | in_stock | Zed | - | color Rojo",
        "MLA2 | Bombilla | 500.00 ARS | out_of_stock | - | - | -",
    ],
    "merchant_api.json": [
        "A | Lamp | 9.90 USD was 12.50 | in_stock | Zed | - | color white",
    ],
    "otto.json": [
        "S1 | Lamp Nord | 99.90 EUR was 199.90 | - | Zed | - | farbe weiß",
    ],
    "presta.csv": [
        "1 | Lamp | 10.00 | in_stock | - | - | -",
        "2 | Rug | - | in_stock | - | - | -",
    ],
    "presta_ws.xml": [
        "1 | Lamp | 19.90 | in_stock | Zed | - | -",
    ],
    "rakuten.json": [
        "shop:1 | マグカップ | 1980.00 | in_stock | - | - | -",
        "shop:2 | 皿 | 980.00 | out_of_stock | - | - | -",
    ],
    "sap_occ.json": [
        "300938 | Camera | 58.88 USD | in_stock | Kodak | - | -",
        "300939 | Film | 5.00 USD | out_of_stock | - | - | -",
    ],
    "sfcc.xml": [
        "P1 | Lamp | - | - | Zed | - | color white",
    ],
    "shopee.csv": [
        "20001 | Cup | 12.50 | in_stock | - | 20001 | variation Red",
        "20001:p1_b | Cup | 13.50 | out_of_stock | - | 20001 | variation Blue",
        "20002 | Bowl | 7.00 | in_stock | - | - | -",
    ],
    "shopee_api.json": [
        "1 | Cup | 15.00 SGD was 20.00 | in_stock | Zed | - | material Clay",
    ],
    "shopify_bulk.jsonl": [
        "gid://shopify/ProductVariant/11 | Tee | 19.99 was 25.00 | in_stock | Acme | gid://shopify/Product/1 | material Cotton, size S, color Red",
        "gid://shopify/ProductVariant/12 | Tee | 18.99 | out_of_stock | Acme | gid://shopify/Product/1 | material Cotton, size S, color Blue",
        "gid://shopify/ProductVariant/31 | Mug | 7.00 | in_stock | Zed | gid://shopify/Product/3 | -",
    ],
    "shopify_gql.json": [
        "gid://shopify/ProductVariant/1 | Tee | 19.99 EUR was 25.00 | in_stock | Acme | gid://shopify/Product/1 | material Cotton, size S",
    ],
    "shopify_rest.json": [
        "101 | Tee | 19.99 was 25.00 | out_of_stock | Acme | 1 | color Red, size S",
        "102 | Tee | 18.99 | in_stock | Acme | 1 | color Blue, size S",
    ],
    "shopware_jsonapi.json": [
        "a1 | Lamp | 19.99 was 25.00 | in_stock | - | - | weight 1.2",
    ],
    "spree.json": [
        "1 | Denim | 43.99 USD | in_stock | - | - | -",
    ],
    "square.json": [
        "V1 | Coffee | 8.50 USD | - | - | IT1 | variant 250g",
        "V2 | Coffee | 28.00 USD | - | - | IT1 | variant 1kg",
    ],
    "squarespace_api.json": [
        "v1 | Ring | 99.00 USD was 120.00 | in_stock | - | p1 | size 5",
        "v2 | Ring | 120.00 USD | in_stock | - | p1 | size 6",
    ],
    "strapi.json": [
        "1 | Ball | 12.50 | out_of_stock | - | - | -",
        "2 | Bat | 20.00 | in_stock | - | - | -",
    ],
    "stripe.json": [
        "prod_1 | Cap | 15.00 USD | - | - | - | color red",
    ],
    "swell.json": [
        "v1 | Shirt | 26.00 USD | in_stock | - | 5c | variant S",
    ],
    "sylius.json": [
        "/api/v2/shop/products/mug | Mug | 12.50 was 15.00 | - | - | - | -",
    ],
    "taobao_api.json": [
        "A1 | 陶瓷杯 | 12.90 CNY | in_stock | - | - | -",
    ],
    "trendyol.json": [
        "a | Kupa | 40.00 was 50.00 | in_stock | Zed | - | renk Mavi",
    ],
    "unknown_list.json": [
        "A | Lamp | 12.50 EUR | in_stock | Zed | - | -",
        "B | Rug | 99.00 EUR | out_of_stock | Zed | - | -",
    ],
    "walmart.json": [
        "1 | TV | 250.50 was 300.00 | in_stock | LG | - | color black",
    ],
    "wix.json": [
        "w1 | Bag | 40.00 EUR was 50.00 | in_stock | Zed | - | color Red",
    ],
    "woo_rest.json": [
        "10 | Mug | 9.50 was 12.00 | in_stock | Zed | - | weight 0.3, length 10, width 8, height 9, color Blue",
    ],
    "yml.xml": [
        "A1 | Lamp Nord | 1990.00 RUB was 2500.00 | in_stock | Zed | - | power 9W, colour white",
        "A2 | Rug | 990.00 RUB | out_of_stock | Zed | - | colour red",
    ],
}


def told(product: Product) -> str:
    offer = product.offers[0] if product.offers else None
    now = (offer.sale_price or offer.price) if offer else None
    asked = f"{now.amount} {now.currency}".strip() if now else "-"
    before = f" was {offer.price.amount}" if offer and offer.sale_price else ""
    said = (product.availability.value if product.availability else "", product.brand, product.item_group_id)
    return " | ".join((product.id, product.title, asked + before, *(text or "-" for text in said)))


@pytest.mark.parametrize("name", RIGHT)
def test_an_export_loads_unaided(name: str) -> None:
    found = products(EXPORTS / name)
    lines = [line.rpartition(" | ") for line in RIGHT[name]]
    assert [told(product) for product in found] == [before for before, _, _ in lines]
    for product, (_, _, facts) in zip(found, lines, strict=True):
        have = {f"{fact.name} {fact.value}{fact.unit or ''}" for fact in product.attributes}
        assert have >= {fact for fact in facts.split(", ") if fact != "-"}


def test_an_order_that_only_tries_the_shop_counts_for_nothing() -> None:
    found = list(read_events(EXPORTS / "shopify_orders.json"))
    assert [row.event.event_id if row.event else row.aside for row in found] == [
        "excluded hits and test orders",
        "#1002",
    ]
