from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daogou.ask.acts import references
from daogou.catalog.products.need import Act
from daogou.catalog.products.product import Money
from tests.ask_shop import SHOWN, asked, short, talk, untimed
from tests.contracts.products import NOW


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (("laptop under 800 euros", "under 600 euros"), ["price at_most 600 EUR"]),
        (("laptop under 800 euros", "make it 1000"), ["price at_most 1000 EUR"]),
        (("laptop under 800 euros", "from 900 to 1000 euros"), ["price at_least 900 EUR", "price at_most 1000 EUR"]),
        (("laptop around 500 euros", "under 300 euros"), ["price at_most 300 EUR"]),
        (("laptop with at least 8GB RAM", "actually make it 32GB"), ["memory at_least 32 GB"]),
        (("laptop", "HP", "Dell"), ["brand is DELL"]),
        (("laptop", "HP", "Dell is fine too"), ["brand is HP|DELL"]),
        (("laptop", "HP", "戴尔也可以"), ["brand is HP|DELL"]),
        (("laptop", "not HP", "not Dell"), ["brand is_not HP", "brand is_not DELL"]),
        (("laptop", "HP", "not HP"), ["brand is_not HP"]),
        (("laptop", "not HP", "HP"), ["brand is HP"]),
        (("laptop", "red", "blue"), ["colour is blue"]),
        (("printer", "red", "silver ones"), ["text is silver"]),
        (("printer", "red", "forget the colour"), []),
        (("printer", "waterproof", "red is fine too"), ["text is waterproof", "text is red"]),
        (("something waterproof under 50 euros", "laptop under 30 euros"), ["price at_most 30 EUR"]),
        (("something under 50 euros", "a laptop"), ["price at_most 50 EUR"]),
        (("do you sell bananas?", "laptop"), []),
        (("laptop under 800 euros, 16GB RAM", "price doesn't matter"), ["memory is 16 GB"]),
        (("laptop under 800 euros, 16GB RAM", "价格无所谓"), ["memory is 16 GB"]),
        (("HP laptop under 800 euros", "any brand is fine"), ["price at_most 800 EUR"]),
        (("HP laptop under 800 euros", "品牌不限"), ["price at_most 800 EUR"]),
        (("red laptop under 800 euros", "forget the colour"), ["price at_most 800 EUR"]),
        (("red laptop under 800 euros", "不要颜色限制了"), ["price at_most 800 EUR"]),
        (("laptop with bluetooth under 800 euros", "it doesn't have to have bluetooth"), ["price at_most 800 EUR"]),
        (("red laptop under 800 euros", "doesn't have to be red"), ["price at_most 800 EUR"]),
        (("laptop under 800 euros", "a bit more expensive is ok"), ["price at_most 1000 EUR"]),
        (("laptop under 800 euros", "贵一点也可以"), ["price at_most 1000 EUR"]),
        (("laptop", "cheaper ones"), ["price at_most 499.99 EUR"]),
        (("笔记本电脑", "便宜一点的"), ["price at_most 499.99 EUR"]),
        (("laptop", "cheaper than the second one"), ["price at_most 699.99 EUR"]),
        (("笔记本电脑", "比第二个便宜的"), ["price at_most 699.99 EUR"]),
        (("laptop", "more expensive ones"), ["price at_least 1200.01 EUR"]),
        (("laptop under 800 euros", "a printer"), []),
        (("laptop under 800 euros", "换成打印机，300以内"), ["price at_most 300"]),
        (("computer under 800 euros", "a laptop"), ["price at_most 800 EUR"]),
        (("laptop around 600 euros", "anything cheaper?"), ["price at_most 499.99 EUR"]),
        (("laptop from 300 to 600 euros", "cheaper"), ["price at_most 499.99 EUR"]),
        (("laptop", "cheaper than the ninth one"), ["price at_most 499.99 EUR"]),
        (("笔记本电脑", "有没有比第一个便宜的"), ["price at_most 499.99 EUR"]),
        (("red laptop", "what about blue instead of red"), ["colour is blue"]),
        (("red laptop", "不要红色的了"), []),
        (("red laptop", "not red any more"), []),
        (("laptop, not HP", "HP is fine after all"), []),
        (("laptop under 300 euros", "a printer, same price"), ["price at_most 300 EUR"]),
        (("笔记本电脑，三千以内", "换成打印机，价格不变"), ["price at_most 3000"]),
        (("laptop", "要32GB内存"), ["memory is 32 GB"]),
        (("laptop", "32GB of memory"), ["memory is 32 GB"]),
        (("laptop", "with 16 GB RAM"), ["memory is 16 GB"]),
        (("two kilos of bananas", "HP laptop"), ["brand is HP"]),
    ],
)
def test_over_turns(messages: tuple[str, ...], expected: list[str]) -> None:
    assert asked(*messages) == expected


@pytest.mark.parametrize(
    ("begins_in_days", "bound"), [(-1, "price at_most 299.99 EUR"), (1, "price at_most 499.99 EUR")]
)
def test_cheaper_is_cheaper_than_what_is_asked_now(begins_in_days: int, bound: str) -> None:
    sale = Money(amount=Decimal(300), currency="EUR")
    begin = datetime.now(UTC) + timedelta(days=begins_in_days)
    offer = replace(SHOWN[0].offers[0], sale_price=sale, price_valid_from=begin)
    shown = (replace(SHOWN[0], offers=(offer,)), *SHOWN[1:])
    assert [short(one) for one in talk("laptop", "cheaper ones", shown=shown).constraints] == [bound]


