from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from daogou.catalog.products.event import Event, EventItem, EventName
from daogou.catalog.products.product import Attribute, Availability, Money, Offer, Product, Rating, Translation
from tests.door import call, talk
from tests.small_shop import SmallShop

PLAIN = {"id": "x1", "title": "Plain laptop", "price": {"amount": 10.1, "currency": "EUR"}}
FULL = {
    "id": "x2",
    "title": "轻薄本 14",
    "price": {"amount": "899.90", "currency": "EUR"},
    "sale_price": {"amount": 799, "currency": "EUR"},
    "sale_price_from": "2026-11-20T00:00:00+08:00",
    "sale_price_until": "2026-12-01T00:00:00+08:00",
    "availability": "preorder",
    "condition": "refurbished",
    "description": "轻。",
    "brand": "Quill",
    "category": ["Computers", "Laptops"],
    "product_type": "laptop",
    "item_group_id": "g",
    "gtin": "4006381333931",
    "mpn": "Q-14",
    "attributes": [
        {"name": "Internal memory", "value": 16, "unit": "GB"},
        {"name": "Touch", "value": True},
        {"name": "colour", "value": "black"},
        {"name": "weight", "value": 1.24, "unit": "kg"},
    ],
    "highlights": ["light"],
    "link": "https://shop.example/x2",
    "image_link": "/images/x2.jpg",
    "rating": {"value": 4.5, "count": 12},
    "translations": {"en": {"title": "Slim 14", "description": "Light."}},
}
PURCHASE = {
    "event_id": "e1",
    "name": "purchase",
    "timestamp": "2026-11-23T10:00:00+08:00",
    "user_id": "u1",
    "session_id": "s1",
    "items": [{"item_id": "n14", "quantity": 2, "price": 799.5, "index": 0, "item_list_id": "turn-0"}],
    "search_term": "laptop",
}


def test_good_rows_become_products_with_every_field():
    shop = SmallShop()
    body = call("POST", "/v1/products", shop=shop, json=[PLAIN, FULL]).json()
    assert body == {"accepted": 2, "new": 2, "rejected": []}
    assert shop.catalogue.get(["x1"])["x1"] == Product(
        id="x1",
        title="Plain laptop",
        offers=(Offer(price=Money(amount=Decimal("10.1"), currency="EUR"), availability=Availability.IN_STOCK),),
        translations={},
    )
    assert shop.catalogue.get(["x2"])["x2"] == Product(
        id="x2",
        title="轻薄本 14",
        offers=(
            Offer(
                price=Money(amount=Decimal("899.90"), currency="EUR"),
                sale_price=Money(amount=Decimal(799), currency="EUR"),
                price_valid_from=datetime(2026, 11, 19, 16, tzinfo=UTC),
                price_valid_until=datetime(2026, 11, 30, 16, tzinfo=UTC),
                availability=Availability.PREORDER,
                condition="refurbished",
            ),
        ),
        language="zh",
        item_group_id="g",
        description="轻。",
        brand="Quill",
        gtin="4006381333931",
        mpn="Q-14",
        category=("Computers", "Laptops"),
        product_type="laptop",
        attributes=(
            Attribute(name="internal_memory", value=Decimal(16), unit="GB", source="Internal memory"),
            Attribute(name="touch", value=True, source="Touch"),
            Attribute(name="colour", value="black", source="colour"),
            Attribute(name="weight", value=Decimal("1.24"), unit="kg", source="weight"),
        ),
        highlights=("light",),
        link="https://shop.example/x2",
        image_link="/images/x2.jpg",
        rating=Rating(value=Decimal("4.5"), count=12),
        translations={"en": Translation(title="Slim 14", description="Light.")},
    )


def test_a_price_that_begins_somewhere_says_so_again():
    shop = SmallShop()
    row = PLAIN | {"price": {"amount": 10.1, "currency": "EUR", "lowest": True}}
    call("POST", "/v1/products", shop=shop, json=[row])
    assert shop.catalogue.get(["x1"])["x1"].offers[0].price.lowest
    assert call("GET", "/v1/products/x1", shop=shop).json()["price"] == row["price"]


