"""The whole way of a message, through every real step, over stores in memory."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import cast

import pytest

from daogou.catalog.products.conversation import Withdrawal
from daogou.catalog.products.event import EventName
from daogou.catalog.products.need import Act
from daogou.catalog.products.product import Attribute, Availability, Money, Offer, Product
from daogou.catalog.products.turn import Answered, Said, Shortlisted, Understood
from daogou.encoders.lsa import Lsa
from daogou.guide import Guide
from tests.memory import MemoryCatalogue
from tests.memory_guide import memory_guide

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def product(product_id: str, kind: str, title: str, price: int, brand: str, memory: int = 0) -> Product:
    facts = (Attribute(name="memory", value=Decimal(memory), unit="GB", source="memory"),) if memory else ()
    offer = Offer(price=Money(amount=Decimal(price), currency="EUR"), availability=Availability.IN_STOCK)
    return Product(
        id=product_id, title=title, brand=brand, product_type=kind, attributes=facts, offers=(offer,), language="en"
    )


PRODUCTS = [
    *(
        product(f"laptop{n}", "laptop", f"{brand} {name} laptop {memory} GB", price, brand, memory)
        for n, (brand, name, memory, price) in enumerate(
            [
                ("Nimbus", "Air", 8, 499),
                ("Nimbus", "Pro", 16, 899),
                ("Quill", "One", 4, 299),
                ("Quill", "Two", 16, 1099),
                ("Onda", "Studio", 32, 1899),
                ("Onda", "Go", 8, 449),
                ("Terra", "Field", 8, 649),
                ("Terra", "Peak", 16, 999),
            ]
        )
    ),
    product("bag", "laptop bag", "Nimbus laptop bag", 39, "Nimbus"),
    product("mouse", "mouse", "Quill wireless mouse", 25, "Quill"),
]


@pytest.fixture(scope="module")
def lsa() -> Lsa:
    return Lsa.learn([one.title for one in PRODUCTS], dimensions=4)


@pytest.fixture
def guide(lsa: Lsa) -> Guide:
    return memory_guide(PRODUCTS, lsa, at=NOON)


def shown(answered: Answered) -> set[str]:
    return {recommendation.product.id for recommendation in answered.response.recommendations}


def test_news_comes_in_the_order_of_the_steps_and_the_pieces_are_the_text(guide: Guide) -> None:
    news = list(guide.stream("I need a laptop with at least 16 GB of memory"))

    kinds = [type(one) for one in news]
    assert kinds == [Understood, Shortlisted, *[Said] * (len(news) - 3), Answered]
    answered = news[-1]
    assert isinstance(answered, Answered)
    assert "".join(one.delta for one in news if isinstance(one, Said)) == answered.response.text
    assert shown(answered) == {"laptop1", "laptop3", "laptop4", "laptop7"}


def test_a_conversation_narrows(guide: Guide) -> None:
    first = guide.answer("a laptop with 8 GB or more")
    second = guide.answer("under 700 euros", session_id=first.session.session_id)

    assert shown(second) == {"laptop0", "laptop5", "laptop6"}
    assert len(second.session.turns) == 2


def test_chinese_finds_the_same_products(guide: Guide) -> None:
    answered = guide.answer("想买一台500欧元以下的笔记本电脑")

    assert shown(answered) == {"laptop0", "laptop2", "laptop5"}
    assert answered.turn.need.language == "zh"


def test_more_shows_what_was_not_shown(guide: Guide) -> None:
    first = guide.answer("show me laptops")
    more = guide.answer("show me more", session_id=first.session.session_id)

    assert more.turn.need.act is Act.MORE
    assert shown(more) == {f"laptop{n}" for n in range(8)} - shown(first)


def test_a_wish_can_be_taken_off_without_a_word(guide: Guide) -> None:
    first = guide.answer("a laptop under 300 euros")
    *_, last = guide.stream("", session_id=first.session.session_id, without=[Withdrawal(attribute="price")])

    assert isinstance(last, Answered)
    assert (shown(first), len(shown(last))) == ({"laptop2"}, 6)


def test_an_empty_message_without_a_conversation_is_answered_too(guide: Guide) -> None:
    assert guide.answer("").response.text


def test_the_same_need_in_the_other_language(guide: Guide) -> None:
    first = guide.answer("a laptop under 300 euros")
    again = guide.answer("", session_id=first.session.session_id, locale="zh-CN")

    assert (shown(again), again.turn.need.language) == ({"laptop2"}, "zh")


def test_what_was_shown_is_logged_once_with_the_turn_as_its_list(guide: Guide) -> None:
    answered = guide.answer("wireless mouse", user_id="u1")

    [event] = guide.engine.events.events()
    assert (event.name, event.user_id, event.timestamp) == (EventName.VIEW_ITEM_LIST, "u1", NOON)
    assert [(item.item_id, item.index, item.item_list_id) for item in event.items] == [
        (product_id, index, answered.turn.turn_id) for index, product_id in enumerate(answered.turn.shown)
    ]


def test_an_answer_without_products_logs_nothing(guide: Guide) -> None:
    guide.answer("hello")

    assert list(guide.engine.events.events()) == []


def test_a_plain_search_needs_no_conversation(guide: Guide) -> None:
    result = guide.search("laptop", limit=3)

    assert [result.products[candidate.product_id].product_type for candidate in result.shortlist] == ["laptop"] * 3
    assert result.retrieval.total == 8


def test_the_cheapest_comes_first(guide: Guide) -> None:
    assert [candidate.product_id for candidate in guide.search("cheapest laptop", limit=3).shortlist] == [
        "laptop2",
        "laptop5",
        "laptop0",
    ]


def shirt(model: str, colour: str, size: str, price: int) -> Product:
    facts = tuple(Attribute(name=name, value=said, source=name) for name, said in (("colour", colour), ("size", size)))
    plain = product(f"{model}-{colour}-{size}", "shirt", f"{model} shirt {colour} {size}", price, model)
    return replace(plain, attributes=facts, item_group_id=model)


@pytest.fixture
def shirts(lsa: Lsa) -> Guide:
    linen = [shirt("Linen", colour, size, 30) for colour in ("blue", "red") for size in ("S", "M", "L")]
    oxford = [shirt("Oxford", colour, "M", 45) for colour in ("blue", "white")]
    return memory_guide([*linen, *oxford, *PRODUCTS], lsa, at=NOON)


def test_a_shirt_in_six_variants_is_one_card_with_all_of_them(shirts: Guide) -> None:
    answered = shirts.answer("I need a shirt")

    cards = answered.response.recommendations
    assert sorted((card.product.item_group_id, len(card.variants)) for card in cards) == [("Linen", 6), ("Oxford", 2)]
    assert "2" in answered.response.text
    assert "8" not in answered.response.text


def test_the_variant_that_was_asked_for_is_the_one_that_is_shown(shirts: Guide) -> None:
    assert shown(shirts.answer("a red shirt in size L")) == {"Linen-red-L"}
    assert shown(shirts.answer("white shirt")) == {"Oxford-white-M"}


def test_more_is_no_other_size_of_what_was_shown(shirts: Guide) -> None:
    first = shirts.answer("blue shirt under 40 euros")
    more = shirts.answer("show me more", session_id=first.session.session_id)

    assert shown(first) <= {"Linen-blue-S", "Linen-blue-M", "Linen-blue-L"}
    assert not {one for one in shown(more) if one.startswith("Linen")}


def test_a_search_shows_a_shirt_once(shirts: Guide) -> None:
    groups = [row.split("-")[0] for row in (one.product_id for one in shirts.search("shirt", limit=9).shortlist)]

    assert sorted(name for name in groups if name in ("Linen", "Oxford")) == ["Linen", "Oxford"]


def test_of_a_very_long_message_the_beginning_is_read_and_that_is_told(guide: Guide) -> None:
    told = guide.answer("a laptop " + "for my uncle who is very nice " * 60)
    assert next(notice.code for notice in told.response.notices) == "long"
    assert told.response.notice_texts[0] == "That was a lot: I read the first 598 characters."
    assert told.turn.need.category == ("laptop",)
    assert len(told.turn.message) > 1500


@pytest.mark.parametrize(
    ("message", "gone"),
    [
        ("how much is the first one?", True),
        ("第一个多少钱？", True),
        ("is it in stock?", True),
        ("compare the first one and the second one", True),
        ("why did you recommend the first one?", True),
        ("anything cheaper than the first one?", True),
        ("how much is the second one?", False),
        ("which of these is the cheapest?", False),
    ],
)
def test_the_first_one_is_the_one_that_was_shown_first_though_it_is_gone(
    guide: Guide, message: str, gone: bool
) -> None:
    first = guide.answer("show me laptops")
    shelf = [one.product.id for one in first.response.recommendations]
    cast(MemoryCatalogue, guide.engine.catalogue).withdraw(shelf[:1])
    second = guide.answer(message, session_id=first.session.session_id)

    said = ("gone", "no longer", "下架")
    assert any(word in second.response.text for word in said) is gone
    assert {item.product_id for item in second.response.evidence} <= set(shelf[1:])
    assert not (gone and second.response.evidence)


def test_the_next_answer_of_a_session_has_the_new_price(guide: Guide) -> None:
    first = guide.answer("show me laptops")
    changed = first.response.recommendations[0].product
    offer = replace(changed.offers[0], price=Money(amount=Decimal("777.77"), currency="EUR"))
    cast(MemoryCatalogue, guide.engine.catalogue).upsert([replace(changed, offers=(offer,))])
    assert "777.77" in guide.answer("how much is the first one?", session_id=first.session.session_id).response.text


def test_the_superlative_of_an_answer_has_one_article(guide: Guide) -> None:
    first = guide.answer("show me laptops")
    told = guide.answer("which of these is the cheapest?", session_id=first.session.session_id).response.text

    assert "is the cheapest" in told
    assert "the the" not in told
