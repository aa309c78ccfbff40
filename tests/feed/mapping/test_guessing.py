from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daogou.catalog.products.product import Attribute, Availability, Product
from daogou.errors import FeedError, MappingError
from daogou.feed import mapping_text, parse_mapping, read_feed
from daogou.feed.mapping.guessing import guess_mapping
from daogou.feed.readers.record import Record
from tests.feed_files import products, write

CHINESE = """商品编号,商品名称,价格,原价,品牌,类目,库存,净含量,产地,商品链接,主图
A1,玫瑰保湿面霜,¥128,¥168,花漾,美妆>护肤>面霜,有货,50毫升,上海,https://shop.example/A1,https://img.example/1.jpg
A2,绿茶洁面乳,59.9元,,花漾,美妆>护肤>洁面,缺货,120毫升,杭州,https://shop.example/A2,https://img.example/2.jpg
"""


def only(path: Path, currency: str = "") -> Product:
    [found] = products(path, currency=currency)
    return found


def test_a_chinese_feed_needs_no_mapping(tmp_path: Path) -> None:
    cream, wash = products(write(tmp_path, CHINESE.encode("gb18030")))
    assert (cream.id, cream.title, cream.brand, cream.language) == ("A1", "玫瑰保湿面霜", "花漾", "zh")
    assert cream.category == ("美妆", "护肤", "面霜")
    assert (cream.link, cream.image_link) == ("https://shop.example/A1", "https://img.example/1.jpg")
    [offer] = cream.offers
    assert (offer.price.amount, offer.price.currency) == (Decimal("168.00"), "CNY")
    assert offer.sale_price is not None
    assert offer.sale_price.amount == Decimal("128.00")
    assert offer.availability is Availability.IN_STOCK
    assert (wash.offers[0].price.amount, wash.availability) == (Decimal("59.90"), Availability.OUT_OF_STOCK)
    assert cream.attributes == (
        Attribute(name="净含量", value=Decimal(50), unit="ml", source="净含量"),
        Attribute(name="产地", value="上海", source="产地"),
    )


def test_the_guess_can_be_printed_kept_and_read_back(tmp_path: Path) -> None:
    path = write(tmp_path, CHINESE)
    reader = read_feed(path)
    assert mapping_text(reader.mapping) == (
        'currency = "CNY"\n\n[product]\nid = "商品编号"\ntitle = "商品名称"\nbrand = "品牌"\nprice = "价格"\n'
        'list_price = "原价"\navailability = "库存"\ncategory = { column = "类目", split = ">" }\nlink = "商品链接"\n'
        'image_link = "主图"\n\n[attributes]\nremaining = true\n'
    )
    kept = parse_mapping(mapping_text(reader.mapping))
    assert list(read_feed(path, mapping=kept)) == list(reader)


@pytest.mark.parametrize(
    ("header", "row", "amount", "currency"),
    [
        ("id,title,price_usd", "1,Lamp,5", "5.00", "USD"),
        ("id,title,Price (GBP)", "1,Lamp,5", "5.00", "GBP"),
        ("id,title,price_cents,currency", "1,Lamp,4995,EUR", "49.95", "EUR"),
        ("id;title;price", "1;Lamp;1.299,50 €", "1299.50", "EUR"),
        ("SKU,Product Name,Selling Price", "1,Lamp,$5", "5.00", "USD"),
        ("编号,标题,售价（元）", "1,台灯,5", "5.00", "CNY"),
        ("id,标题,价格", "1,台灯,5", "5.00", "CNY"),
    ],
)
def test_prices_and_their_currency_are_found(header: str, row: str, amount: str, currency: str, tmp_path: Path) -> None:
    [offer] = only(write(tmp_path, f"{header}\n{row}\n")).offers
    assert (str(offer.price.amount), offer.price.currency) == (amount, currency)


def test_a_comma_anywhere_tells_what_a_point_means(tmp_path: Path) -> None:
    found = products(write(tmp_path, "id;title;price\n1;Lamp;12,50\n2;Sofa;1.299\n"), currency="EUR")
    assert [product.offers[0].price.amount for product in found] == [Decimal("12.50"), Decimal("1299.00")]


def test_what_was_not_found_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(MappingError) as error:
        read_feed(write(tmp_path, "foo,bar\n1,2\n"))
    assert error.value.problems == [
        "no column looks like the title (columns: foo, bar); write a mapping (docs/feeds.md)",
    ]


def test_a_feed_without_a_currency_or_a_price_loads_all_the_same(tmp_path: Path) -> None:
    reader = read_feed(write(tmp_path, "id,title,price\n1,Lamp,5\n2,Chair,on request\n3,Rug,\n"))
    lamp, chair, rug = (row.product for row in reader if row.product)
    assert (lamp.offers[0].price.amount, lamp.offers[0].price.currency) == (5, "")
    assert (chair.offers, rug.offers, reader.lacks_currency, reader.likely_currency) == ((), (), True, "USD")
    [plain] = products(write(tmp_path, "id,title\n1,Lamp\n"))
    assert plain.offers == ()