def test_every_bad_row_is_named_with_all_that_is_wrong_and_every_good_row_is_kept():
    shop = SmallShop()
    rows = [
        PLAIN,
        {"id": "b1", "title": " ", "price": {"amount": -1, "currency": "euro"}, "colour": "red"},
        "not an object",
        {"id": 7, "price": "free"},
        {**FULL, "id": "b4", "link": "javascript:alert(1)", "sale_price": {"amount": 1000, "currency": "EUR"}},
    ]
    body = call("POST", "/v1/products", shop=shop, json=rows).json()
    assert body["accepted"] == 1
    assert [(bad["row"], bad["id"]) for bad in body["rejected"]] == [(1, "b1"), (2, ""), (3, "7"), (4, "b4")]
    assert [[problem["field"] for problem in bad["problems"]] for bad in body["rejected"]] == [
        ["title", "price.amount", "price.currency", "colour"],
        [""],
        ["id", "title", "price"],
        ["link"],
    ]
    assert "x1" in shop.catalogue.ids()
    assert not {"b1", "b4"} & shop.catalogue.ids()


@pytest.mark.parametrize(
    ("sale", "problem"),
    [
        ({"amount": 11, "currency": "EUR"}, "sale_price is higher than price"),
        ({"amount": 9, "currency": "USD"}, "sale_price is in another currency than price"),
    ],
)
def test_a_sale_must_be_a_sale(sale, problem):
    response = call("POST", "/v1/products", json=[{**PLAIN, "sale_price": sale}])
    assert response.status_code == 422
    assert response.json()["errors"] == [{"field": "0", "problem": problem}]


@pytest.mark.parametrize("amount", [float("1e20"), "1.1234567", "NaN", "Infinity", True, [], None])
def test_an_amount_that_is_none_is_refused(amount):
    response = call("POST", "/v1/products", json=[{**PLAIN, "price": {"amount": amount, "currency": "EUR"}}])
    assert response.status_code == 422
    assert [problem["field"] for problem in response.json()["errors"]] == ["0.price.amount"]


def test_a_batch_without_a_good_row_is_refused_whole():
    response = call("POST", "/v1/products", json=[{"id": "b1"}, 5])
    assert response.status_code == 422
    assert [problem["field"] for problem in response.json()["errors"]] == ["0.title", "0.price", "1"]


def test_the_same_batch_twice_changes_nothing():
    shop = SmallShop()
    first = call("POST", "/v1/products", shop=shop, json=[PLAIN, PLAIN]).json()
    version = shop.catalogue.version
    second = call("POST", "/v1/products", shop=shop, json=[PLAIN]).json()
    assert (first["accepted"], first["new"]) == (2, 1)
    assert (second["accepted"], second["new"]) == (1, 0)
    assert shop.catalogue.version == version


def test_an_empty_batch_is_a_batch():
    for path, more in (("/v1/products", {}), ("/v1/events", {"notices": []})):
        assert call("POST", path, json=[]).json() == {"accepted": 0, "new": 0, "rejected": []} | more


def test_a_batch_has_a_limit_in_rows():
    response = call("POST", "/v1/products", json=[PLAIN] * 3, batch_limit_rows=2)
    assert response.status_code == 413
    assert "at most 2" in response.json()["detail"]


def test_a_batch_is_a_list():
    response = call("POST", "/v1/products", json=PLAIN)
    assert response.status_code == 422
    assert response.json()["errors"] == [{"field": "body", "problem": "should be a valid list"}]


def test_a_removed_product_is_gone_and_removing_it_again_is_no_error():
    shop = SmallShop()
    assert call("DELETE", "/v1/products/n14", shop=shop).json() == {"removed": 1}
    assert call("DELETE", "/v1/products/n14", shop=shop).json() == {"removed": 0}
    assert "n14" not in shop.catalogue.ids()


def test_an_id_with_slashes_names_a_product_too():
    shop = SmallShop()
    call("POST", "/v1/products", shop=shop, json=[{**PLAIN, "id": "a/b c"}])
    assert call("GET", "/v1/products/a%2Fb%20c", shop=shop).json()["id"] == "a/b c"
    assert call("DELETE", "/v1/products/a/b c", shop=shop).json() == {"removed": 1}


