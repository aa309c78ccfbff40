from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daogou.ask.understand import understand
from daogou.catalog.matching.matching import Outcome, outcome
from daogou.catalog.matching.measures import amounts, in_columns, in_texts, said_amount
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import MEASURE, SUITS, Constraint, Operator
from daogou.catalog.products.product import Attribute, Product
from tests.ask_shop import lexicon, short

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def row(title: str, description: str = "", *attributes: Attribute) -> Product:
    return Product(id="a", title=title, offers=(), description=description, attributes=attributes)


def number(name: str, value: str, unit: str | None) -> Attribute:
    return Attribute(name=name, value=Decimal(value), unit=unit)


def wish(operator: Operator, value: str, unit: str, *, attribute: str = MEASURE, aspect: str = "") -> Constraint:
    return Constraint(attribute=attribute, operator=operator, value=Decimal(value), unit=unit, aspect=aspect)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zoom lens 18-55 mm", ["18..55 mm"]),
        ("For children from 3 to 12 years", ["3..12 years"]),
        ("8岁以上 积木", ["8.. years"]),
        ("makes up to 10 cups", ["..10 cups"]),
        ("3000mAh-3999mAh", ["3000..3999 mAh"]),
        ("Breakfast 50 Tea Bags", ["50..50 bags"]),
        ("75 x 33 x 20 cm", ["75..75 cm", "33..33 cm", "20..20 cm"]),
        ("Still Water 6 x 1.5 l", ["1.5..1.5 l", "9.0..9.0 l", "6..6 pcs"]),
        ("GSR 18V-28", ["18..18 V"]),
        ("Hose 20 m 1/2 inch", ["20..20 m"]),
        ("2万毫安", ["20000..20000 mAh"]),
        ("7.2 g per 100 ml", ["7.2..7.2 g"]),
        ("mouse 910-002238", []),
        ("brush heads x4", ["4..4 pcs"]),
        ("1,200 lumens", ["1200..1200 lm"]),
        ("3-6人", ["3..6 people"]),
    ],
)
def test_a_text_states_its_amounts_as_intervals(text: str, expected: list[str]) -> None:
    found = []
    for it in amounts(text, "title"):
        low = "" if it.low is None or it.upto else f"{it.low}"
        unit = next((symbol for symbol in sorted(it.units, reverse=True)), "")
        if unit:
            found.append(f"{low}..{'' if it.high is None else it.high} {unit}")
    assert found == expected


@given(st.text(max_size=80))
def test_any_text_can_be_read_for_amounts(text: str) -> None:
    for it in amounts(text, "title"):
        assert it.low is None or it.high is None or it.low <= it.high


@given(st.integers(1, 999), st.integers(1, 999), st.sampled_from(["kg", "mm", "GB", "人", "岁", "cups", "mAh"]))
def test_every_way_of_writing_a_range_is_the_same_interval(one: int, other: int, unit: str) -> None:
    low, high = sorted((one, other))
    ways = ("{}-{}{u}", "{} - {} {u}", "{}{u}-{}{u}", "{} to {} {u}", "{}到{}{u}")
    found = {(it.low, it.high) for way in ways for it in amounts(way.format(low, high, u=unit), "t") if it.units}
    assert found == {(Decimal(low), Decimal(high))}


LEAST, MOST, IS = Operator.AT_LEAST, Operator.AT_MOST, Operator.IS


