"""What feeds of unseen systems do, one kind a test."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daogou.catalog.products.product import Availability, Product
from daogou.feed import read_feed
from daogou.feed.log.event_log import read_events
from tests.feed_files import products, rows, write


def by_id(path: Path) -> dict[str, Product]:
    return {product.id: product for product in products(path)}


def test_one_unknown_word_beside_drafts_leaves_the_drafts_hidden(tmp_path: Path) -> None:
    path = write(tmp_path, "id,title,price,state\n1,Lamp,5,active\n2,Cup,5,draft\n3,Mug,5,paused\n4,Jar,5,active\n")
    assert list(by_id(path)) == ["1", "3", "4"]


@pytest.mark.parametrize(
    ("column", "cell"), [("preOrderEnabled", "TRUE"), ("quantity_out_of_stock_behaviour", "ALLOW_PREORDER")]
)
def test_what_is_sold_out_may_be_ordered_before_it_comes(column: str, cell: str, tmp_path: Path) -> None:
    path = write(tmp_path, f"id,title,price,stock,{column}\n1,Lamp,5,0,{cell}\n2,Cup,5,0,\n3,Mug,5,4,{cell}\n")
    states = [product.availability for product in products(path)]
    assert states == [Availability.PREORDER, Availability.OUT_OF_STOCK, Availability.IN_STOCK]


def test_a_state_in_words_counts_where_stock_is_not_counted(tmp_path: Path) -> None:
    item = {"id": 1, "title": "Egg cup", "price": "5", "manage_stock": False, "stock_status": "outofstock"}
    path = write(tmp_path, json.dumps([item, item | {"id": 2, "stock_status": "instock"}]), "f.json")
    assert [product.availability for product in products(path)] == [Availability.OUT_OF_STOCK, Availability.IN_STOCK]


def test_a_mark_within_quotes_parts_no_facts(tmp_path: Path) -> None:
    facts = 'color=""Red"",fabric=""Wool, felted""'
    path = write(tmp_path, f'id,title,price,more\n1,Hat,5,"{facts}"\n2,Cap,5,"color=""Blue"",fabric=""Silk"""\n')
    hat = by_id(path)["1"]
    assert [(fact.name, fact.value) for fact in hat.attributes] == [
        ("color", "Red"),
        ("fabric", "Wool, felted"),
    ]


def test_a_heading_may_give_two_names(tmp_path: Path) -> None:
    path = write(tmp_path, "SKU,Name,Sales Price,EAN/Barcode,Type/Product Category\nA1,Lamp,5,4006381333931,Light\n")
    [lamp] = products(path)
    assert (lamp.gtin, lamp.category, str(lamp.offers[0].price.amount)) == ("4006381333931", ("Light",), "5.00")


def test_a_price_of_a_measure_is_no_price(tmp_path: Path) -> None:
    path = write(tmp_path, "SKU,Name,Price/kg,Sales price\nA1,Oats,2.50,1.25\nA2,Rye,3.00,1.50\n")
    assert [str(product.offers[0].price.amount) for product in products(path)] == ["1.25", "1.50"]
    [oats] = products(write(tmp_path, "SKU,Name,Preis/Liter\nA1,Saft,2.50\n"))
    assert oats.offers == ()


def test_rows_of_one_id_are_variants_where_another_column_numbers_them(tmp_path: Path) -> None:
    text = "Product Id,Title,Variant Id,Size,Price\np1,Shirt,v1,S,5\np1,Shirt,v2,M,6\np2,Hat,v3,One,7\n"
    found = by_id(write(tmp_path, text))
    assert {key: product.item_group_id for key, product in found.items()} == {"v1": "p1", "v2": "p1", "v3": "p2"}


def test_rows_of_one_title_with_options_are_one_group(tmp_path: Path) -> None:
    text = (
        "Token,Title,Brand,Price,Option Name 1,Option Value 1\n"
        "t1,Candle,Halm,5,Size,S\nt2,Candle,Halm,6,Size,L\nt3,Candle,Corvo,7,,\nt4,Mug,Halm,7,,\n"
    )
    small, large, *others = products(write(tmp_path, text))
    assert small.item_group_id == large.item_group_id
    assert len({small.item_group_id, *(other.item_group_id for other in others)}) == 3


def test_numbers_with_the_right_check_digit_are_barcodes(tmp_path: Path) -> None:
    text = "item-name\tseller-sku\tprice\tproduct-id\nPot\tA1\t5\t4006381333931\nRope\tA2\t6\tB0TESTAAA1\n"
    text += "".join(f"Bag {n}\tB{n}\t6\t\n" for n in range(3))
    assert [product.gtin for product in products(write(tmp_path, text, "f.txt"))] == ["4006381333931", "", "", "", ""]


