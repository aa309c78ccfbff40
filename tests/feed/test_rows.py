"""What a mapping can ask of a row."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from daogou.catalog.products.product import Availability, Product
from daogou.feed import parse_mapping
from daogou.feed.offering import availability_of
from daogou.feed.plausible import gtin_problem
from daogou.feed.readers.record import Scalar
from daogou.feed.values import clean, decode_list, one_line
from tests.feed_files import mapping, products, rows, write


def one(tmp_path: Path, toml: str, **cells: object) -> Product:
    base = {"id": "1", "title": "Lamp", "price": "5"} | cells
    path = write(tmp_path, json.dumps(base), "f.jsonl")
    [row] = rows(path, mapping(product=toml))
    assert row.product is not None, row.reasons
    return row.product


def test_fields_are_joined_cut_looked_up_and_split(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        """
        description = { columns = ["a", "b"], join = "\\n" }
        brand = { column = "maker", pattern = "^[^/]+" }
        category = { column = "path", split = "/", values = { schuhe = "Shoes" } }
        highlights = { column = "points", split = ";" }
        link = { column = "page", prefix = "https://" }
        condition = { constant = "Used" }
        availability = { column = "lager", values = { ja = "in_stock" } }
        mpn = ["none", "code"]
        """,
        a="First<br>second",
        b="<script>x</script>third",
        maker="Halm/Hay",
        path="Mode/Schuhe/",
        points="warm; bright;",
        page="shop.example/1",
        lager="Ja",
        code=7,
    )
    assert found.description == "First\nsecond\nthird"
    assert (found.brand, found.category, found.highlights) == ("Halm", ("Mode", "Shoes"), ("warm", "bright"))
    assert (found.link, found.mpn, found.offers[0].condition) == ("https://shop.example/1", "7", "used")
    assert found.availability is Availability.IN_STOCK


def test_a_title_that_a_scraper_cut_at_the_search_word_is_whole_again(tmp_path: Path) -> None:
    toml = """
    currency = "CNY"
    [product]
    id = { column = "url", pattern = 'id=(\\d+)' }
    title = { column = "describe", decode = "list", join_column = "keyword" }
    price = "price"
    """
    row = {"url": "x?id=42&y", "describe": '["\\n苹果 "," Pro 11英寸\\n"]', "keyword": "iPad", "price": "6331.00"}
    [found] = products(write(tmp_path, json.dumps(row), "f.jsonl"), parse_mapping(toml))
    assert (found.id, found.title) == ("42", "苹果 iPad Pro 11英寸")


def test_an_id_can_be_made_of_a_text(tmp_path: Path) -> None:
    toml = '[product]\nid = { column = "title", hash = true }\ntitle = "title"\nprice = "price"'
    chosen = parse_mapping('currency = "EUR"\n' + toml)
    text = "title,price\nRed Lamp,5\nred  lamp,6\nBlue lamp,5\n,5\n"
    found = rows(write(tmp_path, text), chosen)
    assert [row.reasons for row in found] == [
        (),
        (f"id {found[0].product.id!r} was used before, in row 2, with other content; the first one stands",)
        if found[0].product
        else (),
        (),
        ("title is missing (column 'title')", "id is missing (column 'title')"),
    ]


def test_a_translation_is_the_merchants_own_text(tmp_path: Path) -> None:
    path = write(tmp_path, '{"id":1,"title":"Lamp","price":5,"tz":"台灯"}\n{"id":2,"title":"Cup","price":5}', "f.jsonl")
    lamp, cup = products(path, mapping('[translations.zh]\ntitle = "tz"\ndescription = "dz"'))
    assert (lamp.title_in("zh"), lamp.description_in("zh")) == ("台灯", "")
    assert cup.translations == {}


def test_sales_and_list_prices(tmp_path: Path) -> None:
    fields = 'sale_price = "sale"\nlist_price = "list"\nprice_valid_until = "until"'
    sale = one(tmp_path, fields, sale="4", list="9", until="2026-12-31").offers[0]
    assert (sale.price.amount, sale.sale_price and sale.sale_price.amount) == (5, 4)
    assert (sale.price_valid_from, sale.price_valid_until) == (None, datetime(2026, 12, 31, 23, 59, 59, 999999, UTC))
    listed = one(tmp_path, fields, sale="0", list="9").offers[0]
    assert (listed.price.amount, listed.sale_price and listed.sale_price.amount) == (9, 5)
    plain = one(tmp_path, fields, sale="5", list="3", until="2026-12-31").offers[0]
    assert (plain.price.amount, plain.sale_price, plain.price_valid_until) == (5, None, None)
    span = one(tmp_path, fields, sale="4", until="2026-11-20T00:00+0100/2026-11-30T23:59+0100").offers[0]
    assert span.price_valid_from == datetime(2026, 11, 19, 23, tzinfo=UTC)
    assert span.price_valid_until == datetime(2026, 11, 30, 22, 59, tzinfo=UTC)
    other = one(tmp_path, fields, sale="4 USD").offers[0]
    assert other.sale_price is None


def test_ratings_are_brought_to_five(tmp_path: Path) -> None:
    fields = 'rating = { column = "stars", scale = 10 }\nrating_count = "votes"'
    rated = one(tmp_path, fields, stars=8.7, votes="1,204").rating
    assert rated is not None
    assert (rated.value, rated.count) == (Decimal("4.35"), 1204)
    assert one(tmp_path, fields, stars=0, votes=0).rating is None
    assert one(tmp_path, fields, votes=3).rating is None
    bad = rows(
        write(tmp_path, '{"id":1,"title":"L","price":5,"stars":3,"votes":1.5}', "f.jsonl"), mapping(product=fields)
    )
    assert bad[0].warnings == ("rating_count '1.5' is not a whole number; it was left out",)


def test_a_catalogue_may_have_no_prices(tmp_path: Path) -> None:
    chosen = parse_mapping('without_prices = true\n[product]\nid = "id"\ntitle = "title"')
    [found] = products(write(tmp_path, "id,title\n1,Lamp\n"), chosen)
    assert found.offers == ()


def test_a_makers_number_in_the_column_of_barcodes_is_kept_as_one(tmp_path: Path) -> None:
    read = one(tmp_path, 'gtin = "ean"', ean=["D619", "4006381333931"])
    assert (read.mpn, read.gtin) == ("D619", "4006381333931")


def test_what_has_no_price_may_still_be_in_stock(tmp_path: Path) -> None:
    found = one(tmp_path, 'availability = "stock"', price="on request", stock="in stock")
    assert (found.offers, found.availability) == ((), Availability.IN_STOCK)
    assert one(tmp_path, 'availability = "stock"', price="5", stock="sold out").unpriced is None


def test_the_first_right_gtin_is_taken(tmp_path: Path) -> None:
    assert one(tmp_path, 'gtin = "ean"', ean=["123", "4006381333931"]).gtin == "4006381333931"
    assert [gtin_problem(code) for code in ("4006381333931", "036000291452", "96385074")] == ["", "", ""]


MANY_ROWS = """
[[skip]]
column = "id"
matches = "POST|FEE"
because = "postage"
[[skip]]
column = "country"
unless = "UK|DE"
because = "sold elsewhere"
[group]
"""
SALES = "id,title,price,country\nA,LAMP,5,UK\nA,LAMP,7,DE\nPOST,Post,3,UK\nA,Lamp?,7,UK\nA,LAMP,0,UK\nB,CUP,2,UK\nC,MUG,2,FR\n"


@pytest.mark.parametrize(
    ("rule", "title", "price"),
    [
        ("", "LAMP", 7),
        ('title = "first"\nprice = "first"', "LAMP", 5),
        ('title = "last"\nprice = "last"', "Lamp?", 7),
        ('price = "lowest"', "LAMP", 5),
        ('price = "highest"', "LAMP", 7),
    ],
)
def test_many_sales_are_one_product(rule: str, title: str, price: int, tmp_path: Path) -> None:
    found = rows(write(tmp_path, SALES), mapping(MANY_ROWS + rule))
    assert [
        (row.product.id, row.product.title, row.product.offers[0].price.amount) for row in found if row.product
    ] == [
        ("A", title, price),
        ("B", "CUP", 2),
    ]
    assert {row.number: row.reasons for row in found if row.reasons} == {
        4: ("skipped: postage",),
        6: ("price '0' is zero; a price must be above zero",),
        8: ("skipped: sold elsewhere",),
    }


def test_what_is_sold_too_rarely_is_rejected(tmp_path: Path) -> None:
    found = rows(write(tmp_path, SALES), mapping(MANY_ROWS + "at_least = 2"))
    assert found[-1].reasons == ("the product occurs in 1 rows; at least 2 are asked for",)
    assert [row.product.id for row in found if row.product] == ["A"]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("In Stock", Availability.IN_STOCK),
        ("https://schema.org/OutOfStock", Availability.OUT_OF_STOCK),
        ("pre-order", Availability.PREORDER),
        ("预售", Availability.PREORDER),
        ("back_order", Availability.BACKORDER),
        ("有货", Availability.IN_STOCK),
        (True, Availability.IN_STOCK),
        (False, Availability.OUT_OF_STOCK),
        (Decimal(3), Availability.IN_STOCK),
        ("-2", Availability.OUT_OF_STOCK),
        (Decimal("NaN"), None),
        ("sometimes", None),
        (datetime(2026, 1, 1, tzinfo=UTC), None),
    ],
)
def test_availability_has_many_words(value: Scalar, wanted: Availability | None) -> None:
    assert availability_of(value) is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<p>One</p><p>Two &amp; three</p>", "One\nTwo & three"),
        ("a <!-- b --> c<style>d</style>", "a c"),
        ("less < more & 5 > 3", "less < more & 5 > 3"),
        ("zero\u200bwidth\tand\x07bell", "zero width and bell"),
        ("  spaces   inside  ", "spaces inside"),
        ("<script>never closed", ""),
    ],
)
def test_text_is_cleaned(text: str, wanted: str) -> None:
    assert clean(text) == wanted


def test_one_line_has_no_line_breaks() -> None:
    assert one_line("a\\nb\nc") == "a b c"


def test_lists_in_cells() -> None:
    assert decode_list('["a", "b"]') == ["a", "b"]
    assert decode_list("['a', \"it's\"]") == ["a", "it's"]
    assert decode_list("[a, b]") == ["a, b"]
    assert decode_list("plain") == ["plain"]
    assert decode_list(Decimal(3)) == [Decimal(3)]