@pytest.mark.parametrize(
    ("product", "constraint", "expected"),
    [
        (row("Tea Bags 80s"), wish(LEAST, "60", "bags"), Outcome.MET),
        (row("English Breakfast 50 Tea Bags"), wish(LEAST, "60", "bags"), Outcome.BROKEN),
        (row("Loose leaf tea"), wish(LEAST, "60", "bags"), Outcome.UNKNOWN),
        (row("Still Water 6 x 1.5 l"), wish(LEAST, "5", "l"), Outcome.MET),
        (row("Sack truck, holds 10 l"), wish(LEAST, "8", "l", aspect="weight"), Outcome.UNKNOWN),
        (row("Phone 3000mAh-3999mAh"), wish(LEAST, "3500", "mAh"), Outcome.NEAR),
        (row("Phone 3000mAh-3999mAh"), wish(LEAST, "5000", "mAh"), Outcome.BROKEN),
        (row("Cord 28 m"), wish(LEAST, "30", "m"), Outcome.NEAR),
        (row("Tree 145 cm tall"), wish(LEAST, "1", "m", aspect="height"), Outcome.MET),
        (row("Mower", "For lawns up to 250 m2"), wish(IS, "600", "m²", aspect=SUITS), Outcome.BROKEN),
        (row("Mower", "For lawns up to 800 m²"), wish(IS, "600", "m²", aspect=SUITS), Outcome.MET),
        (row("Carrier", "", number("weight", "1200", "g")), wish(IS, "5", "kg", aspect=SUITS), Outcome.UNKNOWN),
        (row("Carrier for cats up to 8 kg"), wish(IS, "5", "kg", aspect=SUITS), Outcome.MET),
        (row("积木 8岁以上"), wish(IS, "5", "years", aspect=SUITS), Outcome.BROKEN),
        (row("Bricks for ages 3 to 12 years"), wish(IS, "5", "years", aspect=SUITS), Outcome.MET),
        (row("Kettle, 5 years warranty"), wish(IS, "9", "years", aspect=SUITS), Outcome.UNKNOWN),
        (row("Chest of 5 drawers"), wish(LEAST, "4", "drawer"), Outcome.MET),
        (row("Gloves Size 9"), wish(IS, "9", "size"), Outcome.MET),
        (row("Trainers EU 42"), wish(IS, "43", "size"), Outcome.NEAR),
        (row("Laptop", "", number("screen_size", "15.6", "in")), wish(IS, "15", "in", attribute="screen_size"), Outcome.MET),
        (row("Laptop", "", number("screen_size", "39.6", "cm")), wish(IS, "15.6", "in", attribute="screen_size"), Outcome.MET),
        (row("Laptop 17 inch", "", number("screen_size", "14", "in")), wish(LEAST, "17", "in", attribute="screen_size"), Outcome.BROKEN),
        (row("Laptop 17 inch"), wish(LEAST, "17", "in", attribute="screen_size"), Outcome.MET),
        (row("Laptop 17 inch"), wish(MOST, "14", "in", attribute="screen_size"), Outcome.BROKEN),
        (row("Pot", "", number("volume", "2", "l")), wish(LEAST, "1500", "ml", attribute="volume"), Outcome.MET),
    ],
)  # fmt: skip
def test_a_row_answers_a_number(product: Product, constraint: Constraint, expected: Outcome) -> None:
    assert outcome(product, constraint, NOON) is expected


def test_the_texts_of_a_row_are_read_once() -> None:
    assert in_texts(row("Garden Hose 20 m")) is in_texts(row("Garden Hose 20 m"))


def test_only_the_columns_that_may_tell_are_read() -> None:
    product = row("Hose", "", number("weight", "3", "kg"))
    assert [measure.field for measure in in_columns(product.attributes)] == ["weight"]
    assert list(in_columns(())) == []


def test_a_number_is_given_back_as_it_was_said() -> None:
    assert said_amount(Decimal("23.622047"), "in", "about 60 cm") == (Decimal(60), "cm")
    assert said_amount(Decimal(24), "in", "at least two feet") == (Decimal(24), "in")


@pytest.mark.parametrize(
    ("message", "expected", "otherwise"),
    [
        ("printer, at least 10 cups", "measure at_least 10 cups", "price at_least 10"),
        ("printer with at least 4 drawers", "measure at_least 4 drawer", "price at_least 4"),
        ("tablet for 600 square metres", "measure is 600 m²", "measure is 600 m²"),
        ("toner cartridge, at least 8", "price at_least 8", "measure at_least 8 pcs"),
    ],
)
def test_the_other_reading_is_kept_with_a_prior(message: str, expected: str, otherwise: str) -> None:
    need = understand(message, Session(session_id="s"), lexicon=lexicon())
    (other,) = need.alternatives
    assert [short(c) for c in need.constraints] == [expected]
    assert [short(c) for c in other.constraints] == [otherwise]
    assert other.instead_of == need.constraints
    assert other.prior < 0.5
