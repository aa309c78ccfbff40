from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daogou.ask.lexicon import Lexicon
from daogou.ask.quantities.quantities import ABOUT_SHARE, quantities
from daogou.ask.tokens.chunks import chunk
from daogou.ask.tokens.phrases import tokenize
from daogou.ask.understand import understand
from daogou.catalog.products.conversation import Session
from tests.ask_shop import VOCABULARY, asked, lexicon, number, short, text, untimed


def bounds(text: str) -> list[tuple[str, str]]:
    found = quantities(chunk(tokenize(text), lexicon()))
    return [tuple("" if b is None else f"{b.normalize():f}" for b in (q.low, q.high)) for q in found]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("under 800 euros", "", "800"),
        ("less than $50", "", "50"),
        ("800 or less", "", "800"),
        ("up to 800", "", "800"),
        ("max 800", "", "800"),
        ("800 max", "", "800"),
        ("no more than 300", "", "300"),
        ("not over 300", "", "300"),
        ("not under 300", "300", ""),
        ("at least 100", "100", ""),
        ("100 or more", "100", ""),
        ("100+", "100", ""),
        ("from 100 to 200", "100", "200"),
        ("between 100 and 200", "100", "200"),
        ("$100-$200", "100", "200"),
        ("8 or 16 GB", "8", "16"),
        ("around 200", "170", "230"),
        ("100到200元", "100", "200"),
        ("一百到两百", "100", "200"),
        ("1到2千", "1000", "2000"),
        ("一千五以内", "", "1500"),
        ("两千左右", "1700", "2300"),
        ("500块以下", "", "500"),
        ("不超过300", "", "300"),
        ("三千多", "3000", "4000"),
        ("三四百", "300", "400"),
        ("500以上", "500", ""),
        ("至少16G", "16", ""),
        ("15.6 inch", "15.6", "15.6"),
        ("under a 1000", "", "1000"),
        ("16GB内存以上", "16", ""),
    ],
)
def test_comparisons_become_bounds(text: str, low: str, high: str) -> None:
    assert bounds(text) == [(low, high)]


def test_things_that_are_counted_to_buy_are_no_quantities() -> None:
    assert bounds("两个杯子") == []


def test_a_range_upside_down_is_no_range() -> None:
    assert bounds("200-100") == [("200", "200"), ("100", "100")]


@untimed
@given(st.integers(min_value=1, max_value=10**6))
def test_every_way_of_saying_at_most_means_the_same(amount: int) -> None:
    ways = (
        "under {} euros",
        "{} euros or less",
        "up to €{}",
        "max {} eur",
        "不超过{}欧元",
        "{}欧元以内",
        "less than {} euro",
    )
    assert {tuple(bounds(way.format(amount))) for way in ways} == {(("", f"{amount}"),)}


@untimed
@given(st.integers(min_value=1, max_value=5000), st.integers(min_value=1, max_value=5000))
def test_every_way_of_saying_a_range_means_the_same(one: int, other: int) -> None:
    low, high = sorted((one, other))
    ways = ("{}-{} euros", "from {} to {} euros", "between {} and {} euros", "{}到{}欧元", "€{} to €{}")
    assert {tuple(bounds(way.format(low, high))) for way in ways} == {((f"{low}", f"{high}"),)}