def test_events_are_appended_once():
    shop = SmallShop()
    bad = {"event_id": "e2", "name": "steal_item", "timestamp": "2026-11-23T10:00:00"}
    body = call("POST", "/v1/events", shop=shop, json=[PURCHASE, bad, PURCHASE]).json()
    assert (body["accepted"], body["new"]) == (2, 1)
    assert [(bad["row"], bad["id"]) for bad in body["rejected"]] == [(1, "e2")]
    assert [problem["field"] for problem in body["rejected"][0]["problems"]] == ["name", "timestamp"]
    assert list(shop.events.events()) == [
        Event(
            event_id="e1",
            name=EventName.PURCHASE,
            timestamp=datetime(2026, 11, 23, 2, tzinfo=UTC),
            user_id="u1",
            session_id="s1",
            items=(EventItem(item_id="n14", quantity=2, price=Decimal("799.5"), index=0, item_list_id="turn-0"),),
            search_term="laptop",
        )
    ]
    assert call("POST", "/v1/events", shop=shop, json=[PURCHASE]).json()["new"] == 0


def test_an_event_of_the_future_counts_as_of_now_and_is_told():
    shop = SmallShop()
    body = call("POST", "/v1/events", shop=shop, json=[PURCHASE | {"timestamp": "2126-01-01T00:00:00Z"}]).json()
    assert (body["accepted"], body["notices"]) == (1, ["1 events lie in the future (e1); they count as of now"])
    [event] = shop.events.events()
    assert abs(event.timestamp - datetime.now(UTC)) < timedelta(minutes=1)


def test_an_event_before_its_time_is_refused_by_name():
    rows = [PURCHASE, PURCHASE | {"event_id": "e2", "timestamp": "1970-01-01T00:00:00Z"}]
    body = call("POST", "/v1/events", json=rows).json()
    [rejected] = body["rejected"]
    assert (body["accepted"], rejected["id"], rejected["problems"][0]["field"]) == (1, "e2", "timestamp")
    assert "1970-01-01T00:00:00+00:00 is before 1990" in rejected["problems"][0]["problem"]


def test_a_shopper_is_erased_with_events_and_conversations():
    shop = SmallShop()

    async def calls(door):
        await door.post(
            "/v1/events", json=[PURCHASE, PURCHASE | {"event_id": "e2", "user_id": "u2", "session_id": "s2"}]
        )
        await door.post("/v1/chat", json={"message": "a laptop", "user_id": "u1", "session_id": "talk"})
        first = await door.delete("/v1/users/u1")
        assert first.json() == {"events": 1, "conversations": 1}
        return await door.delete("/v1/users/u1")

    assert talk(calls, shop=shop).json() == {"events": 0, "conversations": 0}
    assert [event.user_id for event in shop.events.events()] == ["u2"]
    assert shop.sessions.load("talk") is None


def test_whoever_is_in_the_log_can_be_erased_whatever_the_name():
    shop = SmallShop()
    call("POST", "/v1/events", shop=shop, json=[PURCHASE | {"user_id": "Ann Lee/7 安"}])
    assert call("DELETE", "/v1/users/Ann%20Lee/7%20%E5%AE%89", shop=shop).json() == {"events": 1, "conversations": 0}


def test_erasing_needs_the_right_to_write_events():
    assert call("DELETE", "/v1/users/u1", caller="203.0.113.7").status_code == 403


def test_many_products_leave_at_once():
    shop = SmallShop()
    gone = {"ids": ["n14", "q11", "nothing"]}
    assert call("POST", "/v1/products/withdrawals", shop=shop, json=gone).json() == {"removed": 2}
    assert call("POST", "/v1/products/withdrawals", shop=shop, json=gone).json() == {"removed": 0}
    assert call("POST", "/v1/products/withdrawals", shop=shop, json={"ids": []}).status_code == 422
    too_many = {"ids": [str(n) for n in range(10_001)]}
    assert call("POST", "/v1/products/withdrawals", shop=shop, json=too_many).status_code == 413
