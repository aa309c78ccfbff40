from decimal import Decimal
from pathlib import Path

from daogou.catalog.products.product import Availability, Product
from tests.feed_files import products, rows, write

HEADER = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,"
    "Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,"
    "Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Status\n"
)


def variant(handle: str, **cells: str) -> str:
    names = HEADER.strip().split(",")
    row = {"Handle": handle, **{name.replace("_", " "): value for name, value in cells.items()}}
    return ",".join(row.get(name, "") for name in names) + "\n"


def shirt(option1: str, option2: str, price: str = "20", stock: str = "5", **more: str) -> str:
    return variant(
        "shirt",
        Option1_Value=option1,
        Option2_Value=option2,
        Variant_Price=price,
        Variant_Inventory_Tracker="shopify",
        Variant_Inventory_Qty=stock,
        **more,
    )


FIRST = {
    "Title": "Linen shirt",
    "Vendor": "Halm",
    "Type": "Shirts",
    "Tags": '"linen, summer"',
    "Published": "true",
    "Option1_Name": "Colour",
    "Option2_Name": "Size",
    "Image_Src": "https://img.example/1.jpg",
    "Variant_Grams": "210",
    "Status": "active",
}


def read(tmp_path: Path, *lines: str) -> list[Product]:
    return products(write(tmp_path, HEADER + "".join(lines)), currency="EUR")


def options(product: Product, name: str) -> list[object]:
    return [attribute.value for attribute in product.values(name)]


def test_what_the_first_row_says_reaches_each_variant(tmp_path: Path) -> None:
    image = variant("shirt", Image_Src="https://img.example/2.jpg")
    lines = [shirt(c, s, **(FIRST if (c, s) == ("Red", "S") else {})) for c in ("Red", "Blue") for s in ("S", "M")]
    found = read(tmp_path, *lines, image)
    assert [product.id for product in found] == ["shirt", "shirt:red-m", "shirt:blue-s", "shirt:blue-m"]
    for product in found:
        assert (product.title, product.brand, product.category) == ("Linen shirt", "Halm", ("Shirts",))
        assert (options(product, "tag"), product.item_group_id) == (["linen", "summer"], "shirt")
        assert (product.image_link, product.availability) == ("https://img.example/1.jpg", Availability.IN_STOCK)
        assert product.offers[0].price.amount == Decimal("20.00")
    assert [(options(p, "colour"), options(p, "size")) for p in found][2] == (["Blue"], ["S"])


def test_what_differs_in_price_or_stock_is_a_product_of_its_own(tmp_path: Path) -> None:
    found = read(tmp_path, shirt("Red", "S", **FIRST), shirt("Red", "XL", price="25"), shirt("Blue", "S", stock="0"))
    assert [(p.id, p.item_group_id, options(p, "size"), p.availability) for p in found] == [
        ("shirt", "shirt", ["S"], Availability.IN_STOCK),
        ("shirt:red-xl", "shirt", ["XL"], Availability.IN_STOCK),
        ("shirt:blue-s", "shirt", ["S"], Availability.OUT_OF_STOCK),
    ]
    assert {p.title for p in found} == {"Linen shirt"}


def test_a_product_without_options_is_shown_and_a_draft_is_not(tmp_path: Path) -> None:
    mug = variant(
        "mug",
        Title="Mug",
        Option1_Name="Title",
        Option1_Value="Default Title",
        Variant_Price="8",
        Variant_Compare_At_Price="10",
    )
    draft = variant("vase", Title="Vase", Variant_Price="9", Status="draft")
    [first] = read(tmp_path, mug, draft)
    assert (first.id, first.attributes, first.availability) == ("mug", (), Availability.IN_STOCK)
    assert (first.offers[0].price.amount, first.offers[0].sale_price and first.offers[0].sale_price.amount) == (10, 8)


def test_rows_that_are_broken_are_named(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEADER
        + "a"
        + 22 * ",b"
        + "\n"
        + variant("", Title="No handle", Variant_Price="5")
        + variant("mug", Title="Mug"),
    )
    found = {row.number: row.reasons for row in rows(path, currency="EUR")}
    assert found == {
        2: ("23 columns where the header has 22",),
        3: (),  # an id is made of its title
        4: (),  # its price is had on request
    }


def test_the_newer_export_is_known_as_well(tmp_path: Path) -> None:
    text = (
        "Title,URL handle,Description,Vendor,Option1 name,Option1 value,SKU,Price,Compare-at price,"
        "Inventory quantity,Continue selling when out of stock,Product image URL\n"
        "Mug,mug,<p>Blue &amp; big</p>,Halm,Title,Default Title,M1,8,,0,CONTINUE,https://img.example/m.jpg\n"
        "Cup,cup,,Halm,Title,Default Title,M2,8,,0,DENY,\n"
    )
    mug, cup = products(write(tmp_path, text), currency="EUR")
    assert (mug.id, mug.description, mug.mpn, mug.availability) == ("mug", "Blue & big", "M1", Availability.IN_STOCK)
    assert cup.availability is Availability.OUT_OF_STOCK