@untimed
@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for quantity in quantities(chunk(tokenize(text), lexicon())):
        assert quantity.start < quantity.end


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("laptop with a 15 inch screen", ["screen_size is 15 in"]),
        ('15.6" laptop', ["screen_size is 15.6 in"]),
        ("laptop 40 cm screen", ["screen_size is 15.748031 in"]),
        ("monitor bigger than 24 inch", ["screen_size at_least 24 in"]),
        ("monitor 24-27 inch", ["screen_size at_least 24 in", "screen_size at_most 27 in"]),
        ("laptop, weight below 2 kg", ["weight at_most 2000 g"]),
        ("2公斤以下的笔记本电脑", ["weight at_most 2000 g"]),
        ("laptop with at least 16GB of RAM", ["memory at_least 16 GB"]),
        ("内存至少16G的笔记本电脑", ["memory at_least 16 GB"]),
        ("16GB内存以上的笔记本电脑", ["memory at_least 16 GB"]),
        ("laptop 16GB RAM 512GB storage", ["memory is 16 GB", "storage is 512 GB"]),
        ("laptop RAM 16GB storage 512GB", ["memory is 16 GB", "storage is 512 GB"]),
        ("laptop 8GB", ["memory is 8 GB"]),
        ("laptop 512GB", ["storage is 512 GB"]),
        ("laptop 1TB", ["storage is 1000 GB"]),
        ("usb stick 64GB", ["storage is 64 GB"]),
        ("10米的网线", ["cable_length is 10 m"]),
        ("network cable longer than 3 metres", ["cable_length at_least 3 m"]),
        ("a network cable, at least 2 metres long", ["cable_length at_least 2 m"]),
        ("laptop with at least 3 usb ports", ["usb_ports at_least 3"]),
        ("printer with a rating of at least 4", ["rating at_least 4"]),
        ("4 stars and up printer", ["rating at_least 4"]),
        ("laptop under 1.5k", ["price at_most 1500"]),
        ("laptop 1k", ["price at_least 850", "price at_most 1150"]),
        ("a 800 euro laptop", ["price at_least 680 EUR", "price at_most 920 EUR"]),
        ("laptop for 800 euros", ["price at_most 800 EUR"]),
        ("预算5000的笔记本电脑", ["price at_most 5000"]),
        ("laptop, my budget is 700", ["price at_most 700"]),
        ("perfume 50ml", ["measure is 50 ml"]),
        ("laptop bag that holds at least 20 litres", ["measure at_least 20 l"]),
        ("printer with at least 3 trays", ["measure at_least 3 tray"]),
        ("under 50 headphones", ["price at_most 50"]),
        ("laptop under 900 with touchscreen", ["price at_most 900", "touchscreen is True"]),
        ("monitor with about 60 cm diagonal", ["screen_size is 23.622047 in"]),
        ("至少60包的打印机", ["measure at_least 60 bags"]),
    ],
)
def test_a_quantity_finds_its_attribute(message: str, expected: list[str]) -> None:
    assert asked(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        "iphone 7",
        "windows 10",
        "usb 3.0",
        "Galaxy S6",
        "502 ink",
        "HP 15",
        "4k monitor",
        "aa battery",
        "5g",
        "910-002238",
        "WD-40",
    ],
)
def test_the_number_of_a_model_is_neither_a_price_nor_a_size(message: str) -> None:
    assert not [c for c in asked(message) if not c.startswith(("brand", "text", "model"))]


def test_a_column_without_a_unit_is_in_the_only_unit_of_its_kind() -> None:
    profile = number("luminous_flux", None, "200", "5500", monitor=60)
    vocabulary = replace(VOCABULARY, attributes={**VOCABULARY.attributes, "luminous_flux": profile})
    need = understand("monitor, at least 3000 lumens", Session(session_id="s"), lexicon=Lexicon.of(vocabulary))
    assert [short(constraint) for constraint in need.constraints] == ["luminous_flux at_least 3000 lm"]


def test_about_is_the_stated_share_on_both_sides() -> None:
    assert Decimal("0.15") == ABOUT_SHARE


@pytest.mark.parametrize(
    ("message", "bound"), [("under 20 dollars", "20"), ("under 45 bucks", "45"), ("under 80 cents", "0.80")]
)
def test_dollars_are_no_cents(message: str, bound: str) -> None:
    in_dollars = Lexicon.of(replace(lexicon().vocabulary, currency="USD"))
    (amount,) = quantities(chunk(tokenize(message), in_dollars))
    assert str(amount.high) == bound


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("shoes size 9 us", "US 9"),
        ("us size 9 shoes", "US 9"),
        ("uk size 9 shoes", "UK 9"),
        ("shoes size 42", "EU 42"),
        ("尺码42的鞋", "EU 42"),
        ("shoes size 9", "9"),
    ],
)
def test_a_size_is_asked_for_in_the_system_that_is_named(message: str, value: str) -> None:
    sized = replace(VOCABULARY, attributes={"size": text("size", {"EU 42": 3, "US 9": 2, "UK 9": 2}, shoes=7)})
    need = understand(message, Session(session_id="s"), lexicon=Lexicon.of(sized))
    assert [c.value for c in need.constraints if c.attribute == "size"] == [(value,)]


@pytest.mark.parametrize(("message", "value"), [("shoes EU 42", "EU 42"), ("shoes in UK 9", "UK 9")])
def test_a_system_before_the_number_names_a_size_though_hardly_a_row_has_it(message: str, value: str) -> None:
    sized = replace(VOCABULARY, attributes={"size": text("size", {"EU 42": 1, "UK 9": 1}, shoes=1)})
    need = understand(message, Session(session_id="s"), lexicon=Lexicon.of(sized))
    assert [c.value for c in need.constraints if c.attribute == "size"] == [(value,)]
    assert not need.notices
