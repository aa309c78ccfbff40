"""Whatever is said or sent: no fault of ours, and nobody waits. 2,000 of each in CI, 100,000 once a night."""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from daogou.api.app import create_app
from daogou.api.state import AppOptions
from daogou.app import open_shop
from daogou.app.opening import Shop
from tests.served import make_shop

# In CI messages and rows together, three of five being messages; at night so many messages, two an example, and as many rows,
# half of them products, half events, two or three a batch.
SLOW, NIGHTLY = int(os.environ.get("DAOGOU_TEST_SLOW", "2000")), int(os.environ.get("DAOGOU_TEST_FUZZ", "100000"))
PATIENCE_S = 2.0
# What the rules look for, in both languages: chance alone would hardly ever meet it.
WORDS = [
    "laptop",
    "mug",
    "red",
    "lamp",
    "bag",
    "chair",
    "pen",
    "红色",
    "杯子",
    "包",
    "椅子",
    "灯",
    "under",
    "over",
    "between",
    "and",
    "or",
    "not",
    "no",
    "without",
    "with",
    "free",
    "from",
    "for",
    "about",
    "at",
    "least",
    "most",
    "cheapest",
    "lightest",
    "compare",
    "1",
    "2",
    "3",
    "the",
    "first",
    "second",
    "one",
    "more",
    "forget",
    "price",
    "doesn't",
    "matter",
    "不要",
    "至少",
    "最多",
    "以内",
    "以下",
    "以上",
    "左右",
    "便宜",
    "最",
    "的",
    "和",
    "或",
    "第二个",
    "对比",
    "还有",
    "除了",
    "不含",
    "无",
    "非",
    "价格",
    "无所谓",
    "适合",
    "送",
    "妈妈",
    "GB",
    "TB",
    "kg",
    "g",
    "cm",
    "mm",
    "inch",
    '"',
    "'",
    "€",
    "$",
    "¥",
    "元",
    "块",
    "euros",
    "dollars",
    "万",
    "亿",
    "千",
    "百",
    "w",
    "k",
    "%",
    "x",
    "*",
    "/",
    "-",
    ".",
    ",",
    ";",
    ":",
    "?",
    "!",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "size",
    "42",
    "EU",
    "XL",
    "S/M",
    "p1",
    "A1-B2",
    "4006381333931",
    "SKU",
    "do",
    "you",
    "ship",
    "to",
    "France",
    "发货",
    "退货",
    "hello",
    "thanks",
    "谢谢",
    "0",
    "00",
    "9",
    "99999999999999999999999",
    "1e999",
    "-1",
    "1.5",
    "1,5",
    "1.299,00",
    "½",
    "²",
    "①",
    "１２",
    "\u200b",
    "\u202e",
    "\x00",
    "\n",
    "\t",
    "🙂",
    "é",
    "ß",
    "İ",
    "ſ",
    "ﬁ",
    "𠀀",
    "\ufeff",
]
MESSAGES = st.one_of(
    st.lists(st.one_of(st.sampled_from(WORDS), st.integers().map(str), st.text(max_size=6)), max_size=40).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=60).map("".join),
    st.builds(lambda word, times: (word * times)[:2000], st.sampled_from(WORDS), st.integers(1, 2000)),
    st.builds(
        lambda one, other: ((one + " " + other + " ") * 400)[:2000], st.sampled_from(WORDS), st.sampled_from(WORDS)
    ),
    st.text(max_size=2000),
).filter(lambda message: not any("\ud800" <= letter <= "\udfff" for letter in message))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
MONEY = st.fixed_dictionaries(
    {
        "amount": st.floats() | st.integers() | st.decimals().map(str),
        "currency": st.sampled_from(["EUR", "USD", "ZZZ", "", "eur"]),
    }
)
PRODUCT = st.fixed_dictionaries(
    {"id": st.sampled_from(["a", "b", "c", "p1", ""]) | st.text(max_size=8), "title": MESSAGES, "price": MONEY},
    optional={
        "sale_price": MONEY | JSON,
        "sale_price_until": st.datetimes().map(lambda moment: moment.isoformat() + "+14:00")
        | st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]),
        "description": MESSAGES,
        "attributes": st.lists(
            st.fixed_dictionaries(
                {"name": st.sampled_from(["weight", "memory", "size", "colour"]) | st.text(max_size=9)}
                | {"value": JSON | st.integers() | st.floats() | MESSAGES},
                optional={"unit": st.sampled_from(WORDS)},
            ),
            max_size=4,
        ),
        "rating": st.fixed_dictionaries({"value": st.floats() | st.integers(0, 5), "count": st.integers()}),
        "link": st.sampled_from(["http://[", "https://a.example/", "javascript:1", "//x", "/x"]) | st.text(max_size=20),
        "image_link": st.text(max_size=20),
        "category": st.lists(MESSAGES, max_size=3),
        "translations": st.dictionaries(st.text(max_size=3), JSON, max_size=2),
    },
)
EVENT = st.fixed_dictionaries(
    {
        "event_id": st.text(max_size=12),
        "name": st.sampled_from(["view_item", "purchase", "refund", "search", "?"]),
        "timestamp": st.datetimes().map(lambda moment: moment.isoformat() + "Z") | st.text(max_size=5),
        "items": st.lists(
            st.fixed_dictionaries(
                {"item_id": st.text(max_size=5)}, optional={"quantity": st.integers(), "price": JSON}
            ),
            max_size=3,
        ),
    },
    optional={"user_id": st.text(max_size=9), "session_id": st.text(max_size=9), "search_term": MESSAGES},
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(make_shop(tmp_path_factory.mktemp("fuzzed"))) as opened:
        opened.warm()
        yield opened


class Door:
    """The shop's door without a network: one client, one event loop, for all that is sent."""

    def __init__(self, shop: Shop, runner: asyncio.Runner) -> None:
        app = create_app(shop, AppOptions(write_without_key=True, requests_per_minute=10**9))
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False, client=("127.0.0.1", 1))
        self.client = httpx2.AsyncClient(transport=transport, base_url="http://localhost")
        self.run = runner.run

    async def ask(self, method: str, path: str, **given: Any) -> httpx2.Response:
        """The answer; nobody waits for it."""
        started = time.process_time()  # of ours: the machine may be busy with others
        answer = await self.client.request(method, path, **given)
        took_s = time.process_time() - started
        assert took_s < PATIENCE_S, (method, path, given, took_s)
        return answer

    async def say(self, message: str, second: str) -> None:
        """A conversation of two turns, and the first message as a search."""
        session = None
        for said in (message, second):
            if not said.strip():
                continue
            answer = await self.ask("POST", "/v1/chat", json={"message": said, "session_id": session})
            assert answer.status_code == 200, (said, answer.text)
            session = answer.json()["session_id"]
        if message.strip():
            assert (await self.ask("GET", "/v1/search", params={"q": message})).status_code == 200

    async def send(self, path: str, rows: object) -> None:
        """A batch; then each product is read, and the shop still searches."""
        body = json.dumps(rows).encode()
        answer = await self.ask("POST", path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (200, 422), answer.text
        for row in rows if path == "/v1/products" and isinstance(rows, list) else []:
            if isinstance(row, dict) and isinstance(row.get("id"), str) and row["id"].strip(" \t\r\n."):
                read = await self.ask("GET", f"/v1/products/{quote(row['id'].strip()[:200], safe='')}")
                assert read.status_code in (200, 404, 422), read.text
        assert (await self.ask("GET", "/v1/search?q=mug")).status_code == 200


@pytest.fixture(scope="module")
def door(shop: Shop) -> Iterator[Door]:
    with asyncio.Runner() as runner:
        opened = Door(shop, runner)
        yield opened
        runner.run(opened.client.aclose())


ROWS = st.lists(PRODUCT | JSON, min_size=1, max_size=4)
DEEDS = st.lists(EVENT | JSON, min_size=1, max_size=4)


def _many(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.slow
class TestInCi:
    @_many(SLOW * 3 // 5)
    @given(message=MESSAGES, second=MESSAGES)
    def test_messages(self, door: Door, message: str, second: str) -> None:
        door.run(door.say(message, second))

    @_many(SLOW // 5)
    @given(rows=ROWS)
    def test_products(self, door: Door, rows: object) -> None:
        door.run(door.send("/v1/products", rows))

    @_many(SLOW // 5)
    @given(rows=DEEDS)
    def test_events(self, door: Door, rows: object) -> None:
        door.run(door.send("/v1/events", rows))


@pytest.mark.nightly
class TestNightly:
    @_many(NIGHTLY // 2)
    @given(message=MESSAGES, second=MESSAGES)
    def test_messages(self, door: Door, message: str, second: str) -> None:
        door.run(door.say(message, second))

    @_many(NIGHTLY // 5)
    @given(rows=ROWS)
    def test_products(self, door: Door, rows: object) -> None:
        door.run(door.send("/v1/products", rows))

    @_many(NIGHTLY // 5)
    @given(rows=DEEDS)
    def test_events(self, door: Door, rows: object) -> None:
        door.run(door.send("/v1/events", rows))
