from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daogou.catalog.products.product import Money
from daogou.feed.prices import NotAPrice, PriceStyle, decimal_habit, parse_price
from daogou.feed.values import number_in, parse_number

EURO = PriceStyle(currency="EUR")


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("12.50", "12.50", "EUR"),
        ("12,50", "12.50", "EUR"),
        ("1.234,56 €", "1234.56", "EUR"),
        ("1,234.56", "1234.56", "EUR"),
        ("¥1,299.00", "1299.00", "CNY"),
        ("￥１２９９", "1299.00", "CNY"),
        ("USD 12.50", "12.50", "USD"),
        ("12.50 USD", "12.50", "USD"),
        ("US$12.50", "12.50", "USD"),
        ("$12.50 USD", "12.50", "USD"),
        ("1'299.00 CHF", "1299.00", "CHF"),
        ("1 299,00 kr", "1299.00", "SEK"),
        ("1\u00a0299,00\u00a0€", "1299.00", "EUR"),
        ("1.299 €", "1299.00", "EUR"),
        ("1,299", "1299.00", "EUR"),
        ("1.299", "1.299", "EUR"),
        ("0,999", "0.999", "EUR"),
        ("₹1,23,456.00", "123456.00", "INR"),
        ("12,- €", "12.00", "EUR"),
        ("199元", "199.00", "CNY"),
        ("人民币 88", "88.00", "CNY"),
        ("3000円", "3000", "JPY"),
        ("+5", "5.00", "EUR"),
        ("$35 each", "35.00", "USD"),
        ("$30 (incl. tax)", "30.00", "USD"),
        ("from $249", "249.00", "USD"),
        ("$199 - $259", "199.00", "USD"),
        ("10 - 20", "10.00", "EUR"),
        ("19,90 € TTC", "19.90", "EUR"),
        ("dès 35 €", "35.00", "EUR"),
        ("à partir de 35,50 €", "35.50", "EUR"),
        ("7€50", "7.50", "EUR"),
        ("Rs. 12,999", "12999.00", "INR"),
        ("Fr. 1'250.50", "1250.50", "CHF"),
        ("ab 19,99 €", "19.99", "EUR"),
        ("¥1,299起", "1299.00", "CNY"),
        ("1.2万", "12000.00", "EUR"),
        ("EUR 1.299", "1299.00", "EUR"),
        ("€ 1.299,-", "1299.00", "EUR"),
        ("19,-", "19.00", "EUR"),
        ("was $80 now $60", "60.00", "USD"),
        ("statt 80 € nur 60 €", "60.00", "EUR"),
        ("原价199 现价129", "129.00", "EUR"),
        ("$4.50/m", "4.50", "USD"),
        ("19,90 € inkl. 19 % MwSt.", "19.90", "EUR"),
        ("NT$1,290", "1290.00", "TWD"),
        ("R$ 1.299,90", "1299.90", "BRL"),
        ("£9.50 inc VAT", "9.50", "GBP"),
        ("1.299.000 ₫", "1299000", "VND"),
    ],
)
def test_a_price_is_read_however_it_is_written(written: str, amount: str, currency: str) -> None:
    assert replace(parse_price(written, EURO), lowest=False) == Money(amount=Decimal(amount), currency=currency)
    assert str(parse_price(written, EURO).amount) == amount


@pytest.mark.parametrize(
    ("written", "lowest"),
    [
        ("$199 - $259", True),
        ("from $249", True),
        ("ab 19,99 €", True),
        ("à partir de 35,50 €", True),
        ("¥1,299起", True),
        ("1299元起/件", True),
        ("199.00-259.00", True),
        ("$49 and up", True),
        ("$49+", True),
        ("$199 - $199", False),
        ("$249", False),
        ("was $80 now $60", False),
        ("原价199 现价129", False),
        ("+5", False),
    ],
)
def test_the_lower_end_of_a_range_is_marked_as_the_lowest(written: str, lowest: bool) -> None:
    assert parse_price(written, EURO).lowest is lowest


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("免费", "is not an amount"),
        ("free", "is not an amount"),
        ("call us", "is on request"),
        ("面议", "is on request"),
        ("2 for $5", "is a range or a list, not one amount"),
        ("20% off", "is not an amount"),
        ("0", "is zero; a price must be above zero"),
        ("0.00 €", "is zero; a price must be above zero"),
        ("-5", "is negative"),
        ("€ -5.00", "is negative"),
        ("nan", "is not a number"),
        ("10/20", "is a range or a list, not one amount"),
        ("12 XYZ", "is not an amount with a currency ('XYZ' is no ISO 4217 currency)"),
        ("12 EUR USD", "is not an amount with a currency ('EUR USD' is no ISO 4217 currency)"),
        ("1.2.3", "is not an amount"),
        ("1,23,4", "is not an amount"),
        ("9999999999999999", "is larger than any price"),
    ],
)
def test_what_is_no_price_says_why(written: str, problem: str) -> None:
    with pytest.raises(NotAPrice) as error:
        parse_price(written, EURO)
    assert str(error.value) == problem


