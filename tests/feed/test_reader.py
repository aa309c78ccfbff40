"""Feeds that are broken on purpose: every problem is named with its row, the good rows are kept."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from daogou.errors import FeedError, MappingError
from daogou.feed import FeedMapping, FeedRow, RejectsFile, read_feed
from tests.feed_files import mapping, rows, write

MANY = mapping(
    product="""
sale_price = "sale"
price_valid_until = "until"
availability = "stock"
rating = "stars"
rating_count = "votes"
gtin = "gtin"
currency = "money"
description = "text"
link = "link"
"""
)


@dataclass(frozen=True, kw_only=True)
class Broken:
    """One broken feed; {row: reasons} and {row: warnings}, all of them; `good` are the ids that are kept."""

    what: str
    feed: str | bytes
    name: str = "feed.csv"
    reasons: dict[int, tuple[str, ...]]
    good: tuple[str, ...]
    warnings: dict[int, tuple[str, ...]]


def table(*lines: str) -> str:
    """A CSV whose rows 2 and last are good."""
    return "\n".join(["id,title,price", "a,Lamp,9.99", *lines, "z,Chair,20"]) + "\n"


def column(name: str, value: str) -> str:
    """A JSONL whose line 2 has one more column."""
    bad = {"id": "b", "title": "Bag", "price": "5", name: value}
    return "\n".join(
        ['{"id":"a","title":"Lamp","price":9.99}', json.dumps(bad), '{"id":"z","title":"Chair","price":20}']
    )


def broken(what: str, feed: str | bytes, reasons: dict[int, list[str] | str], **more: object) -> Broken:
    warnings = more.pop("warnings", {})
    assert isinstance(warnings, dict)
    return Broken(
        what=what,
        feed=feed,
        reasons={row: tuple([each] if isinstance(each, str) else each) for row, each in reasons.items()},
        warnings={row: tuple([each] if isinstance(each, str) else each) for row, each in warnings.items()},
        good=more.pop("good", ("a", "z")),  # type: ignore[arg-type]
        name=str(more.pop("name", "feed.csv")),
    )


LINE = '{"id":"%s","title":"Lamp","price":1}\n'
XML = '<rss xmlns:g="http://base.google.com/ns/1.0"><channel>%s</channel></rss>'
ITEM = "<item><g:id>%s</g:id><g:title>Lamp</g:title><g:price>9.99 EUR</g:price></item>\n"

SALE = column("sale", "4").replace('"sale": "4"', '"sale": "4", "until": "%s"')

TABLE = [
    broken("no id", table(",Bag,5"), {3: "id is missing (column 'id')"}),
    broken("no title", table("b,,5"), {3: "title is missing (column 'title')"}),
    broken("no price is no reason", table("b,Bag,"), {}, good=("a", "b", "z")),
    broken("a price on request", table("b,Bag,on request"), {}, good=("a", "b", "z")),
    broken(
        "nothing at all",
        table(",,"),
        {3: ["title is missing (column 'title')", "id is missing (column 'id')"]},
    ),
    broken(
        "N/A is nothing",
        table("b,N/A,null"),
        {3: "title is missing (column 'title')"},
    ),
    broken("a free price", table("b,Bag,free"), {3: "price 'free' is not an amount"}),
    broken("a Chinese free price", table("b,Bag,免费"), {3: "price '免费' is not an amount"}),
    broken("a price of zero", table("b,Bag,0"), {3: "price '0' is zero; a price must be above zero"}),
    broken("a negative price", table("b,Bag,-3"), {3: "price '-3' is negative"}),
    broken("two prices", table("b,Bag,2 for 5"), {3: "price '2 for 5' is a range or a list, not one amount"}),
    broken(
        "an unknown currency",
        table("b,Bag,5 ZZZ"),
        {3: "price '5 ZZZ' is not an amount with a currency ('ZZZ' is no ISO 4217 currency)"},
    ),
    broken(
        "an unknown currency code",
        column("money", "EURO"),
        {2: "price '5' has the unknown currency 'EURO'"},
        name="f.jsonl",
    ),
    broken(
        "an absurd price", table("b,Bag,4006381333931000"), {3: "price '4006381333931000' is larger than any price"}
    ),
    broken(
        "a duplicate id with other content",
        table("a,Bag,5"),
        {3: "id 'a' was used before, in row 2, with other content; the first one stands"},
    ),
    broken("a duplicate row", table("a,Lamp,9.99"), {3: "id 'a' was used before, in row 2, with the same content"}),
    broken("cells that end early were empty", table("b,Bag"), {}, good=("a", "b", "z")),
    broken("a line that is no row of it", table("35 products"), {3: "title is missing (column 'title')"}),
    broken("too many columns", table("b,Bag,5,6"), {3: "4 columns where the header has 3"}),
    broken(
        "an unclosed quote",
        table('b,"Bag,5', "c,Cup,6"),
        {3: "a quote is opened and never closed"},
        good=("a", "c", "z"),
    ),
    broken(
        "two unclosed quotes",
        table('b,"Bag,5', "c,Cup,6", 'd,"Dish,7'),
        {3: "a quote is opened and never closed", 5: "a quote is opened and never closed"},
        good=("a", "c", "z"),
    ),
    broken(
        "a stray quote that can be mended",
        table('b,"15" laptop",5'),
        {},
        good=("a", "b", "z"),
        warnings={3: "a quote stands inside a quoted cell (write it twice)"},
    ),
    broken(
        "a stray quote that can't be mended",
        table('b,"15" laptop, black",5'),
        {3: "a quote stands inside a quoted cell (write it twice)"},
    ),
    broken(
        "bytes that are not UTF-8",
        table("b,Töpfe,5", "c,Tasse,6", "d,Schüssel,7").encode().replace(b"Tasse", b"Ta\xdfe"),
        {4: "title has bytes that do not belong to the feed's encoding"},
        good=("a", "b", "d", "z"),
    ),
    broken(
        "a line that is no JSON",
        (LINE % "a") + "{oops\n" + (LINE % "z"),
        {2: "the line is not JSON: Expecting property name enclosed in double quotes at character 2"},
        name="f.jsonl",
    ),
    broken(
        "a line that is half an object",
        (LINE % "a") + '{"id":"b",\n' + (LINE % "z"),
        {2: "the line is not JSON: Expecting property name enclosed in double quotes at character 11"},
        name="f.jsonl",
    ),
    broken(
        "lines that are no objects",
        (LINE % "a") + '[1]\n"x"\n5\nnull\ntrue\n' + (LINE % "z"),
        {
            row: f"the line is not a JSON object but {kind}"
            for row, kind in enumerate(("a list", "a text", "a number", "null", "true or false"), start=2)
        },
        name="f.jsonl",
    ),
    broken(
        "a price that is NaN",
        (LINE % "a") + '{"id":"b","title":"Bag","price":NaN}\n' + (LINE % "z"),
        {2: "price 'NaN' is not a number"},
        name="f.jsonl",
    ),
    broken(
        "a price that is true",
        (LINE % "a") + '{"id":"b","title":"Bag","price":true}\n' + (LINE % "z"),
        {2: "price 'true' is not an amount"},
        name="f.jsonl",
    ),
    broken(
        "an unknown availability",
        column("stock", "perhaps"),
        {},
        good=("a", "b", "z"),
        warnings={
            2: "availability 'perhaps' is none of in_stock, out_of_stock, preorder, backorder"
            " (map it with values = {...}); it was left out"
        },
        name="f.jsonl",
    ),
    broken(
        "a rating beyond its scale",
        column("stars", "7"),
        {},
        good=("a", "b", "z"),
        warnings={2: "rating '7' is not a number from 0 to 5; it was left out"},
        name="f.jsonl",
    ),
    broken(
        "a rating in words",
        column("stars", "great"),
        {},
        good=("a", "b", "z"),
        warnings={2: "rating 'great' is not a number from 0 to 5; it was left out"},
        name="f.jsonl",
    ),
    broken("an endless id", table(f"{'b' * 201},Bag,5"), {3: "id is 201 characters long; at most 200 are read"}),
    broken("an endless title", table(f"b,{'b' * 1001},5"), {3: "title is 1001 characters long; at most 1000 are read"}),
    broken(
        "an endless description",
        column("text", "x" * 50_001),
        {},
        good=("a", "b", "z"),
        warnings={2: "description was cut at 50000 of 50001 characters"},
        name="f.jsonl",
    ),
    broken(
        "a wrong check digit",
        column("gtin", "4006381333932"),
        {},
        good=("a", "b", "z"),
        warnings={2: "gtin '4006381333932' has a wrong check digit; it was left out"},
        name="f.jsonl",
    ),
    broken(
        "a GTIN that a spreadsheet rounded",
        column("gtin", "4.00638E+12"),
        {},
        good=("a", "b", "z"),
        warnings={
            2: "gtin '4.00638E+12' is not a number of digits (a spreadsheet may have rounded it); it was left out"
        },
        name="f.jsonl",
    ),
    broken(
        "a GTIN of the wrong length",
        column("gtin", "12345"),
        {},
        good=("a", "b", "z"),
        warnings={2: "gtin '12345' has 5 digits; a GTIN has 8, 12, 13 or 14; it was left out"},
        name="f.jsonl",
    ),
    broken(
        "a sale that is none",
        column("sale", "6"),
        {},
        good=("a", "b", "z"),
        warnings={2: "sale_price '6' is not below the price; it was left out"},
        name="f.jsonl",
    ),
    broken(
        "a sale price that is no price",
        column("sale", "half"),
        {},
        good=("a", "b", "z"),
        warnings={2: "sale_price 'half' is not an amount; it was left out"},
        name="f.jsonl",
    ),
    broken(
        "HTML in a title",
        table("b,<b>Bag</b> &amp; more\x00,5"),
        {},
        good=("a", "b", "z"),
        warnings={3: "title '<b>Bag</b> &amp; more\\x00': HTML or control characters were taken out"},
    ),
    broken(
        "characters that were lost before",
        table("b,Gift voucher \ufffd5,5"),
        {},
        good=("a", "b", "z"),
        warnings={3: "title 'Gift voucher \ufffd5' has characters that were lost before (U+FFFD)"},
    ),
    broken(
        "an item that is not well-formed",
        XML % (ITEM % "a" + "<item><g:id>b</g:id><g:title>Salt & pepper</g:title></item>" + ITEM % "z"),
        {2: "the item is not well-formed XML: not well-formed (invalid token), line 1 of the item"},
        name="f.xml",
    ),
    broken(
        "an item that is never closed",
        XML % (ITEM % "a" + "<item><g:id>b</g:id>" + ITEM % "z"),
        {2: "the item is never closed"},
        name="f.xml",
    ),
    broken(
        "an XML that is cut off",
        (XML % (ITEM % "a" + ITEM % "z" + ITEM % "b")).split("<g:price>9.99 EUR</g:price></item>\n</channel>")[0],
        {3: "the item is never closed"},
        name="f.xml",
    ),
    broken(
        "an item with an unknown namespace",
        XML % (ITEM % "a" + "<item><x:id>b</x:id></item>" + ITEM % "z"),
        {2: "the item is not well-formed XML: unbound prefix, line 1 of the item"},
        name="f.xml",
    ),
]


def reasons(found: list[FeedRow]) -> dict[int, tuple[str, ...]]:
    return {row.number: row.reasons for row in found if row.reasons}


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.what.replace(" ", "-"))
def test_every_problem_is_named_and_every_good_row_is_kept(case: Broken, tmp_path: Path) -> None:
    found = rows(write(tmp_path, case.feed, case.name), _fitting(case))
    assert reasons(found) == case.reasons
    assert tuple(row.product.id for row in found if row.product) == case.good
    assert {row.number: row.warnings for row in found if row.warnings} == case.warnings
    assert all(row.raw for row in found if row.reasons)


def _fitting(case: Broken) -> FeedMapping:
    return mapping() if case.name == "feed.csv" else MANY


def test_the_table_is_long_enough() -> None:
    assert len({case.what for case in TABLE}) >= 30


@pytest.mark.parametrize("until", ["tomorrow", "2026-02-31"])
def test_a_sale_whose_end_nobody_can_read_is_left_out(until: str, tmp_path: Path) -> None:
    sale = {"id": "1", "title": "Lamp", "price": "5", "sale": "4", "until": until}
    [row] = rows(write(tmp_path, json.dumps(sale), "f.jsonl"), MANY)
    assert row.product is not None
    assert row.product.offers[0].sale_price is None
    assert row.warnings == (
        f"the sale's end {until!r} is not a time (write 2026-11-23T15:00:00Z); the sale was left out",
    )


def test_all_reasons_of_one_row_come_together(tmp_path: Path) -> None:
    bad = {"price": "free", "title": " ", "money": "EUR", "link": "x" * 2_001}
    [row] = rows(write(tmp_path, json.dumps(bad), "f.jsonl"), MANY)
    assert row.product is None
    assert row.reasons == (
        "title is missing (column 'title')",
        "id is missing (column 'id')",
        "price 'free' is not an amount",
        "link is 2001 characters long; at most 2000 are read",
    )


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
def test_what_stands_before_the_end_of_a_cut_archive_is_kept(packing: str, tmp_path: Path) -> None:
    import gzip
    import random

    import zstandard

    noise = random.Random(7)
    text = "id,title,price\n" + "".join(f"{i},Lamp {noise.random()},{i + 1}\n" for i in range(20_000))
    packed = gzip.compress(text.encode()) if packing == "gzip" else zstandard.compress(text.encode())
    path = write(tmp_path, packed[: len(packed) // 2], "feed.csv.cut")
    found = rows(path, mapping())
    assert found[-1].reasons == (f"the {packing} archive is cut off here; what follows is lost",)
    assert found[-1].number == len(found) + 1
    assert [row.product.id for row in found[:-1] if row.product] == [str(i) for i in range(len(found) - 1)]
    assert len(found) > 1_000


def test_a_damaged_archive_says_where(tmp_path: Path) -> None:
    import gzip

    packed = bytearray(gzip.compress("".join(LINE % i for i in range(50_000)).encode()))
    packed[len(packed) // 2] ^= 0xFF
    found = rows(write(tmp_path, bytes(packed), "feed.jsonl.cut"), mapping())
    assert found[-1].reasons[0].startswith("the gzip archive is damaged here (")
    assert sum(row.product is not None for row in found) > 1_000


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "feed.csv", "the file is empty"),
        (b" \n\n", "feed.csv", "there is nothing in it but blanks"),
        (b"PK\x03\x04abc", "feed.xlsx", "this is no spreadsheet that can be read"),
        (b"\x89PNG\x00\x00\x01", "feed.csv", "this is not text"),
        (b"PAR1 and no more", "feed.parquet", "not a Parquet file, or a damaged one"),
        (b"[oops", "feed.jsonl", "the JSON breaks off or is damaged at item 1"),
        (b"<rss></rss>", "feed.xml", "the XML has no <item>"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><rss><item><id>&x;</id></item></rss>', "feed.xml", "declares a document type"),
        (b'<?xml version="1.0" encoding="klingon"?><rss><item/></rss>', "feed.xml", "unknown encoding 'klingon'"),
        (b"\x1f\x8b\x08\x00", "feed.csv.gz.cut", "the gzip archive is cut off here"),
    ],
)
def test_what_is_no_feed_at_all_is_refused(content: bytes, name: str, message: str, tmp_path: Path) -> None:
    path = write(tmp_path, content, name)
    with pytest.raises(FeedError, match=message.replace("(", r"\(").replace("[", r"\[")):
        list(read_feed(path, mapping=mapping()))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="there is no such file"):
        read_feed(tmp_path / "none.csv")


def test_columns_that_the_feed_lacks_are_named_all_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, "id,titel,preis\n1,Lamp,5\n")
    with pytest.raises(MappingError) as error:
        read_feed(path, mapping=mapping())
    assert error.value.problems == [
        "product.title: the feed has no column 'title'; did you mean 'titel'?",
        "product.price: the feed has no column 'price'; did you mean 'preis'?",
    ]


def test_rejected_rows_go_to_a_file_beside_the_feed(tmp_path: Path) -> None:
    path = write(tmp_path, table(",Bag,0"))
    with RejectsFile.beside(path) as rejects:
        for row in read_feed(path, mapping=mapping()):
            rejects.add(row)
    assert rejects.count == 1
    assert rejects.path == tmp_path / "feed.csv.rejects.jsonl"
    assert json.loads(rejects.path.read_text(encoding="utf-8")) == {
        "row": 3,
        "reasons": ["id is missing (column 'id')", "price '0' is zero; a price must be above zero"],
        "warnings": [],
        "raw": '{"id": "", "title": "Bag", "price": "0"}',
    }


def test_a_feed_without_rejected_rows_leaves_no_file_and_takes_an_old_one_away(tmp_path: Path) -> None:
    path = write(tmp_path, table())
    old = tmp_path / "feed.csv.rejects.jsonl"
    old.write_text("old", encoding="utf-8")
    with RejectsFile.beside(path) as rejects:
        for row in read_feed(path, mapping=mapping()):
            rejects.add(row)
    assert not old.exists()
