from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daogou.catalog.products.product import Money
from daogou.reply.sentences.phrases import listed, money, number, quantity
from daogou.text.stated import convert, units_named
from daogou_evals.truth.saying import read_saying

AMOUNTS = st.decimals(min_value=0, max_value=10**7, places=2)


@pytest.mark.parametrize(
    ("amount", "currency", "printed"),
    [
        ("499.95", "EUR", "€499.95"),
        ("1299", "CNY", "¥1,299"),
        ("28.9", "USD", "$28.90"),
        ("1299", "JPY", "JPY 1,299"),
        ("100.00", "GBP", "£100"),
        ("0", "EUR", "€0"),
        ("12.345", "EUR", "€12.345"),
        ("12.50", "CHF", "CHF 12.50"),
    ],
)
def test_money_is_exact_and_carries_its_currency(amount: str, currency: str, printed: str) -> None:
    assert money(Money(amount=Decimal(amount), currency=currency)) == printed


@given(AMOUNTS, st.sampled_from(["EUR", "USD", "GBP", "CNY", "CHF", "JPY"]))
def test_printed_money_reads_back_as_the_same_money(amount: Decimal, currency: str) -> None:
    price = Money(amount=amount, currency=currency)

    assert read_saying(f"It costs {money(price)}.").money == (price,)


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        ("1500", "g", "1.5 kg", "1.5公斤"),
        ("1778.4", "g", "1.7784 kg", "1.7784公斤"),
        ("16", "GB", "16 GB", "16GB"),
        ("1000", "GB", "1 TB", "1TB"),
        ("1024", "GB", "1024 GB", "1024GB"),
        ("0.512", "GB", "512 MB", "512MB"),
        ("15.6", "in", "15.6 inches", "15.6英寸"),
        ("1", "in", "1 inch", "1英寸"),
        ("396", "mm", "39.6 cm", "39.6厘米"),
        ("8", "mm", "8 mm", "8毫米"),
        ("2500", "mm", "2.5 m", "2.5米"),
        ("1500", "ml", "1.5 l", "1.5升"),
        ("0.5", "m", "50 cm", "50厘米"),
        ("6", "pcs", "6 pieces", "6件"),
        ("23000", "pages", "23,000 pages", "23,000页"),
        ("2400", "MHz", "2.4 GHz", "2.4GHz"),
        ("16.983", "g", "16.983 g", "16.983克"),
        ("28983.017", "g", "28.983 kg", "28.983公斤"),
        ("3", "furlong", "3 furlong", "3furlong"),
    ],
)
def test_a_quantity_is_printed_in_the_unit_that_reads_best(value: str, unit: str, english: str, chinese: str) -> None:
    printed = (quantity(Decimal(value), unit, "en"), quantity(Decimal(value), unit, "zh"))

    assert printed == (english, chinese)


def test_a_number_without_a_unit_stays_bare() -> None:
    assert [number(Decimal(x)) for x in ("4", "4.0", "4800", "24000", "0.00123", "3.14159", "1E+3")] == [
        "4",
        "4",
        "4800",
        "24,000",
        "0.00123",
        "3.14",
        "1000",
    ]
    assert quantity(Decimal("2.5"), None, "en") == "2.5"


@given(AMOUNTS, st.sampled_from(["g", "kg", "mm", "cm", "m", "in", "ml", "l", "GB", "TB", "MHz", "mAh", "W"]))
def test_a_printed_quantity_reads_back_as_the_same_amount(value: Decimal, unit: str) -> None:
    for language in ("en", "zh"):
        (read,) = read_saying(f"x {quantity(value, unit, language)}.").quantities
        amounts = [convert(read.amount, named.symbol, unit) for named in units_named(read.unit)]
        same = [amount for amount in amounts if amount is not None]

        assert any(abs(amount - value) <= Decimal("0.01") for amount in same), read


def test_items_are_listed_as_people_list_them() -> None:
    assert [listed(items, "en") for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert listed(["甲", "乙", "丙"], "zh", last="or") == "甲、乙或丙"
