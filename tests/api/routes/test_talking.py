import asyncio
import json
import threading

import httpx2
import pytest

from tests.door import call, client
from tests.small_shop import SmallShop

LAPTOPS = {"message": "a laptop under €800"}


def post(path: str, body: object, shop: SmallShop | None = None, **options: object) -> httpx2.Response:
    return call("POST", path, shop=shop, json=body, **options)


def stream(body: object, shop: SmallShop | None = None) -> list[tuple[str, object]]:
    response = call("POST", "/v1/chat", shop=shop, json=body, headers={"Accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    return [event(text) for text in response.text.split("\n\n") if text]


def event(text: str) -> tuple[str, object]:
    name, data = text.split("\n")
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_a_message_gets_products_with_reasons_and_their_evidence():
    body = post("/v1/chat", LAPTOPS).json()
    assert body["text"] == "Here is what fits.\nThe cheapest one stands first."
    assert [card["product_id"] for card in body["recommendations"]] == ["q11", "o14", "n15", "n14"]
    assert body["recommendations"][2] == {
        "product_id": "n15",
        "position": 3,
        "title": "Nimbus 15 laptop, 8 GB",
        "price": {"amount": 499.95, "currency": "EUR"},
        "price_before": None,
        "availability": "in_stock",
        "brand": "Nimbus",
        "product_type": "laptop",
        "type_label": "laptop",
        "link": "https://shop.example/p/n15",
        "image_link": "https://images.example/n15.jpg",
        "need": 0,
        "reasons": [{"text": "8 GB of memory", "evidence_ids": ["e3"]}],
        "variants": [],
    }
    assert body["evidence"][2] == {
        "id": "e3",
        "product_id": "n15",
        "field": "memory",
        "label": "memory",
        "value": "8 GB",
        "source": "attr_n_memory",
        "as_of": "2026-11-23T12:00:00Z",
    }
    assert (body["written_by"], body["scored_by"], body["ranked_by"]) == ("plain", "none", "price")
    assert body["took_ms"] > 0
    assert body["considered"] == []


def test_what_is_on_sale_says_what_it_cost_before():
    cheapest = post("/v1/chat", LAPTOPS).json()["recommendations"][0]
    assert cheapest["price"] == {"amount": 299.0, "currency": "EUR"}
    assert cheapest["price_before"] == {"amount": 329.0, "currency": "EUR"}


def test_the_losing_candidates_are_told_when_asked_for():
    body = post("/v1/chat", {**LAPTOPS, "considered": True}).json()
    unjudged = {"written_by": "plain", "log_likelihood": None, "log_prior": None, "score": None}
    assert body["considered"] == [
        {"text": body["text"], "plan": "plain", "chosen": True, "veto": "", **unjudged},
        {"text": "Nothing to say.", "plan": "brief", "chosen": False, "veto": "says nothing", **unjudged},
    ]
    assert body["unscored"] == ""


def test_the_need_comes_as_chips_that_can_be_sent_back():
    need = post("/v1/chat", LAPTOPS).json()["need"]
    assert need["chips"] == [
        {
            "label": "laptop",
            "strength": "must",
            "without": {"attribute": "category", "operator": None, "value": None},
        },
        {
            "label": "up to €800",
            "strength": "must",
            "without": {"attribute": "price", "operator": "at_most", "value": 800.0},
        },
    ]


def test_a_chip_that_is_taken_off_widens_the_shelf():
    shop = SmallShop()
    first = post("/v1/chat", LAPTOPS, shop).json()
    without = [first["need"]["chips"][1]["without"]]
    second = post("/v1/chat", {"session_id": first["session_id"], "without": without}, shop).json()
    assert second["session_id"] == first["session_id"]
    assert [chip["label"] for chip in second["need"]["chips"]] == ["laptop"]
    assert len(second["recommendations"]) == 6


def test_a_question_comes_with_answers_that_lead_somewhere():
    body = post("/v1/chat", {"message": "想买笔记本电脑"}).json()
    assert body["question"] == "您的预算是多少？"
    assert body["quick_answers"] == ["€500以内", "€1200以内", "都可以"]


def test_without_a_question_there_are_no_quick_answers():
    assert post("/v1/chat", LAPTOPS).json()["quick_answers"] == []


def test_the_same_turn_streams_as_events_that_end_in_the_whole_answer():
    events = stream(LAPTOPS)
    assert [name for name, _ in events[:2]] == ["need", "recommendations"]
    assert {name for name, _ in events[2:-1]} == {"text"}
    said = "".join(data["delta"] for name, data in events if name == "text")
    name, whole = events[-1]
    assert name == "done"
    assert said == whole["text"]
    assert events[1][1] == whole["recommendations"]
    assert events[0][1] == whole["need"] | {"needs": whole["needs"]}


def test_a_stream_that_breaks_ends_in_a_problem_that_tells_nothing_of_the_inside():
    shop = SmallShop()

    def break_down() -> None:
        raise ValueError("secret table")

    shop.guide.before_answer = break_down
    events = stream(LAPTOPS, shop)
    assert [name for name, _ in events] == ["need", "error"]
    assert events[1][1]["status"] == 500
    assert "secret" not in json.dumps(events)


def test_a_second_message_of_the_same_session_meanwhile_is_refused_and_may_be_sent_again():
    shop, inside, go_on = SmallShop(), threading.Event(), threading.Event()

    def wait() -> None:
        inside.set()
        go_on.wait(10)

    async def both() -> tuple[httpx2.Response, httpx2.Response, httpx2.Response]:
        async with client(shop) as door:
            body = {**LAPTOPS, "session_id": "s1"}
            first = asyncio.create_task(door.post("/v1/chat", json=body))
            await asyncio.to_thread(inside.wait, 10)
            second = await door.post("/v1/chat", json=body, headers={"Accept": "text/event-stream"})
            go_on.set()
            return await first, second, await door.post("/v1/chat", json=body)

    shop.guide.before_answer = wait
    first, second, third = asyncio.run(both())
    assert (first.status_code, second.status_code, third.status_code) == (200, 409, 200)
    assert second.headers["content-type"] == "application/problem+json"
    assert second.headers["retry-after"] == "1"


def test_a_session_that_grew_in_another_process_is_busy_too():
    shop = SmallShop()
    post("/v1/chat", {**LAPTOPS, "session_id": "s1"}, shop)
    sessions = shop.sessions
    before = sessions.load("s1")

    def other_worker_answers() -> None:
        turn = before.turns[-1]
        shop.guide.before_answer = lambda: None
        sessions.append(before, turn)

    shop.guide.before_answer = other_worker_answers
    assert post("/v1/chat", {**LAPTOPS, "session_id": "s1"}, shop).status_code == 409


def test_a_shopper_who_counts_in_another_currency_hears_that_prices_are_not_converted():
    body = post("/v1/chat", {**LAPTOPS, "currency": "usd"}).json()
    assert body["notices"] == [
        {
            "code": "currency",
            "text": "Prices in this shop are in EUR.",
            "params": {"asked": "USD", "currency": "EUR"},
        }
    ]
    zh = post("/v1/chat", {"message": "笔记本电脑", "currency": "CNY"}).json()
    assert [notice["text"] for notice in zh["notices"]] == ["这家店以 EUR 标价。"]
    assert post("/v1/chat", {**LAPTOPS, "currency": "EUR"}).json()["notices"] == []


def test_notices_come_in_words():
    body = post("/v1/chat", {"message": "a laptop under €10"}).json()
    assert body["recommendations"] == []
    assert body["notices"] == [
        {"code": "relaxed", "text": "Nothing fits all of that.", "params": {"attribute": "brand"}}
    ]


def test_a_locale_alone_asks_for_the_same_answer_in_that_language():
    shop = SmallShop()
    session_id = post("/v1/chat", LAPTOPS, shop).json()["session_id"]
    body = post("/v1/chat", {"session_id": session_id, "locale": "zh-CN"}, shop).json()
    assert body["language"] == "zh"
    assert [card["product_id"] for card in body["recommendations"]] == ["q11", "o14", "n15", "n14"]
    assert body["recommendations"][0]["title"] == "羽笔11便携笔记本电脑，4GB"


@pytest.mark.parametrize("message", ["", "   ", "\n\t"])
def test_an_empty_message_is_refused_in_words(message):
    response = post("/v1/chat", {"message": message})
    assert response.status_code == 422
    assert response.json()["errors"] == [{"field": "message", "problem": "is empty; say what you are looking for"}]


def test_a_message_that_is_too_long_says_how_long_it_may_be():
    response = post("/v1/chat", {"message": "x" * 51}, message_limit=50)
    assert response.status_code == 422
    assert response.json()["errors"] == [{"field": "message", "problem": "has 51 characters; at most 50"}]


@pytest.mark.parametrize(
    "message",
    [
        "😀🛒",
        "\u0000\u0007",
        "ｌａｐｔｏｐ　８ＧＢ",
        "\u202elaptop",
        "לפטופ زرد",
        "<script>alert(1)</script>",
        "a" * 2000,
    ],
)
def test_odd_text_is_a_message_like_any_other(message):
    assert post("/v1/chat", {"message": message}).status_code == 200


def test_half_of_a_surrogate_pair_is_refused_not_crashed_on():
    headers = {"Content-Type": "application/json"}
    for body in (rb'{"message": "\ud83d"}', rb'{"message": "\uDC00 ok"}'):
        response = call("POST", "/v1/chat", content=body, headers=headers)
        assert response.status_code == 422
        assert "half of a character" in response.json()["detail"]


def test_a_whole_surrogate_pair_is_a_character():
    body = rb'{"message": "a laptop \ud83d\ude00"}'
    response = call("POST", "/v1/chat", content=body, headers={"Content-Type": "application/json"})
    assert response.json()["need"]["query"] == "a laptop 😀"


def test_every_field_that_is_wrong_is_named_at_once():
    body = {"message": 5, "session_id": "no spaces here", "locale": "?", "considered": "perhaps", "without": [{}]}
    response = post("/v1/chat", body)
    assert response.status_code == 422
    assert [problem["field"] for problem in response.json()["errors"]] == [
        "message",
        "session_id",
        "locale",
        "considered",
        "without.0.attribute",
    ]


def test_understand_tells_the_need_and_answers_nothing():
    shop = SmallShop()
    need = post("/v1/understand", {"message": "laptop 16 GB from Quill"}, shop).json()
    assert [chip["label"] for chip in need["chips"]] == ["laptop", "memory at least 16 GB", "Quill"]
    assert need["constraints"][0] == {
        "attribute": "memory",
        "operator": "at_least",
        "value": 16.0,
        "unit": "GB",
        "strength": "must",
        "said_in": 0,
        "said": "16 GB",
    }


def test_understand_stands_on_the_conversation_where_there_is_one():
    shop = SmallShop()
    session_id = post("/v1/chat", LAPTOPS, shop).json()["session_id"]
    need = post("/v1/understand", {"message": "16 GB", "session_id": session_id}, shop).json()
    assert [chip["label"] for chip in need["chips"]] == ["laptop", "up to €800", "memory at least 16 GB"]
    assert len(shop.sessions.load(session_id).turns) == 1


def test_understand_needs_words():
    assert post("/v1/understand", {"message": " "}).status_code == 422
