"""The same three products in every format, packing and encoding."""

import gzip
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daogou.catalog.products.product import Attribute, Availability
from daogou.feed import read_feed
from tests.feed_files import mapping, prices, products, rows, write

CSV = "id,title,price\n1,Töpfe,9.99\n2,茶杯,20\n3,Chair,5\n"
JSONL = '{"id":1,"title":"Töpfe","price":9.99}\n\n{"id":"2","title":"茶杯","price":"20"}\n{"id":3,"title":"Chair","price":5.0}\n'
WANTED = {"1": (Decimal("9.99"), "EUR"), "2": (Decimal("20.00"), "EUR"), "3": (Decimal("5.00"), "EUR")}
RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>
<!-- <item><g:id>hidden</g:id></item> -->
<item><g:id>1</g:id><title>Töpfe</title><g:price>9.99 EUR</g:price>
<g:product_detail><g:section_name>General</g:section_name><g:attribute_name>Capacity</g:attribute_name>
<g:attribute_value>2 l</g:attribute_value></g:product_detail>
<g:product_highlight>Dishwasher safe</g:product_highlight><g:product_highlight>Steel</g:product_highlight>
<g:shipping><g:country>DE</g:country></g:shipping></item>
<item><g:id>2</g:id><title><![CDATA[茶杯]]></title><g:price>20 EUR</g:price><g:sale_price>15 EUR</g:sale_price>
<g:sale_price_effective_date>2026-01-01T00:00+01:00/2026-12-31T00:00+01:00</g:sale_price_effective_date></item>
<item><g:id>3</g:id><title>Chair</title><g:price>5 EUR</g:price><g:availability>out of stock</g:availability></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title>
<entry><g:id>1</g:id><title>Töpfe</title><g:price>9.99 EUR</g:price><link href="https://shop.example/1"/></entry>
<entry><g:id>2</g:id><title>茶杯</title><g:price>20 EUR</g:price></entry>
<entry><g:id>3</g:id><title>Chair</title><g:price>5 EUR</g:price></entry></feed>"""


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (CSV, "feed.csv"),
        (CSV.replace(",", ";"), "feed.csv"),
        (CSV.replace(",", "\t"), "feed.tsv"),
        (CSV.replace(",", "|").replace("\n", "\r\n"), "feed.txt"),
        (CSV.replace("\n", "\r"), "feed.csv"),
        ("\n\n" + CSV + "\n\n", "feed.csv"),
        ("\ufeff" + CSV, "feed.csv"),
        (CSV.encode("gb18030"), "feed.csv"),
        (CSV.encode("utf-16"), "feed.csv"),
        (CSV.encode("utf-32"), "feed.csv"),
        (gzip.compress(CSV.encode()), "feed.csv.packed"),
        (zstandard.compress(CSV.encode()), "feed.csv.zst"),
        (gzip.compress(CSV[:20].encode()) + gzip.compress(CSV[20:].encode()), "feed.csv.packed"),
        (JSONL, "feed.jsonl"),
        (JSONL, "feed.unknown"),
        (zstandard.compress(JSONL.encode()), "feed.jsonl.zst"),
        (RSS, "feed.xml"),
        (RSS.encode("utf-16"), "feed.xml"),
        (RSS.replace('"1.0"?', '"1.0" encoding="GB2312"?').encode("gb18030"), "feed.xml"),
        (ATOM, "feed.xml"),
    ],
)
def test_the_same_products_come_out_of_every_format(content: str | bytes, name: str, tmp_path: Path) -> None:
    found = products(write(tmp_path, content, name), mapping())
    assert prices(found) == WANTED
    assert [product.title for product in found] == ["Töpfe", "茶杯", "Chair"]
    assert [product.language for product in found] == ["en", "zh", "en"]


def test_parquet_knows_its_rows_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "feed.parquet"
    columns = {
        "id": [1, 2, 3],
        "title": ["Töpfe", "茶杯", "Chair"],
        "price": pyarrow.array([9.99, 20, 5], pyarrow.float32()),
        "size": [None, float("nan"), 2.5],
        "sizes": [["S", "M"], [], None],
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    reader = read_feed(path, mapping=mapping("[attributes]\nremaining = true"))
    found = [row.product for row in reader if row.product]
    assert (reader.total_rows, reader.bytes_read) == (3, path.stat().st_size)
    assert prices(found) == WANTED
    assert [attribute.value for product in found for attribute in product.attributes] == ["S", "M", Decimal("2.5")]


def test_merchant_xml_brings_details_highlights_and_sales(tmp_path: Path) -> None:
    pot, cup, chair = products(write(tmp_path, RSS, "feed.xml"))
    assert pot.attributes == (Attribute(name="capacity", value=Decimal(2), unit="l", source="product_detail.Capacity"),)
    assert pot.highlights == ("Dishwasher safe", "Steel")
    [offer] = cup.offers
    assert offer.sale_price is not None
    assert offer.sale_price.amount == Decimal("15.00")
    assert str(offer.price_valid_until) == "2026-12-30 23:00:00+00:00"
    assert [product.availability for product in (pot, cup, chair)] == [None, None, Availability.OUT_OF_STOCK]


def test_a_tag_may_be_cut_in_two_by_the_reading_buffer(tmp_path: Path) -> None:
    items = "".join(
        f"<item><g:id>{i}</g:id><title>{'x' * (i % 97)}Lamp</title><g:price>1</g:price></item>" for i in range(3000)
    )
    found = products(write(tmp_path, f"<rss><channel>{items}</channel></rss>", "feed.xml"), mapping())
    assert [product.id for product in found] == [str(i) for i in range(3000)]


@pytest.mark.parametrize("packing", [bytes, gzip.compress, zstandard.compress])
def test_a_progress_bar_can_follow(packing: Callable[[bytes], bytes], tmp_path: Path) -> None:
    text = "id,title,price\n" + "".join(f"{i},Lamp {i * 7919 % 10007},5\n" for i in range(20_000))
    reader = read_feed(write(tmp_path, packing(text.encode()), "feed.csv.packed"), mapping=mapping())
    seen = [reader.bytes_read for row in reader if row.number % 5_000 == 0]
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] <= reader.total_bytes == reader.bytes_read


def test_latin_1_is_read_with_a_notice(tmp_path: Path) -> None:
    reader = read_feed(write(tmp_path, "id,title,price\n1,Töpfe für Café,9\n".encode("latin-1")), mapping=mapping())
    assert [row.product.title for row in reader if row.product] == ["Töpfe für Café"]
    assert reader.notices == (
        "the text is neither UTF-8 nor GB18030 nor Big5; it was read as Latin-1, so look at the accented letters",
    )


def test_the_first_accent_may_come_late(tmp_path: Path) -> None:
    plain = "".join(f"{i},Lamp number {i} with a rather long and boring title,5\n" for i in range(30_000))
    text = "id,title,price\n" + plain + "x,Töpfe,5\n"
    for encoding in ("utf-8", "latin-1"):
        assert products(write(tmp_path, text.encode(encoding)), mapping())[-1].title == "Töpfe"


def test_a_column_that_stands_twice_is_told(tmp_path: Path) -> None:
    reader = read_feed(write(tmp_path, "id,title,price,price,\n1,Lamp,5,6,7\n"), mapping=mapping())
    assert reader.notices == ("the column 'price' stands 2 times in the header; the first is used",)
    assert [row.product.offers[0].price.amount for row in reader if row.product] == [Decimal("5.00")]


def test_a_cell_may_hold_lines_quotes_and_delimiters(tmp_path: Path) -> None:
    found = products(write(tmp_path, 'id,title,price\n1,"15"" laptop,\nblack",5\n2,Lamp,6\n'), mapping())
    assert [product.title for product in found] == ['15" laptop, black', "Lamp"]
    assert [row.number for row in rows(tmp_path / "feed.csv", mapping())] == [2, 3]


def test_nested_json_becomes_columns(tmp_path: Path) -> None:
    line = '{"sku":"1","name":"Lamp","offers":{"price":"5","priceCurrency":"EUR"},"specs":[{"k":"a"},{"k":"b"}],"tags":["x","y"]}'
    [lamp] = products(write(tmp_path, line, "feed.jsonl"))
    assert prices([lamp]) == {"1": (Decimal("5.00"), "EUR")}
    assert [(each.name, each.value) for each in lamp.attributes] == [
        ("specs_k", "a"),
        ("specs_k", "b"),
        ("tags", "x"),
        ("tags", "y"),
    ]


CELLS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Zs")), min_size=1, max_size=12
).filter(lambda text: not set(text) & set("<>&\\\ufffd") and text.strip() == text)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    titles=st.lists(
        st.lists(st.one_of(CELLS, st.sampled_from(['"', ",", "\n", ";"])), min_size=1, max_size=5),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_csv_writes_comes_back(titles: list[list[str]], tmp_path: Path) -> None:
    import csv

    texts = ["T" + " ".join(parts) + "." for parts in titles]
    path = tmp_path / "feed.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "title", "price"])
        writer.writerows([number, text, "5"] for number, text in enumerate(texts))
    found = products(path, mapping())
    assert [product.title for product in found] == [" ".join(text.split()) for text in texts]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(min_size=1, max_size=300), name=st.sampled_from(["f.csv", "f.jsonl", "f.xml"]))
def test_no_bytes_make_it_stumble(content: bytes, name: str, tmp_path: Path) -> None:
    from daogou.errors import UserError

    path = write(tmp_path, content, name)
    try:
        outcome = all(row.product or row.reasons for row in rows(path))
    except UserError as error:
        outcome = bool(str(error))
    assert outcome
