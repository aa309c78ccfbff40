"""Several things in one message are several needs; one thing with an "and" in it stays one."""

from collections.abc import Sequence
from functools import cache

import pytest

from daogou.api.schemas.wire import chat_json
from daogou.ask.lexicon import Lexicon
from daogou.ask.nouns.several import things_in
from daogou.db.sessions import need_from_json, need_to_json
from daogou.encoders.lsa import Lsa
from daogou.guide import Guide
from daogou.index.vocabulary import build_vocabulary
from tests.ask.dialogue.test_questions import NOON, product
from tests.memory_guide import memory_guide

PRODUCTS = (
    product("egg", "Free range eggs 12", "3.99", "Farm", ("Food",), "egg"),
    product("ban", "Bananas 1 kg", "1.99", "Farm", ("Food",), "banana"),
    product("cr1", "Salt & vinegar crisps", "1.50", "Crunch", ("Food",), "potato chips"),
    product("pho", "Nova smartphone 128 GB", "499", "Nova", ("Phones",), "smartphone"),
    product("ph2", "Nova smartphone 256 GB", "599", "Nova", ("Phones",), "smartphone"),
    product("cas", "Phone case clear", "15", "Nova", ("Phones",), "phone case"),
    product("ham", "Claw hammer", "14.50", "Iron", ("Tools",), "hammer"),
    product("shi", "Blue shirt", "20", "Wear", ("Clothes",), "shirt"),
    product("ric", "Rice cooker 电饭煲", "60", "Pot", ("Kitchen",), "rice cooker"),
    product("ket", "Kettle 烧水壶", "30", "Pot", ("Kitchen",), "kettle"),
)


@cache
def lexicon() -> Lexicon:
    return Lexicon.of(build_vocabulary(PRODUCTS))


@cache
def guide() -> Guide:
    return memory_guide(PRODUCTS, Lsa.learn([row.title for row in PRODUCTS], dimensions=4), at=NOON)


def together(left: str, right: str) -> bool:
    return {left, right} == {"salt", "crisps"}


def texts(message: str) -> list[str]:
    folded = message.casefold()
    return [thing.text for thing in things_in(folded, lexicon(), together)]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("I need eggs and bananas", ["eggs", "bananas"]),
        ("I need a phone, a case for it and a hammer", ["phone", "case for phone", "hammer"]),
        ("a hammer, a unicorn and eggs", ["hammer", "unicorn", "eggs"]),
        ("a phone and a hammer under 50 euros each", ["phone under 50 euros", "hammer under 50 euros"]),
        ("想买个电饭煲和一个烧水壶", ["电饭煲", "烧水壶"]),
        ("电饭煲、烧水壶", ["电饭煲", "烧水壶"]),
        ("手机和手机壳各200以内", ["手机200以内", "手机壳200以内"]),
    ],
)
def test_a_message_is_split_where_each_part_names_a_thing(message: str, expected: list[str]) -> None:
    assert texts(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        *(
            "red and blue shirt",
            "black or white",
            "salt and vinegar crisps",
            "salt and crisps",
            "a shirt, blue and cheap",
        ),
        *("a phone with a case and a charger", "a case for a phone and a tablet", "compare the phone and the case"),
        *("does it have a case and a charger", "eggs without salt and sugar"),
        *("红色和蓝色的手机", "手机和手机壳哪个好", "电饭煲和烧水壶套装", "送妈妈和姐姐的礼物"),
    ],
)
def test_one_thing_stays_one(message: str) -> None:
    assert texts(message) == []


def test_each_thing_gets_its_share_of_the_shelf_and_of_the_text() -> None:
    answered = guide().answer("I need a smartphone, eggs and a unicorn")
    response = answered.response
    assert [(one.position, one.need) for one in response.recommendations] == [(1, 0), (2, 0), (3, 1)]
    assert sorted(answered.turn.shown) == ["egg", "ph2", "pho"]
    first, second, third = response.text.split("\n")
    assert first.startswith("Smartphone: ")
    assert "“Nova smartphone" in first
    assert second.startswith("Eggs: ")
    assert third.startswith("Unicorn: ")
    assert "“unicorn”" in third
    assert _ids(response.evidence) == [f"e{number}" for number in range(1, len(response.evidence) + 1)]


def test_no_product_stands_twice() -> None:
    shown = guide().answer("买个电饭煲和一个烧水壶").turn.shown
    assert sorted(shown) == ["ket", "ric"]


def test_the_needs_are_kept_and_sent() -> None:
    answered = guide().answer("想买个电饭煲和一个烧水壶")
    turn = answered.turn
    assert [(need.said, need.category) for need in turn.needs] == [
        ("电饭煲", ("rice cooker",)),
        ("烧水壶", ("kettle",)),
    ]
    assert need_from_json(need_to_json(turn.need)) == turn.need
    body = chat_json(answered, considered=False, quick_answers=[], took_ms=1.0)
    assert [need.said for need in body.needs] == ["电饭煲", "烧水壶"]
    assert [card.need for card in body.recommendations] == [0, 1]


def test_one_thing_more_keeps_what_it_is_for() -> None:
    one = guide()
    session = one.answer("a smartphone").session
    answered = one.answer("and a case for it", session_id=session.session_id)
    assert (answered.turn.need.category, answered.turn.shown[0]) == (("phone case",), "cas")


def _ids(evidence: Sequence[object]) -> list[str]:
    return [str(one.id) for one in evidence]  # type: ignore[attr-defined]
