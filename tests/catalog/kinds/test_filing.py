"""The merchant's own column says what kind a product is; the title may only say it closer."""

from decimal import Decimal

import pytest

from daogou.catalog.kinds.product_types import TypeModel
from daogou.catalog.products.product import Money, Offer, Product

OFFER = Offer(price=Money(amount=Decimal(10), currency="EUR"))


def type_of(title: str, column: str = "", description: str = "") -> str:
    path = tuple(part.strip() for part in column.split(">") if part.strip())
    return TypeModel().type_of(Product(id="1", title=title, offers=(OFFER,), category=path, description=description))


@pytest.mark.parametrize(
    ("title", "column", "expected"),
    [
        ("Hill's Chicken & Barley Adult 7+ Senior Dog 14kg", "Dogs > Dry Food", "dry dog food"),
        ("Whiskas Tuna in Jelly Pouches 12 x 85g", "Cats > Wet Food", "wet cat food"),
        ("Beef Jerky Strips 100g", "Dogs > Treats", "dog treat"),
        ("Donut plush 50cm pink", "Cats > Beds", "cat bed"),
        ("Goldfish flakes 250 ml", "Fish > Food", "fish food"),
        ("Silicone case for iPhone 15", "Phones > Cases", "phone case"),
        ("透明防摔 适用苹果13", "手机 > 壳", "phone case"),
        ("Weedkiller concentrate glyphosate 1 L", "Plant Care > Weed Control", "weed control"),
    ],
)
def test_a_path_is_read_from_its_end_with_what_stands_above(title: str, column: str, expected: str) -> None:
    assert type_of(title, column) == expected


@pytest.mark.parametrize("column", ["Books > Computers", "图书 > 计算机"])
def test_a_last_part_at_odds_with_the_part_above_is_a_subject(column: str) -> None:
    assert type_of("Python from the beginning, third edition", column) == "book"


def test_where_a_column_names_several_kinds_the_title_chooses() -> None:
    assert type_of("Nylon dog collar reflective", "Dogs > Collars & Leads") == "dog collar"
    assert type_of("Retractable line 5 m", "Dogs > Collars & Leads") == "collars & leads"
    assert type_of("新鲜香蕉 5斤", "果蔬绿植") == "banana"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Strong coffee no sugar", "coffee"),
        ("Sugar-free coffee", "coffee"),
        ("Coffee free of sugar", "coffee"),
        ("Dress free size", "dress"),
        ("某某无糖酸奶", "yogurt"),
        ("某某不含糖", ""),
        ("Canister thing up to 220 L aquarium", ""),
    ],
)
def test_what_a_thing_is_without_or_up_to_is_not_what_it_is(title: str, expected: str) -> None:
    assert type_of(title) == expected


@pytest.mark.parametrize("title", ["某某量表 包邮", "某某蛋白核", "某某礼包"])
def test_a_character_within_another_word_names_nothing(title: str) -> None:
    assert type_of(title) == ""


def test_a_description_counts_where_it_says_the_title_again() -> None:
    assert type_of("Meadow thing for rabbits", description="No grass, sugar added") == ""
    assert type_of("Acme 15 black", description="Acme 15 large black ink cartridge") == "ink cartridge"
