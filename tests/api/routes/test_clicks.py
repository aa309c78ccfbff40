"""What a shopper's page tells of what was done with our answers."""

import pytest

from daogou.catalog.products.event import EventItem, EventName
from tests.door import call
from tests.small_shop import SmallShop

CLICK = {
    "name": "select_item",
    "product_id": "n14",
    "list_id": "turn-0",
    "position": 2,
    "session_id": "s",
    "user_id": "u",
}


def test_a_click_is_joined_to_the_answer_that_showed_the_product():
    shop = SmallShop()
    answer = call("POST", "/v1/clicks", shop=shop, json=CLICK)
    [event] = shop.events.events()
    assert (answer.status_code, answer.json()) == (202, {"event_id": event.event_id})
    assert (event.name, event.user_id, event.session_id) == (EventName.SELECT_ITEM, "u", "s")
    assert event.items == (EventItem(item_id="n14", index=1, item_list_id="turn-0"),)


def test_two_clicks_are_two_events():
    shop = SmallShop()
    for _ in range(2):
        call("POST", "/v1/clicks", shop=shop, json=CLICK)
    assert len(list(shop.events.events())) == 2


def test_a_product_that_the_shop_lacks_cannot_be_clicked():
    shop = SmallShop()
    answer = call("POST", "/v1/clicks", shop=shop, json=CLICK | {"product_id": "gone"})
    assert (answer.status_code, answer.json()["detail"]) == (404, "there is no product 'gone'")
    assert not list(shop.events.events())


@pytest.mark.parametrize(
    "wrong", [{"name": "purchase"}, {"name": ""}, {"position": 0}, {"product_id": ""}, {"user_id": "a b"}, {"price": 3}]
)
def test_what_a_page_may_not_tell_is_refused(wrong):
    shop = SmallShop()
    assert call("POST", "/v1/clicks", shop=shop, json=CLICK | wrong).status_code == 422
    assert not list(shop.events.events())


def test_clicks_are_rate_limited():
    assert call("POST", "/v1/clicks", json=CLICK, requests_per_minute=1).status_code == 202
