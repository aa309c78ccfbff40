from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daogou.ask.quantities.amounts import read_numeral
from daogou.ask.tokens.phrases import tokenize
from tests.ask_shop import untimed


def value(text: str) -> Decimal | None:
    numeral = read_numeral(tokenize(text), 0)
    return numeral.value if numeral else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("800", "800"),
        ("1,299.50", "1299.50"),
        ("1.5k", "1500"),
        ("2万", "20000"),
        ("2w以内", "20000"),
        ("3千", "3000"),
        ("一百", "100"),
        ("两千", "2000"),
        ("一千五", "1500"),
        ("一千零五", "1005"),
        ("一万二", "12000"),
        ("十五", "15"),
        ("二十", "20"),
        ("三千二百五十", "3250"),
        ("一二三", "123"),
        ("半斤", "0.5"),
        ("two hundred", "200"),
        ("a hundred", "100"),
        ("one thousand five hundred", "1500"),
        ("two hundred and fifty", "250"),
        ("twenty five", "25"),
        ("five grand", "5000"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, expected: str) -> None:
    assert value(text) == Decimal(expected)


@pytest.mark.parametrize("text", ["laptop", "百", "半", "and", "万"])
def test_a_word_without_a_number_is_none(text: str) -> None:
    assert value(text) is None


def test_two_digits_in_one_breath_are_a_range() -> None:
    numeral = read_numeral(tokenize("三四百"), 0)
    assert numeral is not None
    assert (numeral.value, numeral.upto) == (Decimal(300), Decimal(400))


def test_sixty_watts_is_no_price() -> None:
    assert value("60w lamp") == Decimal(60)


@untimed
@given(st.integers(min_value=1, max_value=99_999))
def test_chinese_numerals_are_read_back(amount: int) -> None:
    assert value(_han(amount)) == amount


@untimed
@given(st.integers(min_value=0, max_value=10**9))
def test_grouped_digits_are_read_back(amount: int) -> None:
    assert value(f"{amount:,}") == amount


def _han(amount: int) -> str:
    """The full way of writing a number, zeros and all."""
    text, zero = "", False
    for digit, step in zip(f"{amount:05d}", ("万", "千", "百", "十", ""), strict=True):
        if digit == "0":
            zero = bool(text)
            continue
        text += ("零" if zero else "") + "零一二三四五六七八九"[int(digit)] + step
        zero = False
    return text