def test_the_variants_of_a_hidden_product_are_hidden(tmp_path: Path) -> None:
    text = (
        "ID,Type,SKU,Name,Published,Parent,Regular price\n"
        "1,variable,P1,Coat,0,,\n2,variation,P1-S,Coat S,1,P1,5\n3,simple,P2,Hat,1,,7\n"
    )
    assert list(by_id(write(tmp_path, text))) == ["3"]


def test_headings_in_traditional_characters_name_no_currency(tmp_path: Path) -> None:
    reader = read_feed(write(tmp_path, "商品ID,商品名稱,價格\n1,帆布托特包,432\n2,竹筷,90\n"))
    assert (reader.mapping.currency, reader.likely_currency) == ("", "TWD")


def test_what_is_not_for_sale_is_hidden_and_what_varies_is_on_request(tmp_path: Path) -> None:
    text = "id,title,price,sellable\n1,Beans,5,N\n2,Gift box,variable,Y\n3,Mug,7,Y\n"
    found = by_id(write(tmp_path, text))
    assert {key: len(product.offers) for key, product in found.items()} == {"2": 0, "3": 1}


def test_sales_may_stand_in_a_sheet_of_their_own(tmp_path: Path) -> None:
    book = pytest.importorskip("openpyxl").Workbook()
    book.active.append(["product_id", "name", "price", "quantity"])
    for row in ([29, "Oak stool", 60, 4], [30, "Pine stool", 80, 4], [34, "Crate", 12, 4]):
        book.active.append(row)
    specials = book.create_sheet("Specials")
    specials.append(["product_id", "customer_group", "price", "date_start", "date_end"])
    specials.append([29, "Default", 45, "2026-11-01", "2026-12-31"])
    specials.append([34, "Wholesale", 5, "0000-00-00", "0000-00-00"])
    book.save(tmp_path / "feed.xlsx")
    at = datetime(2026, 11, 23, tzinfo=UTC)
    asked = {product.id: product.price_at(at) for product in products(tmp_path / "feed.xlsx")}
    assert {key: price and int(price.amount) for key, price in asked.items()} == {"29": 45, "30": 80, "34": 12}


ORDER = {"increment_id": "1", "status": "complete", "created_at": "2026-11-20 10:09:30", "customer_id": 7}
LINES = [
    {"item_id": 11, "sku": "A", "qty_ordered": 2},
    {"item_id": 12, "sku": "A", "qty_ordered": 2, "parent_item_id": 11},
    {"item_id": 13, "sku": "B", "qty_ordered": 1},
]


class Shop:
    def find(self, names: list[str]) -> str | None:
        return next((name for name in names if name in ("A", "B", "C")), None)


def bought(path: Path) -> list[list[tuple[str, int]]]:
    found = (row.event for row in read_events(path, products=Shop()))  # type: ignore[arg-type]
    return [[(item.item_id, item.quantity) for item in event.items] for event in found if event]


def test_a_list_of_orders_may_have_any_name_and_parts_of_a_line_are_no_lines(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps({"items": [ORDER | {"items": LINES}], "total_count": 1}), "orders.json")
    assert bought(path) == [[("A", 2), ("B", 1)]]


def test_an_order_that_was_sent_twice_is_one(tmp_path: Path) -> None:
    sent = {"event_name": "purchase", "event_timestamp": "2026-11-20T10:00:00Z", "transaction_id": "T1"}
    once = sent | {"items": [{"item_id": "A", "quantity": 1}, {"item_id": "(not set)", "item_name": "x"}]}
    again = once | {"event_timestamp": "2026-11-20T10:05:00Z"}
    log = "\n".join(map(json.dumps, (once, again, sent | {"event_name": "view_item", "items": [{"item_id": "B"}]})))
    assert bought(write(tmp_path, log, "log.jsonl")) == [[("A", 1)], [("B", 1)]]


def test_titles_and_blanks_do_not_make_a_row_of_data_the_header(tmp_path: Path) -> None:
    text = (
        "app,etl_at,what,happened_at,ti_sku\nshop,2026-11-21 02:00:00,purchase,2026-11-20 10:00:00,A\n"
        "shop,,view,2026-11-20 10:00:00,B\n"
    )
    assert [row.number for row in rows(write(tmp_path, "id,title,price\n1,2 of 3,5\n"))] == [2]
    assert bought(write(tmp_path, text, "log.csv")) == [[("A", 1)], [("B", 1)]]
