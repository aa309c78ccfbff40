"""A year of simulated shoppers, each with tastes that a recommender can find again.

A shopper likes a few departments, one brand in each, a price level and some colours; views follow the tastes, the season and the
products' own popularity (Zipf), purchases follow the views, and things that go together are bought together.
"""

import json
import math
import random
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from itertools import accumulate
from pathlib import Path

from daogou.app.demo.catalogue import DemoProduct, Department, demo_products, departments
from daogou.catalog.products.event import Event, EventItem, EventName

LAST_DAY = datetime(2026, 10, 31, tzinfo=UTC)
DAYS = 365
SHOPPERS = 3000
SESSIONS_A_SHOPPER = 6.0  # mean


@dataclass(frozen=True, kw_only=True)
class Taste:
    """What one shopper likes; planted, so that what is learnt can be checked."""

    user_id: str
    departments: tuple[str, ...]
    brands: frozenset[str]
    colours: frozenset[str]
    price_level: float  # 0 to 1
    chinese: bool


def demo_tastes(seed: int) -> list[Taste]:
    """The shoppers; the same for the same seed."""
    dice = random.Random(f"{seed} tastes")
    return [_taste(f"u{number:05d}", dice) for number in range(SHOPPERS)]


def demo_events(seed: int, products: list[DemoProduct]) -> Iterator[Event]:
    """What they did in the year up to LAST_DAY, shopper by shopper."""
    shelves = {department.name: _Shelf(department, products, seed) for department in departments()}
    for taste in demo_tastes(seed):
        dice = random.Random(f"{seed} {taste.user_id}")
        for number in range(1 + int(dice.expovariate(1 / SESSIONS_A_SHOPPER))):
            yield from _session(taste, f"{taste.user_id}-{number}", shelves, dice)


class _Shelf:
    """One department's products with their popularity."""

    def __init__(self, department: Department, products: list[DemoProduct], seed: int) -> None:
        self.department = department
        self.products = [product for product in products if product.department == department.name]
        dice = random.Random(f"{seed} shelf {department.name}")
        ranks = dice.sample(range(1, len(self.products) + 1), len(self.products))
        self.popularity = [1 / math.sqrt(rank) for rank in ranks]

    def draw(self, taste: Taste, dice: random.Random, n: int) -> list[DemoProduct]:
        """n different products that this shopper would look at."""
        likings = [
            popularity * _liking(taste, product)
            for popularity, product in zip(self.popularity, self.products, strict=True)
        ]
        edges = list(accumulate(likings))
        drawn = {min(bisect(edges, dice.random() * edges[-1]), len(edges) - 1): None for _ in range(n)}
        return [self.products[index] for index in drawn]


def _taste(user_id: str, dice: random.Random) -> Taste:
    by_name = {department.name: department for department in departments()}
    liked = tuple(dice.sample(list(by_name), k=dice.choice((2, 3, 4))))
    return Taste(
        user_id=user_id,
        departments=liked,
        brands=frozenset(dice.choice(by_name[name].brands).name for name in liked),
        colours=frozenset(dice.sample(("black", "white", "blue", "red", "green", "pink", "grey", "silver"), k=2)),
        price_level=dice.betavariate(2, 2),
        chinese=dice.random() < 0.5,
    )


def _liking(taste: Taste, product: DemoProduct) -> float:
    """How much more likely than its popularity says: brand x4, colour x2, price on a bell curve, sold out x0.2."""
    liking = math.exp(-(((product.price_level - taste.price_level) / 0.3) ** 2))
    liking *= 4.0 if product.brand in taste.brands else 1.0
    liking *= 2.0 if product.colour in taste.colours else 1.0
    return liking if product.in_stock else 0.2 * liking


def _session(taste: Taste, session_id: str, shelves: dict[str, _Shelf], dice: random.Random) -> Iterator[Event]:
    at = LAST_DAY - timedelta(seconds=dice.randrange(DAYS * 86400))
    shelf = shelves[_department(taste, shelves, at, dice)]
    clock = _Clock(session_id, taste.user_id, at, dice)
    said = shelf.department.name_zh if taste.chinese else shelf.department.name
    yield clock.event(EventName.SEARCH, search_term=said)
    viewed = shelf.draw(taste, dice, n=dice.randrange(2, 7))
    for product in viewed:
        yield clock.event(EventName.VIEW_ITEM, product)
    if dice.random() < 0.55:
        yield from _checkout(taste, shelf, shelves, viewed, clock, dice)


def _department(taste: Taste, shelves: dict[str, _Shelf], at: datetime, dice: random.Random) -> str:
    """Mostly what the shopper likes, sometimes anything; in season twice as likely."""
    names = list(taste.departments) if dice.random() < 0.85 else list(shelves)
    weights = [2.0 if at.month in shelves[name].department.season else 1.0 for name in names]
    return dice.choices(names, weights)[0]


def _checkout(
    taste: Taste,
    shelf: _Shelf,
    shelves: dict[str, _Shelf],
    viewed: list[DemoProduct],
    clock: "_Clock",
    dice: random.Random,
) -> Iterator[Event]:
    basket = [max(viewed, key=lambda product: _liking(taste, product) * dice.uniform(0.5, 1.5))]
    for name in shelf.department.goes_with:
        if dice.random() < 0.4:
            basket += shelves[name].draw(taste, dice, n=1)
    yield from (clock.event(EventName.ADD_TO_CART, product) for product in basket)
    if dice.random() < 0.7:
        yield clock.event(EventName.PURCHASE, *basket)
        if dice.random() < 0.04:
            yield clock.event(EventName.REFUND, basket[0])


class _Clock:
    """Numbers and times the events of one session."""

    def __init__(self, session_id: str, user_id: str, at: datetime, dice: random.Random) -> None:
        self.session_id, self.user_id, self.at, self.dice, self.count = session_id, user_id, at, dice, 0

    def event(self, name: EventName, *products: DemoProduct, search_term: str = "") -> Event:
        """The next event, some seconds after the last."""
        self.at += timedelta(seconds=self.dice.randrange(5, 90))
        self.count += 1
        return Event(
            event_id=f"{self.session_id}-{self.count}",
            name=name,
            timestamp=self.at,
            user_id=self.user_id,
            session_id=self.session_id,
            items=tuple(EventItem(item_id=str(product.row["id"]), price=product.price) for product in products),
            search_term=search_term,
        )


SEED = 7
FEED, EVENTS, MAPPING, SHOP = "products.jsonl", "events.jsonl", "mapping.toml", "shop"
NAME = "Daogou Demo"


def write_demo(folder: Path, *, seed: int = SEED) -> None:
    """products.jsonl, events.jsonl, mapping.toml and catalog/products/daogou.toml into the folder (made when missing)."""
    (folder / SHOP).mkdir(parents=True, exist_ok=True)
    (folder / SHOP / "daogou.toml").write_text(f'name = "{NAME}"\n', encoding="utf-8")
    products = demo_products(seed)
    _write(folder / FEED, (product.row for product in products))
    (folder / MAPPING).write_text(
        resources.files("daogou.app.demo").joinpath(MAPPING).read_text(encoding="utf-8"), encoding="utf-8"
    )
    _write(folder / EVENTS, (_event_row(event) for event in demo_events(seed, products)))


def _write(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _event_row(event: Event) -> dict[str, object]:
    items = [{"item_id": one.item_id, "quantity": one.quantity, "price": str(one.price)} for one in event.items]
    row = vars(event) | {"timestamp": event.timestamp.isoformat(), "items": items}
    return {
        name: row[name] for name in ("event_id", "name", "timestamp", "user_id", "session_id", "search_term", "items")
    }
