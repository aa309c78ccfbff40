import asyncio
import logging
import sqlite3

import httpx2
import pytest

from daogou.errors import BackendError, FeedError
from tests.door import call, client
from tests.small_shop import SmallShop

CHAT = {"message": "laptop"}
JSON = {"Content-Type": "application/json"}


def failing(error: Exception) -> SmallShop:
    shop = SmallShop()

    def fail() -> None:
        raise error

    shop.guide.before_answer = fail
    return shop


def check(response: httpx2.Response, status: int) -> dict[str, object]:
    """Every problem is whole: RFC 9457 members, the right type, the same status inside and outside."""
    problem = response.json()
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert (problem["status"], problem["type"]) == (status, "about:blank")
    assert problem["title"]
    assert problem["detail"]
    return problem


def test_an_address_that_is_not_there():
    assert "openapi.json" in check(call("GET", "/v2/chat"), 404)["detail"]
    assert check(call("GET", "/page/nothing.js"), 404)["instance"] == "/page/nothing.js"
    assert check(call("GET", "/page/..%2Fapp.py"), 404)


def test_a_method_that_is_not_taken():
    response = call("GET", "/v1/chat")
    assert "GET" in check(response, 405)["detail"]
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_a_body_that_is_not_json_by_its_type(kind):
    check(call("POST", "/v1/chat", content=b'{"message": "laptop"}', headers={"Content-Type": kind}), 415)


@pytest.mark.parametrize("body", [b"", b"{", b'{"message": }', b"\xff\xfe", b"[" * 5000 + b"]" * 5000])
def test_a_body_that_is_not_json(body):
    response = call("POST", "/v1/chat", content=body, headers=JSON)
    assert response.status_code in (400, 422)
    check(response, response.status_code)


@pytest.mark.parametrize("body", [b"[]", b"5", b'"laptop"', b"null"])
def test_json_that_is_no_object(body):
    check(call("POST", "/v1/chat", content=body, headers=JSON), 422)


def test_a_body_that_is_too_large_by_its_length():
    assert (
        "1,000 bytes"
        in check(call("POST", "/v1/chat", json={"message": "x" * 2000}, body_limit_bytes=1000), 413)["detail"]
    )


def test_a_body_that_turns_out_too_large_while_it_comes_in():
    async def chunks():
        for _ in range(50):
            yield b" " * 100

    async def run() -> httpx2.Response:
        async with client(body_limit_bytes=1000) as door:
            return await door.post("/v1/chat", content=chunks(), headers=JSON)

    check(asyncio.run(run()), 413)


def test_batches_may_be_larger_than_messages():
    assert (
        call("POST", "/v1/events", content=b" " * 2000 + b"[]", headers=JSON, body_limit_bytes=1000).status_code == 200
    )
    check(call("POST", "/v1/events", content=b" " * 2000 + b"[]", headers=JSON, batch_limit_bytes=1000), 413)


def test_too_many_requests_say_when_to_come_back():
    async def run() -> list[httpx2.Response]:
        async with client(requests_per_minute=2) as door:
            return [await door.post("/v1/chat", json=CHAT) for _ in range(3)]

    first, second, third = asyncio.run(run())
    assert (first.status_code, second.status_code) == (200, 200)
    assert check(third, 429)["retry_after_s"] == 30
    assert third.headers["retry-after"] == "30"


@pytest.mark.parametrize("error", [BackendError("db at 10.0.0.5"), OSError("/var/secret"), sqlite3.Error("users")])
def test_what_fails_inside_stays_inside(error, caplog):
    with caplog.at_level(logging.ERROR):
        response = call("POST", "/v1/chat", shop=failing(error), json=CHAT)
    check(response, 503 if isinstance(error, BackendError) else 500)
    assert str(error) not in response.text
    assert str(error) in caplog.text


def test_what_the_caller_got_wrong_is_told():
    problem = check(call("POST", "/v1/chat", shop=failing(FeedError("no such feed")), json=CHAT), 400)
    assert problem["detail"] == "no such feed"


def test_openapi_names_every_endpoint_with_its_problems():
    api = call("GET", "/openapi.json").json()
    assert sorted(api["paths"]) == [
        "/metrics",
        "/v1/chat",
        "/v1/clicks",
        "/v1/descriptions",
        "/v1/events",
        "/v1/health",
        "/v1/products",
        "/v1/products/withdrawals",
        "/v1/products/{product_id}",
        "/v1/recommendations",
        "/v1/search",
        "/v1/shop",
        "/v1/understand",
        "/v1/users/{user_id}",
    ]
    chat = api["paths"]["/v1/chat"]["post"]
    assert {"200", "409", "413", "415", "422", "429", "500", "503"} <= set(chat["responses"])
    assert set(chat["responses"]["200"]["content"]) == {"application/json", "text/event-stream"}
    for status in ("409", "422", "500"):
        assert set(chat["responses"][status]["content"]) == {"application/problem+json"}
    for path in api["paths"].values():
        assert all(operation["summary"] and operation["description"] for operation in path.values())