def test_without_an_id_the_title_gives_one(tmp_path: Path) -> None:
    path = write(tmp_path, "title,price\nLamp,5\nChair,6\n")
    first, second = products(path, currency="EUR")
    assert first.id != second.id
    assert [product.id for product in products(path, currency="EUR")] == [first.id, second.id]


def test_a_column_of_the_right_name_and_the_wrong_values_is_not_taken(tmp_path: Path) -> None:
    lamp = only(write(tmp_path, "id,title,price,stock,rating,link\n1,Lamp,5,Berlin,superb,none such\n"), "EUR")
    assert (lamp.availability, lamp.rating, lamp.link) == (None, None, "")
    assert [(each.name, each.value) for each in lamp.attributes] == [("stock", "Berlin"), ("rating", "superb")]


def test_both_languages_are_kept(tmp_path: Path) -> None:
    lamp = only(write(tmp_path, "id,title_en,title_zh,description_zh,price\n1,Lamp,台灯,暖光,5\n"), "EUR")
    assert (lamp.title, lamp.title_in("zh"), lamp.description_in("zh")) == ("Lamp", "台灯", "暖光")


def test_ratings_lists_and_separators(tmp_path: Path) -> None:
    text = (
        "id\ttitle\tprice\trating\treviews\tfeatures\tsizes\tnotes\tcreated_at\tthumb\n"
        "1\tLamp\t5\t8.5\t12\t['Warm light', 'Dimmable']\tS, M, L\t5\t2026\thttps://img.example\n"
        "2\tChair\t6\t9\t3\t['Oak', 'Light']\tM\tsoft\t2026\thttps://img.example\n"
    )
    lamp, chair = products(write(tmp_path, text), currency="EUR")
    assert lamp.rating is not None
    assert (lamp.rating.value, lamp.rating.count) == (Decimal("4.25"), 12)
    assert lamp.highlights == ("Warm light Dimmable",)
    assert [(each.name, each.value) for each in lamp.attributes] == [
        ("sizes", "S"),
        ("sizes", "M"),
        ("sizes", "L"),
        ("notes", "5"),
    ]
    assert [(each.name, each.value) for each in chair.attributes] == [("sizes", "M"), ("notes", "soft")]


def test_typed_prefixes_are_known(tmp_path: Path) -> None:
    lamp = only(write(tmp_path, '{"id":1,"title":"Lamp","price":5,"attr_n_watt":7,"foo":"x"}', "f.jsonl"), "EUR")
    assert [(each.name, each.value) for each in lamp.attributes] == [("watt", Decimal(7))]


def test_what_prices_name_goes_before_the_currency_given(tmp_path: Path) -> None:
    found = products(write(tmp_path, "id,title,price\n1,Lamp,$5\n2,Chair,6\n"), currency="EUR")
    assert [product.offers[0].price.currency for product in found] == ["USD", "EUR"]


def test_a_price_that_most_rows_get_wrong_is_one_all_the_same(tmp_path: Path) -> None:
    path = write(tmp_path, "id,title,price\n1,Chair,free\n2,Table,9.00 EUR\n3,Lamp,ask us\n", "feed.csv")
    rows = list(read_feed(path))
    assert [row.product is not None for row in rows] == [False, True, False]


def test_what_is_no_text_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(FeedError, match="this is no text"):
        read_feed(path)


@given(
    st.lists(st.integers(1, 10**8), min_size=4, max_size=12),
    st.sampled_from([",.", ".,"]),
    st.sampled_from(["€{}", "{} €", "{}", "EUR {}"]),
    st.integers(100, 10**8).filter(lambda cents: cents % 100),
)
@settings(max_examples=60, deadline=None)
def test_no_cell_of_another_way_of_writing_changes_its_column(
    cents: list[int], marks: str, form: str, odd: int
) -> None:
    """Prices written with one pair of marks, and one cell with the other pair: each is what it says."""

    def written(amount: int, thousands: str, decimal: str) -> str:
        return f"{amount / 100:,.2f}".translate(str.maketrans(",.", thousands + decimal))

    own = [form.format(written(amount, *marks)) for amount in cents]
    other = written(odd, *reversed(marks))
    with TemporaryDirectory() as folder:
        lines = [f'{place}\tLamp {place}\t"{price}"' for place, price in enumerate([*own, other])]
        path = write(Path(folder), "id\ttitle\tprice\n" + "\n".join(lines) + "\n", "feed.tsv")
        found = products(path, currency="EUR")
    assert [product.offers[0].price.amount for product in found] == [Decimal(each) / 100 for each in [*cents, odd]]


def test_a_second_number_of_the_products_is_kept_as_their_part_number() -> None:
    def records(column: str, numbers: list[str]) -> list[Record]:
        cells = ({"id": f"F{row}", "title": f"纯棉短袖T恤 {row}", column: number} for row, number in enumerate(numbers))
        return [Record(number=row, cells=each) for row, each in enumerate(cells, start=1)]

    told = guess_mapping(records("货号", ["UQ455365", "B40141012", "112415588"])).mapping.fields
    short = guess_mapping(records("编号", ["1", "2", "3"])).mapping.fields

    assert told["mpn"].columns == ("货号",)
    assert "mpn" not in short
