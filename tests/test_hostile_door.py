"""What strangers send: each of these once took the door down, told too much, or moved what it must not."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from daogou.catalog.products.event import Event, EventItem, EventName
from tests.door import call, client, talk
from tests.small_shop import NOON, SmallShop

JSON = {"Content-Type": "application/json"}
ROW = {"id": "x1", "title": "Plain laptop", "price": {"amount": 10.1, "currency": "EUR"}}
EVENT = {"event_id": "e1", "name": "view_item", "timestamp": "2026-11-23T10:00:00Z", "items": [{"item_id": "n14"}]}


class Endless:
    """A body that never ends, and counts what was taken of it."""

    def __init__(self, most: int) -> None:
        self.taken, self.most = 0, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self.taken < self.most:
            self.taken += 65536
            yield b" " * 65536


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/health"), ("GET", "/v1/shop"), ("DELETE", "/v1/products/n14"), ("OPTIONS", "/v1/chat")],
)
def test_a_body_where_none_belongs_is_not_read_whole(method: str, path: str) -> None:
    body = Endless(most=50_000_000)

    async def run() -> httpx2.Response:
        async with client() as door:
            return await door.request(method, path, content=aiter(body))

    asyncio.run(run())
    assert body.taken < 1_000_000


def test_a_body_where_none_belongs_is_refused_by_its_length() -> None:
    assert call("GET", "/v1/health", content=b" " * 100_000).status_code == 413


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("body", [rb"\ud", rb'"\ud83d"', rb'{"message": "\ud83d', b'"\\uD83D' * 1000])
def test_half_a_character_is_no_fault_of_ours(method: str, body: bytes) -> None:
    for path in ("/v1/health", "/v1/chat", "/v1/products/n14"):
        assert call(method, path, content=body, headers=JSON).status_code < 500


@pytest.mark.parametrize("user_id", ["", "%20", "%09"])
def test_nobody_is_erased_by_an_empty_name(user_id: str) -> None:
    shop = SmallShop()
    shop.events.append(
        [Event(event_id="a", name=EventName.VIEW_ITEM, timestamp=NOON, items=(EventItem(item_id="n14"),))]
    )
    assert call("DELETE", f"/v1/users/{user_id}", shop=shop).status_code == 422
    assert len(list(shop.events.events())) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rating", {"value": 4, "count": 10**400}),
        ("price", {"amount": 0, "currency": "EUR"}),
        ("price", {"amount": 10, "currency": "ZZZ"}),
        ("sale_price", {"amount": 0, "currency": "EUR"}),
        ("image_link", "http://["),
        ("link", "https://"),
        ("link", "http://[::1"),
        ("link", "http://shop.example:99999999/"),
        ("sale_price_until", "0001-01-01T00:00:00+14:00"),
        ("sale_price_until", "9999-12-31T23:59:59-14:00"),
        ("attributes", [{"name": "weight", "value": 10**400, "unit": "kg"}]),
    ],
)
def test_a_row_that_cannot_be_true_is_named_and_its_neighbours_are_kept(field: str, value: object) -> None:
    shop = SmallShop()
    answer = call("POST", "/v1/products", shop=shop, json=[ROW, {**ROW, "id": "x2", field: value}]).json()
    assert answer["accepted"] == 1
    [rejected] = answer["rejected"]
    assert (rejected["row"], rejected["id"]) == (1, "x2")
    assert rejected["problems"][0]["field"].startswith(field)
    assert shop.catalogue.get(["x1", "x2"]).keys() == {"x1"}


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_event_at_the_edge_of_the_calendar_spoils_no_other(time: str) -> None:
    shop = SmallShop()
    answer = call("POST", "/v1/events", shop=shop, json=[EVENT, {**EVENT, "event_id": "e2", "timestamp": time}])
    assert answer.status_code == 200
    assert "e1" in {event.event_id for event in shop.events.events()}


def test_a_client_that_clicks_four_hundred_times_counts_once() -> None:
    shop = SmallShop()

    async def clicks(door: httpx2.AsyncClient) -> httpx2.Response:
        for number in range(400):
            told = {"name": "select_item", "product_id": "n14", "session_id": f"session-{number}"}
            answer = await door.post("/v1/clicks", json=told)
        return answer

    assert talk(clicks, shop=shop).status_code == 202
    assert shop.events.popularity() == {"n14": 1.0}