def test_a_price_without_any_currency_is_an_amount_alone() -> None:
    assert parse_price("12.50", PriceStyle()) == Money(amount=Decimal("12.50"), currency="")
    with pytest.raises(NotAPrice, match="unknown currency 'EURO'"):
        parse_price("12.50", PriceStyle(currency="EURO"))


@pytest.mark.parametrize("value", [True, False])
def test_true_and_false_are_no_prices(value: bool) -> None:
    with pytest.raises(NotAPrice, match="is not an amount"):
        parse_price(value, EURO)


def test_cents_are_divided() -> None:
    assert parse_price(Decimal(1999), PriceStyle(currency="JPY", divide=Decimal(100))).amount == 1999
    cents = PriceStyle(currency="EUR", divide=Decimal(100))
    assert parse_price(Decimal(4995), cents) == Money(amount=Decimal("49.95"), currency="EUR")
    assert parse_price("1", PriceStyle(currency="EUR", divide=Decimal(3))).amount == Decimal("0.33")


def test_a_dollar_is_the_feeds_own_dollar() -> None:
    assert parse_price("$5", PriceStyle(currency="CAD")).currency == "CAD"
    assert parse_price("$5", EURO).currency == "USD"
    assert parse_price("¥5", PriceStyle(currency="JPY")) == Money(amount=Decimal(5), currency="JPY")


def test_a_declared_decimal_mark_settles_a_thousand() -> None:
    assert parse_price("1.299", PriceStyle(currency="EUR", decimal=",")).amount == Decimal("1299.00")
    assert parse_price("1,299", PriceStyle(currency="EUR", decimal=",")).amount == Decimal("1.299")
    assert parse_price("$1,049.00", PriceStyle(currency="USD", decimal=",")).amount == Decimal("1049.00")


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["30,5", "$1,299", "$1,049.00", "$85", "$9.99"], "."),
        (["12,50", "1.299"], ","),
        (["1.299", "899"], ","),
        (["1.299", "2.500"], ""),
        (["5", "7"], ""),
    ],
)
def test_most_prices_of_a_column_say_what_its_decimal_mark_is(cells: list[str], mark: str) -> None:
    assert decimal_habit(cells) == mark


@given(st.integers(1, 10**11), st.sampled_from(["EUR", "USD", "GBP", "CNY"]), st.sampled_from(["{c} {n}", "{n} {c}"]))
def test_every_amount_with_cents_survives_both_ways_of_writing(cents: int, currency: str, form: str) -> None:
    amount = Decimal(cents) / 100
    english = f"{amount:,.2f}"
    european = english.translate(str.maketrans(",.", ".,"))
    for number in (english, european, english.replace(",", "'"), f"{amount:.2f}"):
        assert parse_price(form.format(c=currency, n=number), PriceStyle()) == Money(amount=amount, currency=currency)


@given(st.text(max_size=30))
def test_any_text_is_a_price_above_zero_or_says_what_is_wrong(text: str) -> None:
    try:
        outcome = parse_price(text, EURO).amount > 0
    except NotAPrice as error:
        outcome = bool(str(error))
    assert outcome


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_plain_numbers_are_read_as_they_are(number: Decimal) -> None:
    assert parse_number(f"{number:f}") == number


def test_numbers_in_cells() -> None:
    assert [number_in(value) for value in ("4.5", "1,234", Decimal(3), True, "many")] == [
        Decimal("4.5"),
        Decimal(1234),
        Decimal(3),
        None,
        None,
    ]
