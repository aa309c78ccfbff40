"""Money in the shop's currency and in others, and what is no money."""

from dataclasses import replace

import pytest

from daogou.ask.lexicon import Lexicon
from daogou.ask.understand import understand
from daogou.catalog.matching.matching import Outcome, outcome
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import SUITS, Notice
from tests.ask_shop import NOON, VOCABULARY, asked, product, short, talk


def asked_in(currency: str, message: str) -> list[str]:
    lexicon = Lexicon.of(replace(VOCABULARY, currency=currency))
    need = understand(message, Session(session_id="s"), lexicon=lexicon)
    return [short(constraint) for constraint in need.constraints]


@pytest.mark.parametrize(
    "message",
    [
        "a printer under 50 pounds",
        "printer, at most 50 quid",
        "printer up to £50",
        "50英镑以内的打印机",
        "50镑以内的打印机",
    ],
)
def test_every_name_of_the_shops_money_is_a_bound(message: str) -> None:
    assert asked_in("GBP", message) == ["price at_most 50 GBP"]


def test_pence_are_hundredths() -> None:
    assert asked_in("GBP", "printer for 99 pence") == ["price at_most 0.99 GBP"]
    assert asked_in("USD", "printer under 99 cents") == ["price at_most 0.99 USD"]


def test_a_picture_of_720p_is_no_money() -> None:
    assert not [c for c in asked_in("GBP", "camera 720p") if c.startswith("price")]


def test_a_dollar_is_that_of_the_shop() -> None:
    assert asked_in("CAD", "printer under $50") == ["price at_most 50 CAD"]
    assert asked_in("JPY", "printer under ¥5000") == ["price at_most 5000 JPY"]


@pytest.mark.parametrize(
    ("message", "currency"),
    [
        ("printer under 300 dollars", "USD"),
        ("printer under 300 bucks", "USD"),
        ("printer for 300 pounds", "GBP"),
        ("300美元以下的打印机", "USD"),
        ("300刀以下的打印机", "USD"),
        ("300日元以下的打印机", "JPY"),
        ("打印机，不超过300人民币", "CNY"),
        ("printer under 300 won", "KRW"),
    ],
)
def test_foreign_money_is_a_wish_and_told(message: str, currency: str) -> None:
    assert asked(message) == [f"price at_most 300 {currency}?"]
    assert talk(message).notices == (Notice(code="currency", params={"said": currency, "currency": "EUR"}),)


def test_yuan_without_a_country_is_read_as_the_shops_money_and_told() -> None:
    assert asked("300块以下的打印机") == ["price at_most 300"]
    assert talk("300元以下的打印机").notices == (Notice(code="currency", params={"said": "CNY", "currency": "EUR"}),)
    assert asked_in("CNY", "300块以下的打印机") == ["price at_most 300"]


def test_pounds_are_a_weight_where_the_thing_can_weigh_that() -> None:
    assert asked("laptop that weighs less than 4 pounds") == ["weight at_most 1814.36948 g"]
    assert asked("laptop under 5 pounds") == ["weight at_most 2267.96185 g"]
    assert asked_in("GBP", "laptop that weighs less than 4 pounds") == ["weight at_most 1814.36948 g"]
    assert asked_in("GBP", "laptop under 5 pounds") == ["price at_most 5 GBP"]


@pytest.mark.parametrize(
    "message", ["laptop between 900 and 300 euros", "laptop, 900-300 euros", "laptop from 900 to 300"]
)
def test_a_range_said_upside_down_is_turned(message: str) -> None:
    assert [c.removesuffix(" EUR") for c in asked(message)] == ["price at_least 300", "price at_most 900"]


def test_a_refused_comparison_turns_around() -> None:
    assert asked("laptop, nothing above 150") == ["price at_most 150"]
    assert asked("laptop, nothing that is under 150") == ["price at_least 150"]


@pytest.mark.parametrize(
    ("message", "fitted"),
    [
        ("tablet for a 4-year-old", "4 year old"),
        ("给4岁的儿子买平板", "4岁"),
    ],
)
def test_an_age_behind_for_is_what_the_thing_must_fit(message: str, fitted: str) -> None:
    (constraint,) = talk(message).constraints
    assert short(constraint) == f"fits is {fitted}"
    told = {title: outcome(product("t", title, "20", ""), constraint, NOON) for title in TOYS}
    assert told == TOYS


TOYS = {
    "Tablet for ages 3 to 8 years": Outcome.MET,
    "儿童平板 3岁以上": Outcome.MET,
    "Tablet for ages 8 years and up": Outcome.BROKEN,
    "Tablet for adults": Outcome.BROKEN,
    "Tablet 10 inch": Outcome.UNKNOWN,
}


@pytest.mark.parametrize("message", ["tablet, he is 4 years old", "tablet for my 4 year old niece"])
def test_an_age_of_somebody_is_what_the_thing_must_suit(message: str) -> None:
    (constraint,) = talk(message).constraints
    assert (short(constraint), constraint.aspect) == ("measure is 4 years", SUITS)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("15寸左右的笔记本电脑", ["screen_size is 15 in"]),
        ("about 14.1 inch laptop", ["screen_size is 14.1 in"]),
        ("laptop about 2 kg", ["weight is 2000 g"]),
        ("laptop about 200 euros", ["price at_least 170 EUR", "price at_most 230 EUR"]),
    ],
)
def test_about_a_size_is_that_size_and_the_row_says_how_near_it_is(message: str, expected: list[str]) -> None:
    assert asked(message) == expected


def test_what_a_thing_takes_is_not_what_it_weighs() -> None:
    need = talk("a printer that takes 8kg or more")
    assert [(short(c), c.aspect) for c in need.constraints] == [("measure at_least 8 kg", "capacity")]


@pytest.mark.parametrize(
    "message",
    [
        "a printer, not a cent over 55 euros",
        "printers, €55 is all I have",
        "a printer; price cap 55 euros",
        "printer, keep it under €55",
        "打印机，超过55欧元就不考虑了",
        "打印机，只有55欧元的预算",
        "One more thing: a printer up to 55 euros",
    ],
)
def test_what_is_refused_above_an_amount_makes_it_a_ceiling(message: str) -> None:
    assert asked_in("EUR", message) == ["price at_most 55 EUR"]


def test_nothing_but_one_brand_is_that_brand() -> None:
    assert asked("打印机，非hp不买") == ["brand is HP"]


@pytest.mark.parametrize("said", ["which one?", "and with six?", "要1/2的"])
def test_a_count_and_a_fraction_by_themselves_are_no_budget(said: str) -> None:
    assert "price" not in " ".join(asked("a printer", said))
    assert "price at_most 800" in " ".join(asked("a printer", "make it 800"))
