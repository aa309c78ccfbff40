from dataclasses import replace
from decimal import Decimal

import pytest

from daogou.api.schemas.labels import chips, field_label
from daogou.catalog.products.need import Act, Constraint, Operator, ShopperNeed, Sort, Strength

D = Decimal


def label(attribute: str, operator: Operator, value: object, unit: str | None = None, language: str = "en") -> str:
    constraint = Constraint(attribute=attribute, operator=operator, value=value, unit=unit)
    return chips(ShopperNeed(constraints=(constraint,), language=language))[0].label


@pytest.mark.parametrize(
    ("constraint", "en", "zh"),
    [
        (("price", Operator.AT_MOST, D("800"), "EUR"), "up to €800", "€800 以内"),
        (("price", Operator.AT_LEAST, D("99.5"), "CHF"), "from CHF 99.50", "CHF 99.50 起"),
        (("price", Operator.IS, D("2000"), None), "about 2,000", "2,000 左右"),
        (("price", Operator.IS_NOT, D("5"), "EUR"), "not €5", "不要€5"),
        (("memory", Operator.AT_LEAST, D("16"), "GB"), "memory at least 16 GB", "内存至少 16GB"),
        (("weight", Operator.AT_MOST, D("1500"), "g"), "weight up to 1.5 kg", "重量不超过 1.5公斤"),
        (("screen_size", Operator.IS, D("15.6"), "in"), "screen size: 15.6 inches", "屏幕尺寸：15.6英寸"),
        (("brand", Operator.IS, ("HP", "Dell"), None), "HP or Dell", "HP或Dell"),
        (("brand", Operator.IS_NOT, "HP", None), "not HP", "不要HP"),
        (("colour", Operator.IS, "black", None), "colour: black", "颜色：黑色"),
        (("text", Operator.IS, "oled", None), "oled", "oled"),
        (("text", Operator.IS, ("waterproof", "防水", "splash proof"), None), "waterproof", "防水"),
        (("text", Operator.IS_NOT, ("gluten", "麸质"), None), "without gluten", "不含麸质"),
        (("brand", Operator.IS, ("HP", "Dell", "Acer"), None), "HP or Dell …", "HP或Dell …"),
        (("availability", Operator.IS, "in_stock", None), "in stock", "有货"),
        (("category", Operator.IS_NOT, "laptop bag", None), "not laptop bag", "不要电脑包"),
        (("touchscreen", Operator.IS, True, None), "with touchscreen", "带触摸屏"),
        (("touchscreen", Operator.IS, False, None), "without touchscreen", "不带触摸屏"),
        (("touchscreen", Operator.IS_NOT, True, None), "without touchscreen", "不带触摸屏"),
        (("rating", Operator.AT_LEAST, D("4.5"), None), "rating at least 4.5", "评分至少 4.5"),
        (("condition", Operator.IS, "used", None), "condition: used", "成色：used"),
    ],
)
def test_a_wish_reads_as_a_shopper_would_say_it(constraint, en, zh):
    attribute, operator, value, unit = constraint
    assert label(attribute, operator, value, unit) == en
    assert label(attribute, operator, value, unit, "zh") == zh


def test_chips_come_in_the_order_in_which_one_thinks():
    need = ShopperNeed(
        query="gaming laptop",
        category=("laptop",),
        constraints=(
            Constraint(attribute="category", operator=Operator.IS, value=("laptop",)),
            Constraint(
                attribute="memory", operator=Operator.AT_LEAST, value=D(16), unit="GB", strength=Strength.PREFER
            ),
        ),
        purpose="gaming",
        recipient="my son",
        like=("a",),
        unlike=("b",),
        sort=Sort(attribute="price"),
    )
    assert [(chip.label, chip.without.attribute, chip.strength.value) for chip in chips(need)] == [
        ("laptop", "category", "must"),
        ("memory at least 16 GB", "memory", "prefer"),
        ("for gaming", "purpose", "prefer"),
        ("for my son", "recipient", "prefer"),
        ("similar to one you saw", "like", "prefer"),
        ("not like those you turned down", "unlike", "prefer"),
        ("lowest price first", "sort", "prefer"),
    ]


def test_the_broadest_kinds_stand_for_their_kinds():
    need = ShopperNeed(category=("computer", "laptop", "laptop bag"), sort=Sort(attribute="weight", descending=True))
    assert [chip.label for chip in chips(need)] == ["computer …", "highest weight first"]
    many = ShopperNeed(category=("tea", "dress", "tent", "礼盒"))
    assert [chip.label for chip in chips(many)] == ["tea …"]


def test_of_many_kinds_the_shoppers_own_word_is_the_chip():
    need = ShopperNeed(category=("tea", "dress"), thing="long green picnic blanket of wool")
    assert [chip.label for chip in chips(need)] == ["long green picnic blanket …"]
    assert [chip.label for chip in chips(replace(need, language="zh"))] == ["茶叶 …"]


def test_a_word_that_was_said_otherwise_is_named_by_what_it_means():
    decaf = Constraint(attribute="text", operator=Operator.IS_NOT, value=("caffeine", "咖啡因"), said="decaf")
    assert [chip.label for chip in chips(ShopperNeed(constraints=(decaf,)))] == ["without caffeine"]
    assert [chip.label for chip in chips(ShopperNeed(constraints=(decaf,), language="zh"))] == ["不含咖啡因"]


def test_no_label_stands_twice():
    fits = Constraint(attribute="fits", operator=Operator.IS, value="puppy", strength=Strength.PREFER)
    assert [chip.label for chip in chips(ShopperNeed(constraints=(fits,), purpose="puppy"))] == ["for puppy"]


def test_a_kind_that_nobody_knows_is_called_by_the_shoppers_words():
    assert [chip.label for chip in chips(ShopperNeed(query="flux capacitor"))] == ["“flux capacitor”"]


def test_nothing_stands_after_starting_over():
    assert chips(ShopperNeed(query="x", act=Act.RESET)) == []


def test_an_unknown_language_reads_english():
    assert field_label("price", "fr") == "price"
    assert field_label("weird_column", "zh") == "weird column"


@pytest.mark.parametrize("name", ["is", "or", "with", "like", "purpose", "recipient", "at_least"])
def test_a_column_named_like_a_part_of_speech_is_called_by_its_own_name(name: str) -> None:
    assert field_label(name, "en") == name.replace("_", " ")
