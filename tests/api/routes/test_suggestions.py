from dataclasses import replace
from decimal import Decimal

import pytest

from daogou.api.routes.suggestions import examples, kinds, quick_answers
from daogou.catalog.products.need import Constraint, Operator, ShopperNeed
from daogou.catalog.products.product import Attribute, Money, Offer, Product
from daogou.catalog.products.vocabulary import AttributeKind, Vocabulary
from tests.memory import MemoryIndex
from tests.small_shop import NOON, PRODUCTS, VOCABULARY

INDEX = MemoryIndex(PRODUCTS, vocabulary=VOCABULARY, clock=lambda: NOON)


def asking(attribute: str, **more: object) -> ShopperNeed:
    return ShopperNeed(category=("laptop",), unknown=(attribute,), **more)


@pytest.mark.parametrize(
    ("attribute", "language", "answers"),
    [
        ("price", "en", ["under €500", "under €1200", "no preference"]),
        ("price", "zh", ["€500以内", "€1200以内", "都可以"]),
        ("colour", "en", ["black", "silver", "no preference"]),
        ("colour", "zh", ["黑色", "银色", "都可以"]),
        ("brand", "en", ["Nimbus", "Quill", "Onda", "no preference"]),
        ("memory", "en", ["at least 8 GB", "at least 16 GB", "no preference"]),
        ("touchscreen", "zh", ["要带触摸屏的", "不带触摸屏的", "都可以"]),
        ("nothing_known", "en", []),
    ],
)
def test_answers_leave_something_on_the_shelf(attribute, language, answers):
    assert quick_answers(attribute, asking(attribute, language=language), INDEX) == answers


def test_answers_stand_on_what_was_asked_before():
    dear = Constraint(attribute="price", operator=Operator.AT_LEAST, value=Decimal(1000), unit="EUR")
    assert quick_answers("brand", asking("brand", constraints=(dear,)), INDEX) == ["Quill", "Onda", "no preference"]


def test_without_a_question_there_is_nothing_to_answer():
    assert quick_answers("", ShopperNeed(), INDEX) == []


def test_an_attribute_that_never_varies_is_not_worth_asking():
    same = replace(VOCABULARY.attributes["memory"], minimum=Decimal(4), maximum=Decimal(4))
    index = MemoryIndex(PRODUCTS, vocabulary=replace(VOCABULARY, attributes={"memory": same}), clock=lambda: NOON)
    assert quick_answers("memory", asking("memory"), index) == []
    unknown = replace(same, kind=AttributeKind.NUMBER, minimum=None, maximum=None)
    index = MemoryIndex(PRODUCTS, vocabulary=replace(VOCABULARY, attributes={"memory": unknown}), clock=lambda: NOON)
    assert quick_answers("memory", asking("memory"), index) == []


def test_an_empty_shop_suggests_nothing():
    index = MemoryIndex((), vocabulary=Vocabulary())
    assert (examples(index, "en"), kinds(index, "zh")) == ([], [])


def test_a_shop_without_prices_and_brands_suggests_what_it_can():
    products = [Product(id=str(n), title="red tea", offers=(), product_type="tea") for n in range(3)]
    index = MemoryIndex(products, vocabulary=Vocabulary(types={"tea": 3}, product_count=3))
    assert examples(index, "en") == ["Which tea do you recommend?"]


def test_a_chinese_shop_counts_in_yuan():
    products = [
        Product(
            id=str(n),
            title="茶",
            offers=(Offer(price=Money(amount=Decimal(n), currency="CNY")),),
            product_type="laptop",
            attributes=(Attribute(name="colour", value="red"),),
        )
        for n in (90, 100, 110, 800)
    ]
    index = MemoryIndex(products, vocabulary=Vocabulary(types={"laptop": 4}, currency="CNY"), clock=lambda: NOON)
    assert examples(index, "zh")[0] == "100元以内的笔记本电脑"


def test_things_come_before_what_goes_with_them_and_known_words_before_strange_ones():
    types = {"laptop bag": 900, "laptop": 5, "toner transfer belt": 700, "礼盒": 800, "lone thing": 1}
    index = MemoryIndex((), vocabulary=Vocabulary(types=types))
    assert [kind.product_type for kind in kinds(index, "en")] == ["laptop", "toner transfer belt", "laptop bag", "礼盒"]
    assert kinds(index, "zh")[0].product_type == "laptop"
