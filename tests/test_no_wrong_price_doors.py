"""10,000 products, each with its own sale, through every door of real shops: load, POST, product, search, chat, stream, rail, description.

A shop has a zone, a currency and some products in another, a third of its products are variants, half came by a feed (in the
columns of a mapping, or as Google's), half by POST. The clock goes through the edges of all its sales, and in some calls goes
on while the answer is being made: an answer is of one moment.
"""

import asyncio
import csv
import json
import os
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest

from daogou.api.app import create_app
from daogou.api.state import AppOptions
from daogou.app import Reading, load_shop, open_shop
from daogou.app.opening import Shop
from tests.test_no_wrong_price import CURRENCIES, NOON, ZONES, Sale, amounts_in

SHOPS, PRODUCTS = int(os.environ.get("DAOGOU_TEST_SHOPS", "50")), 200
KINDS = ("laptop", "mug", "lamp", "backpack", "chair", "kettle")
COLOURS, SIZES = ("red", "blue", "green", "black", "white"), ("S", "M", "L")
GROUP = 3  # variants of one thing
MAPPING = """
currency = "{currency}"
[product]
id = "sku"
title = "name"
product_type = "kind"
item_group_id = "model"
price = "amount"
sale_price = "reduced"
price_valid_from = "from"
price_valid_until = "until"
[attributes.columns]
colour = "colour"
size = "size"
"""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A product as its merchant means it."""

    key: str
    title: str
    kind: str
    group: str
    colour: str
    size: str
    currency: str
    sale: Sale


class Merchant:
    """Makes the goods of one shop, and writes them down in the ways that merchants do."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.zone = ZoneInfo(self.dice.choice(ZONES))
        self.currency, self.other = self.dice.sample(CURRENCIES, 2)
        self.items = {item.key: item for item in self._goods()}

    def _goods(self) -> Iterator[Item]:
        amounts = iter(self.dice.sample(range(101, 9_999), 2 * PRODUCTS))
        number = 0
        while number < PRODUCTS:
            name, kind = self._name(), self.dice.choice(KINDS)
            many = GROUP if self.dice.random() < 0.15 and number + GROUP <= PRODUCTS else 1
            colours = self.dice.sample(COLOURS, many)
            currency = self.other if self.dice.random() < 0.05 else self.currency
            for place in range(many):
                yield Item(
                    key=f"p{number}",
                    title=f"{name} {kind}" + (f" {colours[place]}" if many > 1 else ""),
                    kind=kind,
                    group=name if many > 1 else "",
                    colour=colours[place],
                    size=self.dice.choice(SIZES),
                    currency=currency,
                    sale=self._sale(next(amounts), next(amounts)),
                )
                number += 1

    def _name(self) -> str:
        syllables = [self.dice.choice("bdfgklmnprstvz") + self.dice.choice("aeiou") for _ in range(4)]
        return "".join(syllables).title()

    def _sale(self, one: int, other: int) -> Sale:
        cents = [Decimal(self.dice.choice(("0", "0.5", "0.99"))) for _ in range(2)]
        low, high = (amount + part for amount, part in zip(sorted((one, other)), cents, strict=True))
        day = datetime(2026, 11, 23) + timedelta(days=self.dice.randint(-40, 40), seconds=self.dice.randint(0, 86_399))
        last = day + timedelta(days=self.dice.randint(0, 40), seconds=self.dice.randint(1, 86_399))
        begin, end = (moment.replace(tzinfo=self.zone) if self.dice.random() < 0.7 else None for moment in (day, last))
        reduced = low if self.dice.random() < 0.75 else None
        return Sale(full=high, reduced=reduced, begin=begin, end=end)

    def feed(self, path: Path, items: list[Item]) -> Path | None:
        """The CSV, and the mapping where the columns are the merchant's own; else they are Google's."""
        google = self.dice.random() < 0.5
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = [self._google(item) if google else self._own(item) for item in items]
            table = csv.DictWriter(file, rows[0])
            table.writeheader()
            table.writerows(rows)
        if google:
            return None
        mapping = path.with_suffix(".toml")
        mapping.write_text(MAPPING.format(currency=self.currency))
        return mapping

    def _own(self, item: Item) -> dict[str, str]:
        sale, style = item.sale, self.dice.choice(("%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "offset", "epoch"))
        return {
            "sku": item.key,
            "name": item.title,
            "kind": item.kind,
            "model": item.group,
            "amount": f"{sale.full} {item.currency}",
            "reduced": "" if sale.reduced is None else f"{sale.reduced} {item.currency}",
            "from": _written(sale.begin, style),
            "until": _written(sale.end, style),
            "colour": item.colour,
            "size": item.size,
        }

    def _google(self, item: Item) -> dict[str, str]:
        sale = item.sale
        interval = f"{_written(sale.begin, 'offset')}/{_written(sale.end, 'offset')}".strip("/")
        only = "sale_price_effective_date"
        return {
            "id": item.key,
            "title": item.title,
            "product_type": item.kind,
            "item_group_id": item.group,
            "price": f"{sale.full} {item.currency}",
            "sale_price": "" if sale.reduced is None else f"{sale.reduced} {item.currency}",
            only: interval if sale.begin and sale.end else "",
            "color": item.colour,
            "size": item.size,
            "availability": "in stock",
        }

    def row(self, item: Item) -> dict[str, object]:
        """As it is posted."""
        sale = item.sale
        row: dict[str, object] = {
            "id": item.key,
            "title": item.title,
            "product_type": item.kind,
            "item_group_id": item.group,
            "language": "en",
            "price": {"amount": str(sale.full), "currency": item.currency},
            "attributes": [{"name": "colour", "value": item.colour}, {"name": "size", "value": item.size}],
        }
        if sale.reduced is not None:
            row["sale_price"] = {"amount": float(sale.reduced), "currency": item.currency}
        for name, at in (("sale_price_from", sale.begin), ("sale_price_until", sale.end)):
            row |= {name: at.isoformat()} if at else {}
        return row


def _written(at: datetime | None, style: str) -> str:
    if at is None:
        return ""
    if style == "epoch":
        return str(int(at.timestamp()))
    return at.isoformat() if style == "offset" else at.strftime(style)


class Clock:
    """Set by hand; with a `step` it goes on at every look."""

    def __init__(self) -> None:
        self.at, self.step = NOON, timedelta()
        self.seen: list[datetime] = []

    def __call__(self) -> datetime:
        now = self.at
        self.seen.append(now)
        self.at += self.step
        return now


class Shopper:
    """Asks at every door, and believes nothing."""

    def __init__(self, merchant: Merchant, client: httpx2.AsyncClient, clock: Clock) -> None:
        self.merchant, self.client, self.clock = merchant, client, clock
        self.dice, self.items = merchant.dice, merchant.items
        self.session: str | None = None
        self.cards = 0

    async def visit(self) -> None:
        """Every product at one edge of its own sale, in the order of time."""
        moments = [(self._edge(item), item) for item in self.items.values()]
        for number, (at, item) in enumerate(sorted(moments, key=lambda one: one[0])):
            if number % 10 == 0:
                self.session = None
            self.clock.at = at
            await self._ask("GET", f"/v1/products/{item.key}")
            door = self.dice.choice((self._search, self._budget, self._chat, self._chat, self._stream, self._describe))
            ticks = self.dice.random() < 0.3
            self.clock.at, self.clock.step = at, timedelta(seconds=1 if ticks else 0)
            await door(item)
            self.clock.step = timedelta()
            if number % 5 == 0:
                self.clock.at = at
                await self._ask("GET", f"/v1/recommendations?product_id={item.key}")

    def _edge(self, item: Item) -> datetime:
        return self.dice.choice([*item.sale.turns(), NOON])

    async def _search(self, item: Item) -> None:
        found = await self._ask("GET", "/v1/search", params={"q": item.title, "limit": 5})
        assert self._thing(found["results"][0]["product_id"]) == (item.group or item.key)

    async def _budget(self, item: Item) -> None:
        """What fits stands before what does not; the product is at the very edge of the budget, on either side."""
        self.clock.step = timedelta()
        asked = self._asked(self.clock.at)
        budget = asked[item.key] - Decimal(self.dice.choice(("0", "0.01")))
        query = f"{item.kind} under {budget} {item.currency}"
        found = await self._ask("GET", "/v1/search", params={"q": query, "limit": 200})
        fitting = {
            self._thing(key)
            for key, other in self.items.items()
            if other.kind == item.kind and other.currency == item.currency and asked[key] <= budget
        }
        comparable = [one for one in found["results"] if one["price"]["currency"] == item.currency]
        first = {self._thing(one["product_id"]) for one in comparable[: len(fitting)]}
        assert first == fitting, (query, first ^ fitting)

    async def _chat(self, item: Item) -> None:
        message, first = self.dice.choice(self._messages(item)), self.session is None
        body = await self._ask("POST", "/v1/chat", json={"message": message, "session_id": self.session})
        self.session = body["session_id"]
        if message == f"the cheapest {item.kind}" and first and not self.clock.step:
            self._assert_cheapest(item.kind, body)

    async def _stream(self, item: Item) -> None:
        body = {"message": item.title, "session_id": self.session}
        answer = await self._called("POST", "/v1/chat", json=body, headers={"Accept": "text/event-stream"})
        news = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]
        self._assert_of_one_moment(news)

    async def _describe(self, item: Item) -> None:
        brief = {"product_ids": [item.key], "with_price": True, "language": self.dice.choice(("en", "zh"))}
        body = await self._ask("POST", "/v1/descriptions", json=brief)
        told = amounts_in(body["descriptions"][0]["description"])
        assert len(told) == 1, body

    def _messages(self, item: Item) -> list[str]:
        return [
            f"the cheapest {item.kind}",
            f"how much is the {item.title}?",
            f"show me a {item.kind}",
            f"{item.kind} under {item.sale.full} {item.currency}",
            f"{item.title}多少钱？",
            "how much is the second one?",
            "第一个多少钱？",
            "compare the first one and the second one",
            "anything cheaper than the second one?",
            "which of these is the cheapest?",
            f"a {item.kind} on sale",
        ]

    def _assert_cheapest(self, kind: str, body: Mapping[str, Any]) -> None:
        asked = self._asked(self.clock.at)
        of_kind = [one for one in self.items.values() if one.kind == kind]
        if len({one.currency for one in of_kind}) > 1:
            return
        shown = [asked[one["product_id"]] for one in body["recommendations"]]
        assert (shown[0], shown) == (min(asked[one.key] for one in of_kind), sorted(shown)), body["text"]

    async def _ask(self, method: str, path: str, **given: Any) -> Any:
        body = (await self._called(method, path, **given)).json()
        self._assert_of_one_moment(body)
        return body

    async def _called(self, method: str, path: str, **given: Any) -> httpx2.Response:
        self.clock.seen = [self.clock.at]
        answer = await self.client.request(method, path, **given)
        assert answer.status_code == 200, (path, given, answer.text)
        return answer

    def _assert_of_one_moment(self, body: object) -> None:
        """All that is said is true at one of the moments at which the shop looked at the clock."""
        parts, wrong = list(_objects(body)), {}
        for at in dict.fromkeys(self.clock.seen):
            wrong[at] = list(self._wrong(parts, at))
            if not wrong[at]:
                return
        raise AssertionError(wrong)

    def _wrong(self, parts: Sequence[Mapping[str, Any]], at: datetime) -> Iterator[object]:
        asked = self._asked(at)
        told: set[Decimal] = set()
        about, bounds = set[str](), set[Decimal]()
        for part in parts:
            key = part.get("product_id") or part.get("id")
            if key in self.items:
                about.add(key)
                yield from self._wrong_row(self.items[key], part, asked[key])
            told.update(*(amounts_in(part[name]) for name in TEXTS if isinstance(part.get(name), str)))
            if part.get("attribute") == "price" and "operator" in part:
                bounds.update(Decimal(str(part[name])) for name in ("value", "high") if part.get(name) is not None)
        known = {asked[key] for key in about} | {self.items[key].sale.full for key in about} | bounds
        yield from (one for one in told - known if not _is_difference(one, known))

    def _wrong_row(self, item: Item, part: Mapping[str, Any], amount: Decimal) -> Iterator[object]:
        if "price" in part:
            self.cards += 1
            yield from _differs(part["price"], amount, item, "price")
        if "price_before" in part:
            yield from _differs(part["price_before"], item.sale.full if item.sale.full > amount else None, item, "was")
        if part.get("field") == "price" and amounts_in(part["value"]) != {amount}:
            yield (item, part)

    def _asked(self, at: datetime) -> dict[str, Decimal]:
        return {key: item.sale.asked(at) for key, item in self.items.items()}

    def _thing(self, key: str) -> str:
        return self.items[key].group or key


TEXTS = ("text", "question", "description", "delta")


def _objects(body: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(body, dict):
        yield body
    for inner in body.values() if isinstance(body, dict) else body if isinstance(body, list) else ():
        yield from _objects(inner)


def _differs(money: Mapping[str, Any] | None, amount: Decimal | None, item: Item, name: str) -> Iterator[object]:
    told = money and (Decimal(repr(money["amount"])), money["currency"])
    if told != (amount if amount is None else (amount, item.currency)):
        yield (item, name, money)


def _is_difference(amount: Decimal, known: set[Decimal]) -> bool:
    """Answers also tell by how much one is cheaper than another, or over the budget."""
    return any(abs(abs(one - other) - amount) < Decimal("0.01") for one in known for other in known)


def check(seed: int, folder: Path) -> int:
    """One shop from its feed to its shoppers; how many prices were looked at."""
    merchant, clock = Merchant(seed), Clock()
    items = list(merchant.items.values())
    fed = [item for number, item in enumerate(items) if number < PRODUCTS // 2]
    mapping = merchant.feed(folder / "feed.csv", fed)
    shop = folder / "shop"
    shop.mkdir()
    (shop / "daogou.toml").write_text(f'encoders = ["lsa"]\ntime_zone = "{merchant.zone.key}"\n')
    load_shop(folder / "feed.csv", folder=shop, reading=Reading(mapping=mapping))
    if mapping is None:  # Google's interval has a beginning and an end, or there is none
        merchant.items |= {item.key: _as_google_tells(item) for item in fed}
    with open_shop(shop, clock=clock) as opened:
        return asyncio.run(_visited(opened, merchant, clock, items[len(fed) :]))


def _as_google_tells(item: Item) -> Item:
    sale = item.sale
    whole = sale.begin is not None and sale.end is not None
    begin, end = (sale.begin, sale.end) if whole else (None, None)
    return Item(**{**vars(item), "sale": Sale(full=sale.full, reduced=sale.reduced, begin=begin, end=end)})


async def _visited(shop: Shop, merchant: Merchant, clock: Clock, posted: list[Item]) -> int:
    app = create_app(shop, AppOptions(write_without_key=True, requests_per_minute=10**9), clock=clock)
    transport = httpx2.ASGITransport(app, client=("127.0.0.1", 1))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client,
    ):
        answer = await client.post("/v1/products", json=[merchant.row(item) for item in posted])
        assert (answer.status_code, answer.json()["accepted"]) == (200, len(posted)), answer.text
        while shop.index_version < shop.catalogue.version:
            await asyncio.sleep(0.01)
        shopper = Shopper(merchant, client, clock)
        await shopper.visit()
        return shopper.cards


@pytest.mark.slow
def test_no_door_of_a_shop_says_a_price_but_that_of_now(tmp_path: Path) -> None:
    assert check(0, tmp_path) > PRODUCTS


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(1, SHOPS + 1))
def test_no_door_of_ten_thousand_products_says_a_price_but_that_of_now(tmp_path: Path, seed: int) -> None:
    assert check(seed, tmp_path) > PRODUCTS
