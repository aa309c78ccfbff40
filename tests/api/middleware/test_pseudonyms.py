"""Who merely knows a user id, or guesses a session id, learns and changes nothing of its shopper's."""

import httpx2
import pytest

from daogou.api.middleware.keys import Pseudonyms, parse_key
from daogou.catalog.products.event import Event, EventItem, EventName
from tests.door import call, talk
from tests.small_shop import NOON, SmallShop

SECRET = b"a secret of the shop's"
KEY = "a-key-that-speaks-for-shoppers"
SIGNED = Pseudonyms(SECRET).signed("ann")


def shop() -> SmallShop:
    made = SmallShop()
    items = (EventItem(item_id="n14"),)
    made.events.append(
        [
            Event(event_id="1", name=EventName.PURCHASE, timestamp=NOON, user_id="ann", session_id="s1", items=items),
        ]
    )
    return made


def visits(user_id: str = "", session_id: str = "", **more: object) -> int:
    params = {"user_id": user_id} if user_id else {"session_id": session_id}
    answer = call("GET", "/v1/recommendations", shop=shop(), params=params, user_secret=SECRET, **more)
    assert answer.status_code == 200
    return answer.json()["visits"]


def test_a_signature_shows_its_shoppers_history():
    assert visits(SIGNED, write_without_key=False) == 1


@pytest.mark.parametrize(
    "user_id", ["ann", "ann.", "ann.AAAA", SIGNED[:-1], SIGNED.replace("ann", "bob"), f"x.{SIGNED}", ".", SIGNED + "A"]
)
def test_without_one_it_is_not_shown(user_id: str):
    assert visits(user_id, write_without_key=False) == 0


def test_a_signature_of_another_shop_is_none():
    assert visits(Pseudonyms(b"another").signed("ann"), write_without_key=False) == 0


def test_a_key_speaks_for_its_shoppers_where_its_scope_says_so():
    header = {"X-API-Key": KEY}
    assert visits("ann", headers=header, keys=(parse_key(f"shoppers:{KEY}"),)) == 1
    assert visits("ann", headers=header, keys=(parse_key(f"products:{KEY}"),)) == 0


def test_a_session_id_that_can_be_guessed_shows_nothing():
    assert visits(session_id="s1", write_without_key=False) == 0


def test_a_stranger_does_nothing_in_anothers_name():
    kept = shop()
    click = {"name": "add_to_cart", "product_id": "q13", "user_id": "ann", "session_id": "s1"}
    assert call("POST", "/v1/clicks", shop=kept, json=click, write_without_key=False).status_code == 202
    assert [event.user_id for event in kept.events.events() if event.name is EventName.ADD_TO_CART] == [""]
    chat = call(
        "POST", "/v1/chat", shop=kept, json={"message": "laptop", "user_id": "ann"}, write_without_key=False
    ).json()
    assert [notice["code"] for notice in chat["notices"]][-1] == "unproven_user"
    assert kept.sessions.load(chat["session_id"]).user_id == ""


def test_a_made_up_session_is_answered_under_an_id_that_nobody_guesses():
    async def two(door: httpx2.AsyncClient) -> httpx2.Response:
        first = (await door.post("/v1/chat", json={"message": "laptop", "session_id": "s1"})).json()
        assert len(first["session_id"]) >= 22
        return await door.post("/v1/chat", json={"message": "16 GB", "session_id": first["session_id"]})

    assert len(talk(two, write_without_key=False).json()["need"]["chips"]) == 2


def test_a_browser_is_given_a_pseudonym_that_proves_itself():
    answers = [call("GET", "/v1/shop", user_secret=SECRET).headers["daogou-visitor"] for _ in range(2)]
    assert len(set(answers)) == 2
    assert all(Pseudonyms(SECRET).proven(answer) for answer in answers)


def test_only_pages_that_were_named_may_ask_from_a_browser():
    allowed = ("https://shop.example",)
    for origin, answer in (("https://shop.example", "https://shop.example"), ("https://evil.example", None)):
        preflight = call(
            "OPTIONS",
            "/v1/chat",
            headers={"Origin": origin, "Access-Control-Request-Method": "POST"},
            allowed_origins=allowed,
        )
        plain = call(
            "POST", "/v1/chat", json={"message": "laptop"}, headers={"Origin": origin}, allowed_origins=allowed
        )
        assert preflight.headers.get("access-control-allow-origin") == answer
        assert plain.headers.get("access-control-allow-origin") == answer
    assert "access-control-allow-origin" not in call("GET", "/v1/shop", headers={"Origin": "https://a.example"}).headers


def test_every_answer_has_a_policy_and_the_page_one_of_its_own():
    assert call("GET", "/v1/shop").headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "script-src 'self'" in call("GET", "/").headers["content-security-policy"]