def test_the_cheapest_of_the_shown_is_the_cheapest_now() -> None:
    sale = Money(amount=Decimal(300), currency="EUR")
    offer = replace(SHOWN[2].offers[0], sale_price=sale, price_valid_from=NOW)
    shown = (*SHOWN[:2], replace(SHOWN[2], offers=(offer,)))
    assert references("the cheapest one", shown, NOW).ids == ("c",)
    assert references("the cheapest one", shown, NOW - timedelta(seconds=1)).ids == ("a",)
    assert references("the cheapest one", [replace(row, offers=()) for row in shown], NOW).ids == ()


def test_a_new_kind_drops_everything_that_is_not_said_again() -> None:
    need = talk("cheapest red HP laptop for my mother", "now a printer")
    assert need.act is Act.FIND
    assert need.category == ("printer", "laser printer")
    assert (need.constraints, need.sort, need.recipient, need.query) == ((), None, "", "printer")


def test_a_narrower_kind_is_the_same_subject() -> None:
    need = talk("computer under 800 euros", "a laptop")
    assert need.act is Act.REFINE
    assert need.category == ("laptop",)


def test_words_of_what_was_taken_back_leave_the_query() -> None:
    assert talk("red laptop", "forget the colour").query == "laptop"
    assert talk("HP laptop", "Dell").query == "laptop dell"


def test_something_unsold_is_a_new_subject() -> None:
    need = talk("laptop under 800 euros", "do you sell bananas?")
    assert (need.act, need.category, need.constraints, need.unsold) == (Act.FIND, (), (), ("bananas",))


@pytest.mark.parametrize("message", ["I need memory modules", "有内存条卖吗"])
def test_asking_for_the_thing_itself_changes_the_subject(message: str) -> None:
    assert talk("laptop under 800 euros", message).category == ("memory module",)


def test_words_of_something_unsold_are_forgotten() -> None:
    need = talk("do you sell bananas?", "HP laptop")
    assert (need.query, need.category, need.unsold) == ("hp laptop", ("laptop",), ())


def test_a_word_of_what_is_exchanged_leaves_the_query() -> None:
    assert talk("red laptop", "blue instead of red").query == "laptop blue"


@pytest.mark.parametrize("message", ["重新开始，我要买打印机", "start over, I want a printer"])
def test_starting_over_with_a_wish_keeps_the_wish(message: str) -> None:
    need = talk("red laptop under 800 euros", message)
    assert need.act is Act.FIND
    assert need.category == ("printer", "laser printer")
    assert need.constraints == ()


def test_a_place_is_named_where_nothing_was_shown() -> None:
    assert references("the second one", (), NOW).ids == ()
    assert talk("laptop", "the second one please", shown=()).unsold == ()


def test_starting_over_alone_forgets_everything() -> None:
    need = talk("red laptop", "重新开始")
    assert (need.act, need.category, need.constraints) == (Act.RESET, (), ())


@pytest.mark.parametrize(
    ("message", "about"),
    [("屏幕多大", "screen_size"), ("多重", "weight"), ("how heavy are they", "weight"), ("多少钱", "price")],
)
def test_a_question_about_a_measure_is_about_what_was_shown(message: str, about: str) -> None:
    need = talk("laptop", message)
    assert (need.act, need.about, need.refers_to) == (Act.ASK, about, ("a", "b", "c"))


def test_after_a_greeting_the_first_wish_is_new() -> None:
    assert talk("hello", "laptop").act is Act.FIND


def test_more_turns_down_what_was_shown() -> None:
    need = talk("laptop under 800 euros", "还有吗")
    assert (need.act, need.unlike, need.category) == (Act.MORE, ("a", "b", "c"), ("laptop",))
    assert asked("laptop under 800 euros", "show me more") == ["price at_most 800 EUR"]


WISHES = (
    "under 800 euros",
    "not HP",
    "Dell",
    "red",
    "at least 16GB of RAM",
    "with bluetooth",
    "weight below 2 kg",
    "waterproof",
)


@untimed
@given(st.lists(st.sampled_from(WISHES), max_size=4), st.sampled_from(WISHES))
def test_saying_the_same_thing_twice_changes_nothing(before: list[str], wish: str) -> None:
    assert sorted(asked("laptop", *before, wish, wish)) == sorted(asked("laptop", *before, wish))


@untimed
@given(
    st.sampled_from(
        [
            ("under 800 euros", "price doesn't matter"),
            ("Dell", "any brand is fine"),
            ("red", "forget the colour"),
            ("at least 16GB of RAM", "memory is not important"),
            ("weight below 2 kg", "重量不限"),
        ]
    ),
    st.lists(st.sampled_from(("with bluetooth", "waterproof")), max_size=2, unique=True),
)
def test_withdrawing_undoes_saying(pair: tuple[str, str], others: list[str]) -> None:
    said, withdrawn = pair
    assert asked("laptop", *others, said, withdrawn) == asked("laptop", *others)


@untimed
@given(st.permutations(["under 800 euros", "not HP", "red", "with bluetooth"]))
def test_wishes_of_different_kinds_may_come_in_any_order(wishes: list[str]) -> None:
    assert sorted(asked("laptop", *wishes)) == [
        "bluetooth is True",
        "brand is_not HP",
        "colour is red",
        "price at_most 800 EUR",
    ]


@pytest.mark.parametrize(("thing", "message"), [("laptop", "something lighter"), ("笔记本电脑", "轻一点的")])
def test_a_comparative_asks_for_the_order(thing: str, message: str) -> None:
    sort = talk(thing, message).sort
    assert sort is not None
    assert (sort.attribute, sort.descending) == ("weight", False)
