"""Behaviour logs and lists of orders in other systems' layouts, with what is right."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from daogou.errors import FeedError
from daogou.feed.log.acts import word_of
from daogou.feed.log.event_log import EventLogReader, read_events
from tests.feed_files import write

IDS = {"A1": "A1", "SKU-1": "A1", "Kettle": "A1", "A2": "A2", "SKU-2": "A2", "Toaster": "A2", "SKU-4": "A4"}
V, C, P = 1795168800, 1795169100, 1795169370  # 10:00:00, 10:05:00 and 10:09:30 of 20 November 2026
VIEW, CART, BOUGHT, BOTH = "view_item A1*1 u1", "add_to_cart A1*2 u1", "purchase A1*2 u1", "purchase A1*2 A2*1 u1"


class Shelf:
    """Knows the products by id, number and title."""

    def find(self, names: Sequence[str]) -> str | None:
        return next((IDS[name] for name in names if name in IDS), None)


def read(folder: Path, text: str, name: str = "log.csv") -> EventLogReader:
    return read_events(write(folder, text, name), products=Shelf())


def events(folder: Path, text: str, name: str = "log.csv") -> list[str]:
    """Each event in short; the times have to be right as well."""
    found = [row.event for row in read(folder, text, name) if row.event]
    right = {"view_item": V, "add_to_cart": C}
    assert [int(e.timestamp.timestamp()) for e in found] == [right.get(e.name.value, P) for e in found]
    assert len({event.event_id for event in found}) == len(found)
    return [
        " ".join([e.name.value, *(f"{i.item_id}*{i.quantity}" for i in e.items), e.search_term or e.user_id])
        for e in found
    ]


def lines(*objects: object) -> str:
    return "".join(json.dumps(one) + "\n" for one in objects)


def ga4(at: int, name: str, *items: object, **more: object) -> dict[str, object]:
    params = [
        {"key": "ga_session_id", "value": {"int_value": "7"}},
        {"key": "search_term", "value": {"string_value": "pot"}},
    ]
    own = {"event_timestamp": f"{at}000000", "event_name": name, "event_params": params, "user_pseudo_id": "u1"}
    return own | {"items": list(items)} | more


def segment(number: int, at: str, event: str, **properties: object) -> dict[str, object]:
    own = {"anonymousId": "a", "messageId": f"m{number}", "timestamp": at, "type": "track", "userId": "u1"}
    return own | {
        "event": event,
        "context": {"page": {"search": ""}, "library": {"name": "js"}},
        "properties": properties,
    }


KETTLES = [{"item_id": "A1", "quantity": "2", "price": 39.0}, {"item_id": "A2", "item_category": "(not set)"}]
MATOMO = {
    "idVisit": "88",
    "visitorId": "ab",
    "userId": "u1",
    "serverTimestamp": P + 30,
    "actionDetails": [
        {"type": "action", "timestamp": V, "productViewSku": "SKU-1", "productViewName": "Kettle"},
        {"type": "search", "timestamp": P, "siteSearchKeyword": "pot"},
        {"type": "action", "timestamp": V, "pageTitle": "Home"},
        {
            "type": "ecommerceOrder",
            "orderId": "O-7",
            "timestamp": P,
            "itemDetails": [{"itemSKU": "SKU-1", "quantity": 2}, {"itemSKU": "SKU-2", "itemName": "Toaster"}],
        },
    ],
}
ECOMMERCE = "com_snowplowanalytics_snowplow_ecommerce"
SNOWPLOW = {
    "event_id": "e1",
    "derived_tstamp": "2026-11-20T10:09:30Z",
    "event_name": "snowplow_ecommerce_action",
    "event": "unstruct",
    "user_id": "u1",
    f"unstruct_event_{ECOMMERCE}_snowplow_ecommerce_action_1": {"type": "transaction"},
    f"contexts_{ECOMMERCE}_product_1": [{"id": "A1", "quantity": 2}, {"id": "A2"}],
}
PACKED = "name:Kettle|product_id:11|sku:SKU-1|quantity:2|total:78.00,name:Toaster|product_id:12|sku:SKU-2|quantity:1|total:29"
CELLS = "Product ID: 77, Product Qty: 2, Product SKU: SKU-1|Product ID: 78, Product Qty: 1, Product SKU: SKU-2"


@pytest.mark.parametrize(
    ("name", "text", "right"),
    [
        (
            "GA4 in BigQuery",
            lines(
                ga4(V, "session_start"),
                ga4(V, "view_item", {"item_id": "A1"}),
                ga4(P, "purchase", *KETTLES, ecommerce={"transaction_id": "T-7"}),
                ga4(P, "view_search_results"),
            ),
            [VIEW, BOTH, "search pot"],
        ),
        (
            "Segment, a message sent twice",
            lines(
                segment(1, "2026-11-20T10:00:00Z", "Product Viewed", product_id="A1", name="Kettle"),
                *[segment(3, "2026-11-20T10:09:30Z", "Order Completed", order_id="7", products=KETTLES)] * 2,
                segment(4, "2026-11-20T10:00:00Z", "Newsletter Joined"),
            ),
            [VIEW, BOTH],
        ),
        ("Matomo's visits", json.dumps([MATOMO], indent=1), [VIEW, "search pot", BOTH]),
        ("Snowplow's commerce", lines(SNOWPLOW), [BOTH]),
        (
            "Snowplow's transactions",
            "collector_tstamp,event,event_id,user_id,ti_orderid,ti_sku,ti_quantity\n"
            "2026-11-20 10:09:30.000,transaction,1,u1,,,\n"
            "2026-11-20 10:09:30.000,transaction_item,2,u1,7,SKU-1,2\n"
            "2026-11-20 10:09:30.000,transaction_item,3,u1,7,SKU-2,1\n",
            [BOTH],
        ),
        (
            "milliseconds, and nothing called as we do",
            f"timestamp,visitorid,event,itemid,transactionid\n{V}000,u1,view,A1,\n"
            f"{P}000,u1,transaction,A1,40\n{P}000,u1,transaction,A2,40\n",
            [VIEW, "purchase A1*1 A2*1 u1"],
        ),
        (
            "columns that only their cells explain",
            "wer,was,wann,womit\nx,pv,2026-11-20 10:00:00 UTC,A1\ny,buy,2026-11-20 10:09:30 UTC,A2\n",
            ["view_item A1*1 ", "purchase A2*1 "],
        ),
        (
            "a counter is no id, and a number of an order is one",
            lines(
                {"event_id": 1, "event_time": "2026-11-20 10:00:00.5", "event_type": "Product Viewed", "user_id": "u1",
                 "event_properties": {"product_id": "A1"}, "uuid": "x"},
                {"event_id": 1, "event_time": "2026-11-20 10:05:00.5", "event_type": "Product Added", "user_id": "u1",
                 "event_properties": {"product_id": "A1", "quantity": 2}, "uuid": "y"},
            ),
            [VIEW, CART],
        ),
        (
            "Woo orders, a row a line",
            "Order Number,Order Status,Order Date,Customer Note,Customer ID,SKU,Item #,Item Name,Quantity (- Refund)\n"
            "501,Completed,2026-11-20 10:09:30,,u1,SKU-1,1,Kettle,2\n501,Completed,2026-11-20 10:09:30,,u1,SKU-2,2,Toaster,1\n"
            "503,Cancelled,2026-11-22 09:00,,u3,SKU-4,1,Mug,1\n",
            [BOTH],
        ),
        (
            "Woo orders, products packed in a cell",
            f'order_id,order_date,status,customer_id,line_items\n501,2026-11-20 10:09:30,wc-completed,u1,"{PACKED.replace(",name", ";name")}"\n',
            [BOTH],
        ),
        (
            "Woo orders, products in numbered columns",
            "order_id,order_date,status,customer_id,line_item_1,line_item_2\n"
            f"501,2026-11-20 10:09:30,completed,u1,{PACKED}\n",
            [BOTH],
        ),
        (
            "Woo's analytics, by title",
            'Date,"Order #",Status,User,Product(s)\n2026-11-20 10:09:30,501,completed,u1,"2× Kettle, 1× Toaster"\n',
            [BOTH],
        ),
        (
            "products in one cell, with commas inside of each",
            f'Order ID,Customer ID,Order Status,Order Date,Order Time,Product Details\n118,u1,Completed,2026-11-20,10:09:30,"{CELLS}"\n',
            [BOTH],
        ),
        (
            "ids and quantities side by side in cells",
            'order_id,created_at,customer_id,product_ids,quantities\n1,2026-11-20T10:09:30Z,u1,"A1,A2","2,1"\n',
            [BOTH],
        ),
        (
            "only the first line of an order says when and how",
            "Order ID,Financial Status,Created at,Customer ID,Lineitem quantity,Lineitem sku\n"
            "42,PAID,2026-11-20 05:09:30 -0500,u1,2,SKU-1\n42,,,,1,SKU-2\n43,VOIDED,2026-11-20 05:09:30 -0500,u1,2,SKU-1\n43,,,,1,SKU-2\n",
            [BOTH],
        ),
        (
            "Chinese headings",
            "订单编号,商品编号,商品名称,订购数量,下单时间,订单状态,下单帐号\n3301,A1,电水壶,2,2026-11-20 10:09:30,完成,u1\n"
            "3302,A2,面包机,1,2026-11-20 10:09:30,已取消,u2\n",
            [BOUGHT],
        ),
    ],
)  # fmt: skip
def test_a_log_of_another_system_is_read_unaided(name: str, text: str, right: list[str], tmp_path: Path) -> None:
    assert events(tmp_path, text, "log.csv" if text[0] not in "[{" else "log.jsonl") == right


def test_lists_in_parquet_are_read_as_in_json(tmp_path: Path) -> None:
    rows = [ga4(V, "view_item", {"item_id": "A1"}), ga4(P, "purchase", {"item_id": "A1"}, {"item_id": "A2"})]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "log.parquet")
    found = [row.event for row in read_events(tmp_path / "log.parquet", products=Shelf()) if row.event]
    assert [[item.item_id for item in event.items] for event in found] == [["A1"], ["A1", "A2"]]


ORDERS = (
    "Name,Email,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem sku\n"
    "#1001,ada@x.test,refunded,2026-11-20 11:09:30 +0100,2,Kettle,SKU-1\n"
    "#1001,ada@x.test,,2026-11-20 11:09:30 +0100,1,Toaster,SKU-2\n"
    "#1002,bob@x.test,paid,2026-11-20 11:09:30 +0100,1,Gone,SKU-9\n"
)


def test_what_was_refunded_was_bought_and_went_back_and_nobody_is_named(tmp_path: Path) -> None:
    found = [row.event for row in read(tmp_path, ORDERS) if row.event]
    told = [(event.name.value, event.items[0].item_id) for event in found]
    assert told == [("purchase", "A1"), ("refund", "A1"), ("purchase", "A2"), ("refund", "A2"), ("purchase", "SKU-9")]
    assert len({event.user_id for event in found}) == 2
    assert not any("@" in event.user_id or not event.user_id for event in found)
    assert [row.event for row in read(tmp_path, ORDERS) if row.event] == found


def test_bad_rows_are_told_and_rows_of_no_product_are_counted(tmp_path: Path) -> None:
    log = (
        "event,messageId,timestamp,userId,product_id,quantity\n"
        "Product Viewed,1,2026-11-20T10:00:00Z,u1,A1,1\n"
        "Product Viewed,1,2026-11-20T10:00:00Z,u1,A1,1\n"
        "Order Completed,2,2026-11-20T10:00:00Z,u1,A1,0\n"
        "Order Completed,3,2026-11-20T10:00:00Z,u1,,1\n"
        "Order Completed,4,yesterday,u1,A1,1\n"
        "Order Completed,5,2026-11-20T10:00:00Z,u1,A1,-1\n"
        "Page Viewed,6,2026-11-20T10:00:00Z,u1,,\n"
    )
    found = list(read(tmp_path, log))
    assert [row.event.name.value for row in found if row.event] == ["view_item", "refund"]
    assert {row.number: row.reasons for row in found if row.reasons} == {
        4: ("quantity is zero",),
        5: ("no column names its product",),
        6: ("timestamp 'yesterday' is not a time",),
    }
    assert [row.aside for row in found if row.aside] == ["Page Viewed"]


def test_the_guess_is_told(tmp_path: Path) -> None:
    assert read(tmp_path, ORDERS).guessed == (
        "timestamp = created_at; user_id = email; order = name; status = financial_status;"
        " item = lineitem_sku or lineitem_name; quantity = lineitem_quantity; every row is a purchase"
    )


def test_a_table_that_is_no_log_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="no column tells when something was done"):
        read(tmp_path, "colour,size\nred,4\n")


def test_json_that_breaks_off_is_read_up_to_there(tmp_path: Path) -> None:
    text = json.dumps([MATOMO, MATOMO], indent=1)[:-40]
    rows = list(read(tmp_path, text, "log.json"))
    assert sum(row.event is not None for row in rows) == 3
    assert [row.number for row in rows if "breaks off" in " ".join(row.reasons)] == [2]


def test_a_name_is_the_same_however_it_is_written() -> None:
    names = ("productViewSku", "Product View SKU", "product-view.sku", "[Matomo] product_view_sku (text)")
    assert {word_of(name) for name in names} == {"product_view_sku"}
    assert datetime.fromtimestamp(V, UTC) == datetime(2026, 11, 20, 10, tzinfo=UTC)
