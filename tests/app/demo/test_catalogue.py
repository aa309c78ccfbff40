import json
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

from daogou.app.demo.catalogue import DemoProduct, demo_products, departments, in_chinese
from daogou.app.demo.shoppers import DAYS, EVENTS, FEED, LAST_DAY, demo_events, demo_tastes, write_demo
from daogou.catalog.products.event import Event, EventName

SEED = 7


@pytest.fixture(scope="module")
def products() -> list[DemoProduct]:
    return demo_products(SEED)


@pytest.fixture(scope="module")
def events(products: list[DemoProduct]) -> list[Event]:
    return list(demo_events(SEED, products))


def test_the_shop_is_big_enough_and_every_id_and_title_is_its_own(products: list[DemoProduct]) -> None:
    assert len(products) >= 1500
    assert len({product.department for product in products}) >= 15
    assert len({product.row["id"] for product in products}) == len(products)
    assert len({product.row["title"] for product in products}) == len(products)


def test_the_same_seed_makes_the_same_shop_and_another_seed_another(products: list[DemoProduct]) -> None:
    assert demo_products(SEED) == products
    assert demo_products(SEED + 1) != products


def test_every_row_is_in_both_languages_without_an_unfilled_place(products: list[DemoProduct]) -> None:
    for product in products:
        for column in ("title", "title_zh", "description", "description_zh"):
            assert product.row[column]
            assert "{" not in str(product.row[column])


def test_every_text_value_has_a_chinese_word() -> None:
    latin = {
        (fact.name, value)
        for department in departments()
        for fact in department.facts
        for value in fact.values
        if isinstance(value, str) and value.isalpha() and in_chinese(fact.name, value) == value
    }
    assert {value for _, value in latin} <= {"S", "M", "L", "XL"}


def test_the_title_says_what_the_facts_say(products: list[DemoProduct]) -> None:
    laptops = [product.row for product in products if product.department == "laptop"]
    for row in laptops:
        assert f"{row['memory']} RAM" in str(row["title"])
        assert f"{str(row['screen_size']).removesuffix(' in')}英寸" in str(row["title_zh"])


def test_gtins_have_a_right_check_digit(products: list[DemoProduct]) -> None:
    for product in products:
        digits = [int(digit) for digit in str(product.row["gtin"])]
        assert sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0


def test_a_year_of_events_names_known_products_only(products: list[DemoProduct], events: list[Event]) -> None:
    assert len(events) >= 100_000
    known = {product.row["id"] for product in products}
    assert {item.item_id for event in events for item in event.items} <= known
    assert len({event.event_id for event in events}) == len(events)
    assert min(event.timestamp for event in events) >= LAST_DAY - timedelta(days=DAYS)


def test_shoppers_buy_what_they_were_given_a_taste_for(products: list[DemoProduct], events: list[Event]) -> None:
    tastes = {taste.user_id: taste for taste in demo_tastes(SEED)}
    brand = {str(product.row["id"]): product.brand for product in products}
    bought = [
        (tastes[event.user_id], brand[item.item_id])
        for event in events
        if event.name is EventName.PURCHASE
        for item in event.items
    ]
    liked = sum(name in taste.brands for taste, name in bought) / len(bought)
    assert liked > 0.45  # a brand in five or so would be liked by chance


def test_tents_sell_in_summer_and_bags_go_with_laptops(products: list[DemoProduct], events: list[Event]) -> None:
    department = {str(product.row["id"]): product.department for product in products}
    months: Counter[bool] = Counter()
    together: defaultdict[str, int] = defaultdict(int)
    for event in events:
        if event.name is EventName.PURCHASE:
            kinds = [department[item.item_id] for item in event.items]
            together[" + ".join(sorted(kinds))] += 1
            months.update(event.timestamp.month in (5, 6, 7) for kind in kinds if kind == "tent")
    assert months[True] / months.total() > 0.3  # a quarter of the year
    assert together["laptop + laptop bag"] > 5 * together["laptop + tent"]


def test_the_files_hold_the_shop(tmp_path: Path, products: list[DemoProduct], events: list[Event]) -> None:
    write_demo(tmp_path / "demo", seed=SEED)
    rows = [json.loads(line) for line in (tmp_path / "demo" / FEED).read_text(encoding="utf-8").splitlines()]
    assert rows == [product.row for product in products]
    lines = (tmp_path / "demo" / EVENTS).read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(events)
    assert json.loads(lines[0])["event_id"] == events[0].event_id
