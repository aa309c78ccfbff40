"""What the exports of single systems need, one kind a test."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from daogou.catalog.products.product import Availability, Product
from daogou.feed.attributes import AttributeReader
from daogou.feed.mapping.mapping import AttributeRule, FeedMapping
from tests.feed_files import products, write

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def facts(product: Product) -> dict[str, object]:
    return {fact.name: fact.value for fact in product.attributes}


def test_what_one_pays_alone_is_the_price_and_neither_the_reference_nor_the_price_for_two(tmp_path: Path) -> None:
    text = "商品ID,商品名称,商品参考价,SKUID,商家编码,拼单价,单买价\n1,帆布鞋,129,11,YB-R,39.9,45.9\n1,帆布鞋,129,12,YB-B,41.9,47.9\n"
    found = products(write(tmp_path, text))
    assert [str(product.price_at(NOW).amount) for product in found if product.price_at(NOW)] == ["45.90", "47.90"]  # type: ignore[union-attr]
    assert [(product.mpn, facts(product)) for product in found] == [("YB-R", {}), ("YB-B", {})]
    [alone] = products(write(tmp_path, "商品ID,商品名称,拼单价\n1,帆布鞋,39.9\n"))
    assert str(alone.offers[0].price.amount) == "39.90"


MATRIXIFY = """ID,Handle,Command,Title,Type,Status,Published,Row #,Top Row,Category: Name,Option1 Name,Option1 Value,\
Variant SKU,Variant Price,Variant Cost,Metafield: title_tag [string],Metafield: custom.fabric [single_line_text_field]
8,hat,MERGE,Hat,,Active,TRUE,1,TRUE,Hats,Size,S,H-S,32,9,Hat | Shop,Felt
8,hat,MERGE,Hat,,,,2,,,Size,L,H-L,34,9,,
9,old,MERGE,Old hat,,Archived,TRUE,3,TRUE,Hats,Size,S,O-S,32,9,,
"""


def test_the_rows_of_a_sheet_share_a_handle_and_what_its_top_row_says(tmp_path: Path) -> None:
    small, large = products(write(tmp_path, MATRIXIFY))
    assert {small.item_group_id, large.item_group_id} == {"hat"}
    assert (small.mpn, large.mpn, large.category) == ("H-S", "H-L", ("Hats",))
    assert facts(large) == {"size": "L", "fabric": "Felt"}


def test_a_category_has_many_names_in_one_system(tmp_path: Path) -> None:
    head = "Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Weight Unit,"
    of = {"Standardized Product Type": "Clothing > Coats", "Custom Product Type": "Coats"}
    for column, category in of.items():
        [coat] = products(write(tmp_path, f"{head}{column}\ncoat,Coat,Title,Default Title,9,kg,{category}\n"))
        assert (coat.category, facts(coat)) == (tuple(category.split(" > ")), {})


def test_a_list_of_facts_may_hold_the_barcode_and_the_merchants_own_business(tmp_path: Path) -> None:
    more = "ean=4006381333931,has_options=0,required_options=0,cost=4.20,wholesale_price=5,layout=Open,material=Beech"
    text = f'sku,attribute_set_code,product_type,name,price,additional_attributes\nA,Default,simple,Chair,9,"{more}"\n'
    [chair] = products(write(tmp_path, text))
    assert (chair.gtin, facts(chair)) == (
        "4006381333931",
        {"ean": "4006381333931", "layout": "Open", "material": "Beech"},
    )
    [wrong] = products(write(tmp_path, text.replace("4006381333931", "4006381333932")))
    assert wrong.gtin == ""


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("Feature (Name:Value:Position)", "Ratio:16:9:1", "16:9"),
        ("Feature (Name:Value:Position:Customized)", "Colour:White:2:0", "White"),
        ("Feature (Name:Value:Position:Customized)", "Colour:White", "White"),
        ("Features", "Colour:White:1", "White"),
    ],
)
def test_the_columns_name_tells_what_stands_behind_a_fact(column: str, cell: str, value: str) -> None:
    mapping = FeedMapping(attributes={column: AttributeRule(pairs=":", split=",")})
    [fact], _ = AttributeReader(mapping, frozenset()).read({column: cell}, "Cup")
    assert fact.value == value


def test_a_base_price_is_that_of_a_kilogram_where_the_system_has_no_other(tmp_path: Path) -> None:
    text = (
        "Product ID;Active (0/1);Name *;Price tax excluded;Tax rule ID;Quantity;Unit for base price;Base price;"
        "Action when out of stock\n1;1;Honey;6.50;0;0;per kg;13.00;1\n2;1;Rye;2;0;0;;;0\n3;1;Oats;2;0;0;;;2\n"
    )
    honey, rye, oats = products(write(tmp_path, text))
    assert (str(honey.offers[0].price.amount), honey.offers[0].sale_price) == ("6.50", None)
    states = [product.availability for product in (honey, rye, oats)]
    assert states == [Availability.BACKORDER, Availability.OUT_OF_STOCK, Availability.OUT_OF_STOCK]


@pytest.mark.parametrize(
    "column",
    ["excluded_destination", "promotion_id", "pause", "internal_label", "Interne Notiz", "内部标签", "custom_number_0"],
)
def test_what_concerns_advertising_or_the_house_is_no_fact(column: str, tmp_path: Path) -> None:
    [lamp, _] = products(write(tmp_path, f"id,title,price,glaze,{column}\n1,Lamp,5,matt,high\n2,Cup,5,shiny,low\n"))
    assert facts(lamp) == {"glaze": "matt"}


def test_a_parents_facts_reach_a_variant_that_numbers_its_own_otherwise(tmp_path: Path) -> None:
    pair = "Attribute {0} name,Attribute {0} value(s)"
    text = (
        f"ID,Type,Name,Published,Parent,Regular price,{pair.format(1)},{pair.format(2)}\n"
        '1,variable,Shirt,1,,,Fabric,Linen,Colour,"Red, Blue"\n2,variation,Shirt red,1,id:1,9,Colour,Red,,\n'
    )
    [red] = products(write(tmp_path, text))
    assert facts(red) == {"colour": "Red", "fabric": "Linen"}


def test_a_price_with_or_without_tax_goes_before_that_of_a_unit(tmp_path: Path) -> None:
    text = (
        "ID;Active (0/1);Name *;Price tax excluded or Price tax included;Tax rules ID;Quantity;Unity;Unit price;Out of stock\n"
        "1;1;Chestnut honey;6.20;0;0;kg;12.40;1\n2;1;Rye;2.00;0;4;;;0\n"
    )
    honey, rye = products(write(tmp_path, text))
    assert [str(product.offers[0].price.amount) for product in (honey, rye)] == ["6.20", "2.00"]
    assert honey.availability is Availability.BACKORDER


def test_chinese_says_who_hid_a_product_in_one_word(tmp_path: Path) -> None:
    rows = ["1,毛衣,5,在售", "2,电饭煲,5,自主下架", "3,榨汁机,5,从未上架", "4,台灯,5,系统下架"]
    found = products(write(tmp_path, "\n".join(["商品编号,商品名称,京东价,商品状态", *rows])))
    assert [product.id for product in found] == ["1"]
