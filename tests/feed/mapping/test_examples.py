"""The mappings of examples/mappings on the shops they were written for."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from daogou.catalog.products.product import Product
from daogou.feed import load_mapping, read_feed
from tests.feed_files import prices

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA.exists(), reason="the development shops of ../shared/data are not here"),
]


def load(feed: str, mapping: str) -> tuple[dict[str, Product], Counter[str]]:
    found, reasons = {}, Counter[str]()
    for row in read_feed(DATA / feed, mapping=load_mapping(Path("examples/mappings") / f"{mapping}.toml")):
        if row.product:
            found[row.product.id] = row.product
        reasons.update(row.reasons)
    return found, reasons


@pytest.mark.parametrize(
    ("feed", "mapping", "good", "bad"),
    [
        ("livostyle/products.parquet", "livostyle", 2766, 0),
        ("office_products/items.jsonl", "office_products", 3459, 0),
        ("zh_shops/tmall_cosmetics.csv", "tmall_cosmetics", 3497, 0),
        ("zh_shops/gift_platform_349.jsonl", "gift_platform_349", 349, 0),
        ("zh_shops/tmall_electronics_240.csv", "tmall_electronics_240", 234, 6),
    ],
)
def test_every_row_of_a_shop_is_a_product_or_a_duplicate(feed: str, mapping: str, good: int, bad: int) -> None:
    found, reasons = load(feed, mapping)
    assert (len(found), sum(reasons.values())) == (good, bad)
    assert all("was used before" in reason for reason in reasons)


@pytest.mark.slow
def test_icecat_is_read_with_its_units() -> None:
    found, reasons = load("icecat/products.jsonl.gz", "icecat")
    assert (len(found), len(reasons)) == (19_406, 0)
    laptop = found["2101957"]
    assert prices([laptop]) == {"2101957": (Decimal("109.95"), "EUR")}
    facts = {attribute.name: (attribute.value, attribute.unit) for attribute in laptop.attributes}
    assert facts["display_diagonal"] == (Decimal(17), "in")
    assert facts["internal_memory"] == (Decimal(4), "GB")
    assert facts["processor_frequency"] == (Decimal("2.13"), "GHz")
    assert facts["touchscreen"] == (False, None)
    assert facts["weight"] == (Decimal(3460), "g") or "weight" not in facts


@pytest.mark.slow
def test_invoice_lines_become_gifts_at_their_median_price() -> None:
    found, reasons = load("online_retail/online_retail_240007_full_columns.parquet", "online_retail")
    holder = found["85123A"]
    assert (holder.title, holder.offers[0].price.amount) == ("WHITE HANGING HEART T-LIGHT HOLDER", Decimal("2.95"))
    assert not {"POST", "M", "D", "DOT"} & set(found)
    assert all(reason.startswith(("skipped: ", "price ", "title ")) for reason in reasons)
    assert len(found) > 3_400
