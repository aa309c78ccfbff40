"""Who types a product's number gets that product first, and nothing else in a message is taken for one."""

from dataclasses import replace

import pytest

from daogou.ask.nouns.codes import coded
from daogou.catalog.products.need import Act, Code
from daogou.catalog.products.product import Product
from daogou.catalog.products.vocabulary import Vocabulary
from daogou.encoders.lsa import Lsa
from daogou.guide import Guide
from daogou.index.codes import code_sources
from daogou.index.vocabulary import build_vocabulary
from tests.contracts.products import NOW, fact, product
from tests.memory import MemoryCatalogue, MemoryIndex
from tests.memory_guide import memory_guide

SHOP = [
    product("GR-016", "Ground coffee 250g", product_type="coffee", gtin="7613036102346"),
    product("GR-017", "Instant coffee 200g", product_type="coffee", attributes=(fact("model", "RMO-AN00"),)),
    product("a10", "Folding screen", attributes=(fact("model", "910-002226"), fact("model", "X1-C9"))),
    product("a4", "Stapler", attributes=(fact("model", "HX6730"),)),
    product("P-1", "A4 paper 500 sheets", "4.50", attributes=(fact("model", "WH-1000XM4"),)),
    product("110034", "iPhone 12 case", "12"),
    product("70182", "Blister plasters", "5.49"),
]


def named(message: str, shop: list[Product] = SHOP) -> dict[str, tuple[str, ...]]:
    index = MemoryIndex(shop, vocabulary=build_vocabulary(shop))
    return {code.said: code.product_ids for code in coded(message, index, MemoryCatalogue(shop))}


def guide_of(shop: list[Product] = SHOP) -> Guide:
    return memory_guide(shop, Lsa.learn([one.title for one in shop], dimensions=2), at=NOW)


@pytest.mark.parametrize(
    ("message", "number", "product_id"),
    [
        ("GR-016", "GR-016", "GR-016"),
        ("gr016", "gr016", "GR-016"),
        ("do you have gr.016?", "gr.016", "GR-016"),
        ("有ＧＲ－０１６吗", "GR-016", "GR-016"),
        ("7613036102346", "7613036102346", "GR-016"),
        ("item 110034", "110034", "110034"),
        ("item 70182 please", "70182", "70182"),
        ("a10", "a10", "a10"),
        ("folding screen a10", "a10", "a10"),
        ("910-002226", "910-002226", "a10"),
        ("wh 1000 xm4", "wh 1000 xm4", "P-1"),
        ("rmoan00", "rmoan00", "GR-017"),
    ],
)
def test_a_number_is_known_however_it_is_typed(message: str, number: str, product_id: str) -> None:
    assert named(message) == {number: (product_id,)}


@pytest.mark.parametrize(
    "message",
    [
        "iphone 12",
        "500",
        "under 110034",
        "under 70182",
        "plasters 70182",
        "70183",
        "a4 paper",
        "i want a 10 inch screen",
        "2024",
        "1000-2000",
        "16gb",
        "第二个",
    ],
)
def test_amounts_sizes_and_names_are_no_numbers(message: str) -> None:
    assert named(message) == {}


def test_what_a_thing_is_for_is_not_asked_for() -> None:
    assert named("a cover for GR-016") == named("适用于GR-016的盖子") == {}
    assert named("i am looking for GR-016") == {"GR-016": ("GR-016",)}


def test_what_has_to_fit_a_number_is_not_the_thing_of_that_number() -> None:
    assert named("HX6730能用的刷头") == {}
    assert named("HX6730") == {"HX6730": ("a4",)}


def test_a_number_that_nothing_has_is_told_where_nothing_else_is_said() -> None:
    assert named("GR-999") == {"GR-999": ()}
    assert named("coffee GR-999") == {}
    answer = guide_of().answer("do you have XZ-90001?")
    assert (answer.response.text, answer.turn.shown) == ("No product here has the number “XZ-90001”.", ())
    assert answer.turn.need.unsold == ("XZ-90001",)


def test_only_attributes_with_numbers_in_them_are_looked_at() -> None:
    colours = [product(str(n), "Lamp", attributes=(fact("finish", f"RAL{n % 2}"),)) for n in range(10)]
    assert ":finish" not in code_sources(build_vocabulary(colours))
    assert ":model" in code_sources(build_vocabulary(SHOP))
    assert code_sources(Vocabulary()) == {"", "title"}


def test_the_answer_says_what_the_number_is() -> None:
    guide = guide_of()
    answer = guide.answer("gr016")
    assert answer.response.text.startswith("“gr016” is “Ground coffee 250g” at €10")
    assert answer.turn.shown == ("GR-016",)
    assert answer.turn.need.codes == (
        Code(said="gr016", product_ids=("GR-016",), kinds=("coffee",), whole=True, alone=True),
    )
    assert guide.answer("有GR-016吗").response.text.startswith("“GR-016”是“Ground coffee 250g”")
    assert guide.search("instant coffee gr016").shortlist[0].score("code") == 1.0


def test_a_number_can_be_asked_about_compared_and_turned_down() -> None:
    guide = guide_of()
    assert guide.answer("how much is GR-016?").turn.need.act is Act.ASK
    compared = guide.answer("compare GR-016 and GR-017").turn
    assert (compared.need.act, compared.need.refers_to) == (Act.COMPARE, ("GR-016", "GR-017"))
    assert guide.answer("coffee but not GR-016").turn.shown == ("GR-017",)


def test_the_talk_goes_on_with_the_kind_of_thing() -> None:
    shop = [replace(SHOP[0]), product("GR-018", "Filter coffee 250g", "3", product_type="coffee")]
    guide = guide_of(shop)
    first = guide.answer("GR-016")
    then = guide.answer("anything cheaper?", session_id=first.session.session_id)
    assert then.turn.shown == ("GR-018",)
