"""GET /v1/recommendations over HTTP."""

from datetime import timedelta

import pytest

from daogou.catalog.products.event import Event, EventItem, EventName
from tests.door import call, talk
from tests.small_shop import NOON, SmallShop

PATH = "/v1/recommendations"


def shop_with(*events: Event, **settings: object) -> SmallShop:
    shop = SmallShop(**settings)
    shop.events.append(events)
    return shop


def event(number: int, name: EventName, *product_ids: str, user: str = "ann", session: str = "") -> Event:
    return Event(
        event_id=f"e{number}",
        name=name,
        timestamp=NOON - timedelta(hours=number),
        user_id=user,
        session_id=session,
        items=tuple(EventItem(item_id=product_id) for product_id in product_ids),
    )


def product_ids(body: dict) -> list[str]:
    return [one["product_id"] for one in body["recommendations"]]


def test_a_stranger_sees_products_in_stock_and_nothing_personal():
    body = call("GET", PATH).json()
    assert (body["scene"], body["visits"]) == ("home", 0)
    assert len(product_ids(body)) == 5  # one of six is out of stock
    assert body["ranked_by"] == "recommender, nothing learnt yet"


def test_what_was_bought_before_is_said_with_its_evidence():
    body = call("GET", PATH, shop=shop_with(event(1, EventName.PURCHASE, "n14")), params={"user_id": "ann"}).json()
    [card] = [one for one in body["recommendations"] if one["product_id"] == "n14"]
    [reason] = card["reasons"]
    evidence = {one["id"]: one for one in body["evidence"]}
    assert reason["text"] == "You bought this before"
    assert [evidence[one]["source"] for one in reason["evidence_ids"]] == ["events"]
    assert body["visits"] == 1


def test_reasons_follow_the_language():
    shop = shop_with(event(1, EventName.PURCHASE, "n14"))
    body = call("GET", PATH, shop=shop, params={"user_id": "ann", "locale": "zh-CN"}).json()
    assert "您以前买过" in [reason["text"] for one in body["recommendations"] for reason in one["reasons"]]


def test_without_the_history_everybody_sees_the_same():
    shop = shop_with(event(1, EventName.PURCHASE, "n14"))
    plain, without = (
        call("GET", PATH, shop=shop, params=params).json() for params in ({}, {"user_id": "ann", "personal": "false"})
    )
    assert product_ids(plain) == product_ids(without)
    assert without["visits"] == 0


def test_a_third_click_moves_the_home_rail_at_once():
    shop = SmallShop()

    async def calls(door):
        before = (await door.get(PATH, params={"session_id": "s", "diversity": 0})).json()
        last = product_ids(before)[-1]
        for _ in range(3):
            await door.post("/v1/clicks", json={"name": "view_item", "product_id": last, "session_id": "s"})
        after = (await door.get(PATH, params={"session_id": "s", "diversity": 0})).json()
        assert product_ids(after).index(last) < len(product_ids(before)) - 1
        return await door.get(PATH, params={"session_id": "another"})

    assert talk(calls, shop=shop).json()["visits"] == 0


def test_a_product_page_never_shows_the_product_itself():
    for scene in ("similar", "together"):
        body = call("GET", PATH, params={"product_id": "n14", "scene": scene}).json()
        assert body["scene"] == scene
        assert "n14" not in product_ids(body)
    assert call("GET", PATH, params={"product_id": "n14"}).json()["scene"] == "similar"


def test_what_is_in_the_cart_is_not_offered_again():
    body = call("GET", f"{PATH}?scene=cart&cart=n14&cart=gone").json()
    assert product_ids(body)
    assert "n14" not in product_ids(body)


def test_sponsored_products_stand_apart_under_their_label():
    plain = call("GET", PATH).json()
    body = call("GET", PATH, shop=shop_with(sponsored=(product_ids(plain)[-1], "gone")), params={"limit": "2"}).json()
    assert product_ids(body) == product_ids(plain)[:2]
    assert body["sponsored"]["label"] == "Sponsored"
    assert product_ids(body["sponsored"]) == [product_ids(plain)[-1]]
    assert plain["sponsored"]["recommendations"] == []


def test_scores_are_told_for_every_product():
    for one in call("GET", PATH).json()["recommendations"]:
        assert one["scores"][-1]["source"] == "total"


@pytest.mark.parametrize(
    ("params", "status", "detail"),
    [
        ({"product_id": "gone"}, 404, "there is no product 'gone'"),
        ({"scene": "together"}, 422, "send its product_id"),
        ({"scene": "window"}, 422, ""),
        ({"limit": "0"}, 422, ""),
        ({"limit": "51"}, 422, ""),
        ({"diversity": "1.5"}, 422, ""),
        ({"user_id": "a b"}, 422, ""),
    ],
)
def test_a_wrong_question_is_told(params, status, detail):
    response = call("GET", PATH, params=params)
    assert response.status_code == status
    assert detail in response.json()["detail"]


def test_an_empty_shop_recommends_nothing_and_says_so():
    shop = SmallShop()
    shop.withdraw(list(shop.catalogue.ids()))
    assert call("GET", PATH, shop=shop).json()["recommendations"] == []
