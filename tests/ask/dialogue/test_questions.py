"""Questions about the shop itself: answered from its rows, from the merchant's facts, or honestly not at all."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from daogou.ask.dialogue.questions import shop_question
from daogou.catalog.products.need import Act
from daogou.catalog.products.product import Attribute, Money, Offer, Product
from daogou.catalog.products.vocabulary import ShopFact, ShopFacts
from daogou.db.sessions import need_from_json, need_to_json
from daogou.encoders.lsa import Lsa
from daogou.errors import FactsError
from daogou.feed.toml_checks import parse_shop_facts
from daogou.guide import Guide
from daogou.index.vocabulary import build_vocabulary, vocabulary_from_json, vocabulary_to_json
from tests.memory_guide import memory_guide

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def product(id: str, title: str, price: str, brand: str, category: tuple[str, ...], kind: str, **more: Any) -> Product:
    offer = Offer(price=Money(amount=Decimal(price), currency="EUR"))
    return Product(id=id, title=title, offers=(offer,), brand=brand, category=category, product_type=kind, **more)


PRODUCTS = (
    product("t1", "Leaf black tea 50 bags", "3.50", "Leaf", ("Drinks", "Tea"), "tea"),
    product("t2", "Hill green tea 20 bags", "4.20", "Hill", ("Drinks", "Tea"), "tea"),
    product("t3", "Leaf mint tea 20 bags", "2.90", "Leaf", ("Drinks", "Tea"), "tea"),
    product("c1", "Roast ground coffee 500 g", "7.90", "Roast", ("Drinks", "Coffee"), "coffee"),
    product(
        "m1", "Mow 30 lawn mower", "99", "Mow", ("Garden", "Mowers"), "lawn mower", description="Runs at 92 dB, 14 kg"
    ),
    product(
        "m2",
        "Silent lawn mower",
        "449",
        "Mow",
        ("Garden", "Mowers"),
        "lawn mower",
        attributes=(Attribute(name="weight", value=Decimal(9), unit="kg", source="weight"),),
        description="Only 57 dB",
    ),
    product("s1", "Steel spade", "25", "", ("Garden", "Tools"), "spade"),
)


@cache
def guide(*, facts: bool = False) -> Guide:
    lsa = Lsa.learn([row.title for row in PRODUCTS], dimensions=4)
    made = memory_guide(PRODUCTS, lsa, at=NOON)
    told = ShopFacts(
        by_topic={
            "shipping": ShopFact(answers={"en": "We ship to Canada for 9 EUR.", "zh": "可寄往加拿大，运费9欧元。"}),
            "wrapping": ShopFact(answers={"en": "We wrap presents."}, words=("gift wrap", "礼品包装")),
        }
    )
    return replace(made, understanding=replace(made.understanding, facts=told)) if facts else made


@pytest.mark.parametrize(
    ("message", "asks", "thing"),
    [
        ("what do you sell?", "range", ""),
        ("what kinds of things do you have", "range", ""),
        ("你们都有些什么", "range", ""),
        ("which brands of tea do you carry", "brands", "tea"),
        ("what tea brands do you have?", "brands", "tea"),
        ("手机有哪些品牌", "brands", "手机"),
        ("有哪些牌子的茶", "brands", "茶"),
        ("how many laptops do you have?", "count", "laptops"),
        ("你们有多少种茶", "count", "茶"),
        ("what's the price range for drills", "prices", "drills"),
        ("手机一般多少钱", "prices", "手机"),
        ("what's the most expensive thing you've got?", "dearest", ""),
        ("你们店里最贵的东西是哪个", "dearest", ""),
        ("which is the cheapest tea you have", "cheapest", "tea"),
        ("最便宜的手机是哪款", "cheapest", "手机"),
        ("do you deliver on Saturdays?", "service", "shipping"),
        ("how do I return something?", "service", "returns"),
        ("can I pay with PayPal?", "service", "payment"),
        ("可以分期付款吗", "service", "payment"),
        ("保修多久", "service", "warranty"),
        ("几点开门", "service", "opening_hours"),
        ("where are you located", "service", "location"),
        ("do you gift wrap?", "service", ""),
    ],
)
def test_the_form_of_a_sentence_tells_that_the_shop_is_asked_about(message: str, asks: str, thing: str) -> None:
    question = shop_question(message.casefold(), shown=False, own={})
    assert question is not None
    assert (question.asks, question.thing or question.topic) == (asks, thing)


@pytest.mark.parametrize(
    "message",
    [
        *("do you have milk", "do you sell shipping boxes?", "do you have contact lenses?", "open toe sandals"),
        *("can you recommend a laptop", "does it come with a charger", "a laptop with warranty", "the cheapest tea"),
        *("有牛奶吗", "电话手表有吗", "质保三年的电脑", "手机支持无线充电吗", "送妈妈的礼物", "有什么推荐"),
    ],
)
def test_what_asks_for_products_stays_a_search(message: str) -> None:
    assert shop_question(message, shown=False, own={}) is None


@pytest.mark.parametrize(
    "message", ["which of these is the cheapest?", "哪个最便宜", "最便宜的那个", "the cheapest one"]
)
def test_with_products_shown_a_superlative_without_a_kind_chooses_among_them(message: str) -> None:
    assert shop_question(message, shown=True, own={}) is None


@pytest.mark.parametrize(
    ("message", "text", "shown"),
    [
        ("what do you sell?", "There are 7 products here: Drinks (4) and Garden (3).", []),
        ("which brands of tea do you carry?", "These brands of tea are here: Leaf (2) and Hill (1).", ["t1", "t2"]),
        ("你们卖什么", "店里共有7款商品：Drinks（4）和Garden（3）。", []),
        ("茶有哪些品牌", "茶有这些品牌：Leaf（2）和Hill（1）。", ["t1", "t2"]),
        ("how many teas do you have?", "teas: 3 in this shop.", ["t1", "t2", "t3"]),
        ("what is the price range of tea", "tea: 3 in this shop, from €2.90 to €4.20.", ["t3", "t1", "t2"]),
        (
            "what's the most expensive thing you have",
            "The most expensive product in this shop is “Silent lawn mower” at €449.",
            ["m2", "m1", "s1"],
        ),
        ("店里最便宜的是什么", "店里最便宜的是“Leaf mint tea 20 bags”，€2.90。", ["t3", "t1", "t2"]),
        (
            "what is the cheapest tea?",
            "Of tea, the cheapest here is “Leaf mint tea 20 bags” at €2.90; I looked at 3.",
            ["t3", "t1", "t2"],
        ),
    ],
)
def test_rows_answer_for_the_shop(message: str, text: str, shown: list[str]) -> None:
    answered = guide().answer(message)
    assert (answered.turn.need.act, answered.response.text, list(answered.turn.shown)) == (Act.SHOP, text, shown)


def test_what_no_row_knows_is_told_in_the_merchants_words_or_honestly_not() -> None:
    assert guide(facts=True).answer("do you ship to Canada?").response.text == "We ship to Canada for 9 EUR."
    assert guide(facts=True).answer("能寄到加拿大吗").response.text == "可寄往加拿大，运费9欧元。"
    assert guide(facts=True).answer("do you gift wrap?").response.text == "We wrap presents."
    assert "only know" in guide(facts=True).answer("can I pay with PayPal?").response.text
    assert (
        "咨询" in guide().answer("可以分期付款吗").response.text
        or "联系" in guide().answer("可以分期付款吗").response.text
    )


def test_a_question_about_the_shop_leaves_the_need_as_it_was() -> None:
    one = guide()
    session = one.answer("lawn mower").session
    session = one.answer("do you deliver?", session_id=session.session_id).session
    answered = one.answer("which is the cheapest?", session_id=session.session_id)
    assert (answered.turn.need.category, answered.turn.need.refers_to) == (("lawn mower",), ("m1",))


@pytest.mark.parametrize(
    ("message", "winner", "text"),
    [
        ("which of these is the quietest?", "m2", "Of these 2, “Silent lawn mower” is the quietest: “Only 57 dB”."),
        ("哪个最轻", "m2", "这2款里，“Silent lawn mower”最轻：重9公斤。"),
        ("the cheapest", "m1", "“Mow 30 lawn mower”"),
        ("which one has the biggest tank", "", ""),
    ],
)
def test_an_extreme_of_what_is_shown_is_told_with_its_figure(message: str, winner: str, text: str) -> None:
    one = guide()
    session = one.answer("lawn mower").session
    answered = one.answer(message, session_id=session.session_id)
    if winner:
        assert answered.turn.need.refers_to == (winner,)
        assert text in answered.response.text
        again = one.answer("how much is it?", session_id=session.session_id)
        assert again.turn.need.refers_to == (winner,)
    else:
        assert "is the" not in answered.response.text


def test_facts_are_read_and_every_problem_names_its_line_and_key() -> None:
    facts = parse_shop_facts('[shipping]\nen = "4.90"\n[own]\nwords = ["Gift wrap"]\nzh = "可以"\n')
    assert facts.by_topic["shipping"].answer("zh") == "4.90"
    assert facts.words == {"own": ("gift wrap",)}
    with pytest.raises(FactsError) as caught:
        parse_shop_facts('[shipping]\ntext = "x"\nen = 5\n\n[shiping]\nen = "y"\n\n[returns]\nwords = "back"\n')
    assert caught.value.problems == [
        "line 2: shipping.text is unknown (see docs/shop_facts.md)",
        "line 3: shipping.en is 5; expected a text (see docs/shop_facts.md)",
        "line 5: shiping is a topic of your own and has no 'words' that shoppers ask for it by;"
        " did you mean 'shipping'? (see docs/shop_facts.md)",
        "line 9: returns.words is 'back'; expected a list of texts (see docs/shop_facts.md)",
        "line 8: returns has no answer; give 'en', 'zh' or both (see docs/shop_facts.md)",
    ]
    with pytest.raises(FactsError, match=r"not TOML: .*line 1"):
        parse_shop_facts("[shipping\n")


def test_the_need_and_the_departments_survive_being_written_down() -> None:
    need = guide().answer("which brands of tea do you carry?").turn.need
    assert need_from_json(need_to_json(need)) == need
    vocabulary = build_vocabulary(PRODUCTS)
    assert vocabulary_from_json(vocabulary_to_json(vocabulary)).departments == {"Drinks": 4, "Garden": 3}


def test_an_owner_said_over_and_over_is_read_at_one_go() -> None:
    assert shop_question("的" * 3000, shown=False, own={}) is None  # with backtracking this took an hour
