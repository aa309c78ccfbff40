from decimal import Decimal

from daogou.catalog.products.product import Attribute, Money, Offer, Product, Translation
from daogou.catalog.products.vocabulary import AttributeKind, AttributeProfile, Vocabulary
from daogou.index.vocabulary import build_vocabulary, vocabulary_from_json, vocabulary_to_json

OFFER = Offer(price=Money(amount=Decimal(10), currency="EUR"))


def product(number, title, product_type, *attributes, **more):
    return Product(
        id=str(number), title=title, offers=(OFFER,), product_type=product_type, attributes=attributes, **more
    )


SHOP = [
    product(1, "Acme laptop", "laptop", Attribute(name="memory", value=Decimal(16), unit="GB", source="RAM"), brand="Acme"),
    product(2, "Acme laptop pro", "laptop", Attribute(name="memory", value=Decimal(8), unit="GB", source="title"), brand="Acme"),
    product(3, "Loud photo paper", "photo paper roll", Attribute(name="colour", value="white", source="title"),
            category=("Office", "Paper"), translations={"zh": Translation(title="相纸")}),
    product(4, "Thing", "", Attribute(name="bluetooth", value=True, source="bt")),
]  # fmt: skip


def test_everything_is_counted_in_one_pass():
    vocabulary = build_vocabulary(iter(SHOP))
    assert vocabulary.types == {"laptop": 2, "photo paper roll": 1}
    assert vocabulary.brands == {"Acme": 2}
    assert vocabulary.words["laptop"] == 2
    assert vocabulary.currency == "EUR"
    assert vocabulary.languages == ("en", "zh")
    assert vocabulary.product_count == 4
    assert vocabulary.type_phrases == {
        "office": ("photo paper roll",),
        "paper": ("photo paper roll",),
        "paper roll": ("photo paper roll",),
        "roll": ("photo paper roll",),
    }


def test_an_attribute_is_profiled_with_range_unit_types_and_the_merchants_label():
    assert build_vocabulary(SHOP).attributes == {
        "memory": AttributeProfile(
            name="memory", label="RAM", kind=AttributeKind.NUMBER, product_count=2, unit="GB",
            minimum=Decimal(8), maximum=Decimal(16), by_type={"laptop": 2},
        ),
        "colour": AttributeProfile(
            name="colour", label="colour", kind=AttributeKind.TEXT, product_count=1,
            values={"white": 1}, by_type={"photo paper roll": 1},
        ),
        "bluetooth": AttributeProfile(name="bluetooth", label="bt", kind=AttributeKind.BOOL, product_count=1),
    }  # fmt: skip


def test_a_category_of_too_many_kinds_names_no_type():
    shop = [product(number, "x", f"type{number}", category=("All",)) for number in range(20)]
    assert "all" not in build_vocabulary(shop).type_phrases


def test_a_word_of_a_translated_title_is_known_and_counts_once():
    lamp = product(1, "desk lamp LED", "desk lamp", translations={"zh": Translation(title="台灯 LED")})
    assert build_vocabulary([lamp]).words == {"desk": 1, "lamp": 1, "led": 1, "台灯": 1}


def test_no_products_give_an_empty_vocabulary():
    assert build_vocabulary([]) == Vocabulary()


def test_json_gives_the_same_vocabulary_back():
    vocabulary = build_vocabulary(SHOP)
    assert vocabulary_from_json(vocabulary_to_json(vocabulary)) == vocabulary


def test_a_few_titles_in_another_language_do_not_make_it_the_catalogues() -> None:
    mice = [product(number, "Wireless mouse", "mouse", language="en") for number in range(30)]
    assert build_vocabulary([*mice, product("zh", "无线鼠标", "mouse", language="zh")]).languages == ("en",)
    assert build_vocabulary([*mice[:10], product("zh", "无线鼠标", "mouse", language="zh")]).languages == ("en", "zh")
