"""Names that a product's columns deny: what is called a notebook but has no screen, memory or processor."""

from decimal import Decimal

import pytest

from daogou.catalog.kinds.product_types import TypeModel, kin
from daogou.catalog.products.product import Attribute, Money, Offer, Product

OFFER = Offer(price=Money(amount=Decimal(10), currency="EUR"))
COLUMNS = {
    "notebook PC": ("screen_size", "memory", "processor", "operating_system"),
    "mains battery charger": ("input_voltage", "output_voltage", "charging_time"),
    "surge protector": ("outlet_count", "surge_energy_rating", "joules"),
}


def product(title: str, *columns: str, source: str = "feed") -> Product:
    attributes = tuple(Attribute(name=name, value="x", source=source) for name in columns)
    return Product(id=title, title=title, offers=(OFFER,), attributes=attributes)


def shop() -> list[Product]:
    return [product(f"Acme {number} {name}", *columns) for name, columns in COLUMNS.items() for number in range(40)]


def type_in_shop(odd: Product) -> str:
    return TypeModel.learn([*shop(), odd]).type_of(odd)


def test_another_name_in_the_title_wins_where_the_columns_speak_for_it() -> None:
    odd = product("Acme Surge Protector 5X Notebook", *COLUMNS["surge protector"])
    assert type_in_shop(odd) == "surge protector"
    odd = product("Acme Notebook 5X Surge Protector", *COLUMNS["surge protector"])
    assert type_in_shop(odd) == "surge protector"


def test_that_a_kind_is_rare_is_no_reason_to_doubt_it() -> None:
    common = [product(f"Acme {number} face cream", "sales", "comments", "likes") for number in range(900)]
    rare = [product(f"Acme {number} hair dye face", "sales", "comments", "likes") for number in range(9)]
    assert TypeModel.learn([*common, *rare]).type_of(rare[0]) == "hair dye"


def test_without_columns_the_name_stands() -> None:
    assert type_in_shop(product("Acme 620 Notebook")) == "laptop"


def test_columns_that_fit_the_name_leave_it_alone() -> None:
    assert type_in_shop(product("Acme Notebook 15 Charger", *COLUMNS["notebook PC"])) == "laptop"


def test_an_accessory_does_not_become_the_thing_that_it_is_for() -> None:
    assert type_in_shop(product("Acme notebook stand", *COLUMNS["notebook PC"])) == "laptop stand"


def test_what_a_title_states_is_no_column() -> None:
    odd = product("Acme Notebook 5X Surge Protector", *COLUMNS["surge protector"], source="title")
    assert type_in_shop(odd) == "laptop"


def test_a_model_that_doubts_comes_back_from_json() -> None:
    odd = product("Acme Notebook 5X Surge Protector", *COLUMNS["surge protector"])
    model = TypeModel.learn([*shop(), odd])
    assert TypeModel.from_json(model.to_json()).type_of(odd) == "surge protector"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Acme 3y Nbd Onsite Notebook Only SVC", "warranty"),
        ("Acme 2 year next business day printer support", "warranty"),
        ("Acme 13 in Laptop Privacy Screen - Magnetic", "privacy filter"),
        ("Acme Laptop Internal UK Keyboard 84 Keys", "laptop spare part"),
        ("Acme Phone Soft Silicone Case", "phone case"),
        ("Acme Notebook Power 65W power adapter/inverter indoor Black", "power adapter"),
        ("Acme Umbrella Singlepack Black T05", "ink cartridge"),
        ("LD Compatible Ink Cartridge Replacement for Acme LC61Y (Yellow)", "ink cartridge"),
    ],
)
def test_words_that_are_for_another_thing(title: str, expected: str) -> None:
    assert TypeModel().type_of(product(title)) == expected


def test_a_column_says_which_of_two_named_kinds_it_is() -> None:
    battery = Product(
        id="1",
        title='Acme ThinkPad T61 Series (14" Wide) Standard Battery',
        offers=(OFFER,),
        attributes=(Attribute(name="type", value="Notebook battery", source="feed"),),
    )
    assert TypeModel().type_of(battery) == "laptop battery"


def test_kinds_of_one_thing_are_kin() -> None:
    assert kin("chromebook", "laptop")
    assert not kin("laptop", "printer")
    assert kin("no such type", "no such type")


@pytest.mark.parametrize(
    ("title", "category", "expected"),
    [
        ("Fringe plaid scarf", "Clothing", "scarf"),
        ("Shine On platform slingback sandal", "Shoes", "sandals"),
        ("Long sleeve lounge dress", "Dresses", "dress"),
        ("Leather phone case", "Shoes", "shoes"),
    ],
)
def test_a_merchants_category_that_says_little_is_narrowed(title: str, category: str, expected: str) -> None:
    sold = Product(id="1", title=title, offers=(OFFER,), category=("Apparel", category))
    assert TypeModel().type_of(sold) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("某某沁白套装 洁面+精华+面霜", "skin care set"),
        ("某某魅力套装 粉饼+睫毛膏+口红", "makeup set"),
        ("某某面霜50ml+眼霜15ml", "face cream"),
        ("某某净化泥面膜 补水保湿 护肤品化妆品女", "clay mask"),
        ("某某男士护肤品套装 补水洗面奶", "skin care set"),
        ("某某咖啡壶", "coffee pot"),
        ("某某红石榴洁面+水+面霜+晚霜", "skin care set"),
        ("某某男士剃须泡沫 软化胡须 护肤品", "shaving foam"),
    ],
)
def test_several_chinese_names(title: str, expected: str) -> None:
    assert TypeModel().type_of(product(title)) == expected
