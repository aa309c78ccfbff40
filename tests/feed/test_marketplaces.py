"""Reports and templates of marketplaces: what a shopper pays now, and what is no offer."""

from datetime import UTC, datetime
from pathlib import Path

from daogou.feed.readers.headings import shortened
from tests.feed_files import products, write

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def test_ebays_current_price_goes_before_the_first_and_one_number_is_one_group(tmp_path: Path) -> None:
    text = (
        "Item number,Title,Variation details,Custom label (SKU),Available quantity,Currency,Start price,Current price,P:EAN\n"
        "71,Map,,A,1,GBP,50.00,12.50,Does not apply\n72,Socks,Colour=Red;Size=M,B,3,GBP,6.00,6.00,\n"
        "72,Socks,Colour=Blue;Size=L,,0,GBP,7.00,7.00,\n"
    )
    first, *others = products(write(tmp_path, text))
    assert (str(first.offers[0].price.amount), first.gtin, first.attributes) == ("12.50", "", ())
    socks = [(other.item_group_id, {fact.name: fact.value for fact in other.attributes}["colour"]) for other in others]
    assert socks == [("72", "Red"), ("72", "Blue")]
    assert len({first.id, *(other.id for other in others)}) == 3


OFFER = "purchasable_offer[marketplace_id=X][audience=ALL]#1"
COLUMNS = {
    "SKU": "contribution_sku#1.value",
    "Listing Action": "::record_action",
    "Parentage Level": "parentage_level[marketplace_id=X]#1.value",
    "Parent SKU": "child_parent_sku_relationship[marketplace_id=X]#1.parent_sku",
    "Item Name": "item_name[marketplace_id=X][language_tag=en_US]#1.value",
    "Color": "color[marketplace_id=X][language_tag=en_US]#1.value",
    "Quantity (US)": "fulfillment_availability#1.quantity",
    "Business Price": "purchasable_offer[marketplace_id=X][audience=B2B]#1.our_price#1.schedule#1.value_with_tax",
    "Your Price USD": f"{OFFER}.our_price#1.schedule#1.value_with_tax",
    "Sale Price USD": f"{OFFER}.discounted_price#1.schedule#1.value_with_tax",
    "Sale Start Date": f"{OFFER}.discounted_price#1.schedule#1.start_at",
    "Sale End Date": f"{OFFER}.discounted_price#1.schedule#1.end_at",
}
ROWS = [
    "A,Create or Replace (Full Update),,,Throw,,9,70,79,59,2026-11-20,2026-12-15",
    "P,Create or Replace (Full Update),Parent,,Cover,,,,,,,",
    "P-W,Create or Replace (Full Update),Child,P,Cover white,White,4,90,95,85,2026-12-20,2026-12-31",
    "D,Delete,,,Sheet,,5,,20,,,",
]


def test_amazons_template_says_where_its_table_begins(tmp_path: Path) -> None:
    above = [
        "settings=attributeRow=5&dataRow=7&labelRow=4",
        "Do not change the rows above the data.",
        "Identity,,Variations",
    ]
    table = [
        *above,
        ",".join(COLUMNS),
        ",".join(COLUMNS.values()),
        "ABC123,Edit (Partial Update),,,Example,,,,,,,",
        *ROWS,
    ]
    text = "\n".join(row.replace(",", "\t") for row in table)
    found = {product.id: product for product in products(write(tmp_path, text, "f.txt"))}
    asked = {key: price and int(price.amount) for key, product in found.items() for price in [product.price_at(NOW)]}
    assert asked == {"A": 59, "P-W": 95}
    assert (found["P-W"].item_group_id, [fact.value for fact in found["P-W"].attributes]) == ("P", ["White"])


def test_a_path_is_shortened_to_what_tells_it_apart() -> None:
    names = [*list(COLUMNS.values())[7:9], "bullet_point[language_tag=en_US]#2.value", "Size #1", "a.value"]
    short = [
        "purchasable_offer[audience=B2B].our_price",
        "purchasable_offer.our_price",
        "bullet_point#2",
        "Size #1",
        "a.value",
    ]
    assert [shortened(name) for name in names] == short


def test_the_labels_of_the_template_may_be_all_that_is_left_of_it(tmp_path: Path) -> None:
    text = "\n".join(row.replace(",", "\t") for row in [",".join(COLUMNS).replace("Business Price", "Code"), *ROWS])
    found = {product.id: product for product in products(write(tmp_path, text, "f.txt"))}
    asked = {key: price and int(price.amount) for key, product in found.items() for price in [product.price_at(NOW)]}
    assert (asked, found["P-W"].item_group_id) == ({"A": 59, "P-W": 95}, "P")
