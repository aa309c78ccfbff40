"""Hits with numbered events and packed products, and orders that wait for their money."""

import json
from pathlib import Path
from typing import Any

import pytest

from daogou.feed.log.event_log import read_events
from tests.feed_files import write


class Shop:
    def find(self, names: list[str]) -> str | None:
        return next((name for name in names if name in ("A", "B", "C")), None)


def done(path: Path) -> list[tuple[str, list[tuple[str, int, str]]]]:
    events = [row.event for row in read_events(path, products=Shop())]  # type: ignore[arg-type]
    return [(event.name, [(i.item_id, i.quantity, str(i.price)) for i in event.items]) for event in events if event]


HEADER = "hit_time_gmt\texclude_hit\thitid_high\thitid_low\tpost_visid_high\tpost_visid_low\tvisit_num\tevent_list\tpost_event_list\tproduct_list\tpost_product_list"
HITS = [
    "1795168800\t0\t1\t1\t9\t7\t1\t100\t100,101\t\t",
    "1795168860\t0\t1\t2\t9\t7\t1\t2\t2,100\tHome;B\tHome;A",
    "1795169370\t0\t1\t3\t9\t7\t1\t1\t200,1\t\tHome;A;2;78.00;;eVar1=x,;B;1;29.00",
    "1795169700\t1\t1\t4\t9\t8\t1\t1\t1\t\tHome;C;9;81.00",
]


def test_a_hit_is_the_weightiest_of_its_events_with_the_products_after_processing(tmp_path: Path) -> None:
    path = write(tmp_path, "\n".join([HEADER, *HITS]), "hit_data.tsv")
    bought = [("A", 2, "39"), ("B", 1, "29")]
    assert [(name, [(i, n, p.removesuffix(".00")) for i, n, p in items]) for name, items in done(path)] == [
        ("view_item", [("A", 1, "None")]),
        ("purchase", bought),
    ]
    users = [row.event.user_id for row in read_events(path, products=Shop()) if row.event]  # type: ignore[arg-type]
    assert users == ["9-7", "9-7"]


ORDER = {
    "order_number": 1,
    "status": "completed",
    "date_created_gmt": "2026-11-20T10:09:30",
    "line_items": [{"sku": "A", "quantity": 1}],
}


@pytest.mark.parametrize(
    ("states", "counted"),
    [
        ({"status": "pending"}, 1),
        ({"status": "failed"}, 1),
        ({"status": "pending", "date_paid": "2026-11-20T10:10:00"}, 2),
        ({"status": "paid", "fulfillment_status": "pending"}, 2),
        ({"financial_status": "paid", "status": "pending"}, 2),
        ({"status": "open", "payment_status": "pending"}, 1),
    ],
)
def test_an_order_that_waits_for_its_money_is_no_purchase(states: dict[str, Any], counted: int, tmp_path: Path) -> None:
    orders = [ORDER, ORDER | {"order_number": 2} | states]
    assert len(done(write(tmp_path, json.dumps(orders), "orders.json"))) == counted
