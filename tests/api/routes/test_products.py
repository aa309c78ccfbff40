from decimal import Decimal

import pytest

from daogou.api.schemas.wire import facets
from daogou.catalog.products.product import Product
from tests.door import call
from tests.small_shop import NOON, PRODUCTS, SmallShop


def test_a_search_answers_a_page_of_ranked_products_with_their_scores():
    body = call("GET", "/v1/search?q=laptop%20under%20800&limit=2").json()
    assert sorted(body) == ["facets", "results", "took_ms", "total"]
    assert body["total"] == 4
    assert [(one["product_id"], one["position"], one["price"]["amount"]) for one in body["results"]] == [
        ("q11", 1, 299.0),
        ("o14", 2, 449.0),
    ]
    assert body["results"][1]["scores"] == [{"source": "price", "value": 0.5, "rank": 2}]


def test_facets_count_what_was_found():
    body = call("GET", "/v1/search?q=laptop").json()
    assert body["facets"] == [
        {"attribute": "price", "label": "price", "values": [], "minimum": 299.0, "maximum": 1899.0},
        {
            "attribute": "brand",
            "label": "brand",
            "values": [
                {"value": "Quill", "label": "Quill", "count": 2},
                {"value": "Onda", "label": "Onda", "count": 2},
                {"value": "Nimbus", "label": "Nimbus", "count": 2},
            ],
            "minimum": None,
            "maximum": None,
        },
        {
            "attribute": "colour",
            "label": "colour",
            "values": [
                {"value": "silver", "label": "silver", "count": 3},
                {"value": "black", "label": "black", "count": 3},
            ],
            "minimum": None,
            "maximum": None,
        },
    ]


def test_facets_speak_the_shoppers_language():
    body = call("GET", "/v1/search", params={"q": "笔记本"}).json()
    assert [facet["label"] for facet in body["facets"]][:2] == ["价格", "品牌"]
    assert [value["label"] for value in body["facets"][2]["values"]] == ["银色", "黑色"]


def test_what_has_no_price_has_no_price_facet():
    assert facets([], language="en", at=NOON) == []
    assert facets([Product(id="a", title="A", offers=())], language="en", at=NOON) == []


def test_a_long_title_is_not_a_way_to_narrow():
    assert [facet.attribute for facet in facets(PRODUCTS, language="en", at=NOON)] == ["price", "brand", "colour"]


@pytest.mark.parametrize("query", ["q=", "", "q=a&limit=0", "q=a&limit=201", "q=a&limit=many", "q=a&user_id=%20"])
def test_a_search_that_makes_no_sense_is_refused(query):
    response = call("GET", f"/v1/search?{query}")
    assert response.status_code == 422
    assert len(response.json()["errors"]) == 1


def test_a_query_has_a_limit_too():
    assert call("GET", f"/v1/search?q={'x' * 51}", message_limit=50).status_code == 422


def test_one_product_tells_all_that_its_row_says():
    body = call("GET", "/v1/products/q11?locale=zh-CN").json()
    assert body == {
        "id": "q11",
        "title": "Quill 11 travel laptop, 4 GB",
        "price": {"amount": 299.0, "currency": "EUR"},
        "price_before": {"amount": 329.0, "currency": "EUR"},
        "sale_price": {"amount": 299.0, "currency": "EUR"},
        "sale_price_from": None,
        "sale_price_until": None,
        "availability": "in_stock",
        "condition": "new",
        "description": "",
        "language": "en",
        "brand": "Quill",
        "category": [],
        "product_type": "laptop",
        "item_group_id": "",
        "gtin": "",
        "mpn": "",
        "attributes": [
            {"name": "memory", "label": "内存", "value": 4.0, "unit": "GB", "source": "attr_n_memory"},
            {"name": "colour", "label": "颜色", "value": "silver", "unit": None, "source": "colour"},
        ],
        "highlights": [],
        "link": "https://shop.example/p/q11",
        "image_link": "https://images.example/q11.jpg",
        "rating": None,
        "translations": {"zh": {"title": "羽笔11便携笔记本电脑，4GB", "description": ""}},
    }


def test_a_product_without_a_price_is_shown_without_one():
    shop = SmallShop()
    shop.upsert([Product(id="free", title="Nameless", offers=(), link="javascript:alert(1)")])
    body = call("GET", "/v1/products/free", shop=shop).json()
    assert (body["price"], body["price_before"], body["availability"], body["condition"]) == (None, None, None, "")
    assert body["link"] == ""


def test_a_product_that_is_not_there_is_named():
    response = call("GET", "/v1/products/none")
    assert response.status_code == 404
    assert response.json()["detail"] == "there is no product 'none'"


def test_amounts_keep_their_digits():
    shop = SmallShop()
    price = {"amount": "1234567.89", "currency": "EUR"}
    call("POST", "/v1/products", shop=shop, json=[{"id": "x", "title": "X", "price": price}])
    assert Decimal(str(call("GET", "/v1/products/x", shop=shop).json()["price"]["amount"])) == Decimal("1234567.89")
