"""What a message says that the thing has to fit, and which model it has to be."""

import pytest

from daogou.ask.lexicon import Lexicon
from daogou.ask.understand import understand
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import FITS, MODEL, ShopperNeed
from daogou.catalog.products.vocabulary import Vocabulary

LEXICON = Lexicon.of(
    Vocabulary(product_count=50, types={"phone case": 5, "smartphone": 5, "coffee": 3}, languages=("en", "zh"))
)


def understood(message: str) -> ShopperNeed:
    return understand(message, Session(session_id="s"), lexicon=LEXICON)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("case for iphone 14", "fits is iphone 14 must"),
        ("a case for my Galaxy S21, black", "fits is galaxy s21 must"),
        ("iphone 14 plus case", "fits is iphone 14 plus must"),
        ("foam that fits fluval 107", "fits is fluval 107 must"),
        ("V8的滤芯", "fits is v8 must"),
        ("戴森V12滤芯", "fits is 戴森v12 must"),
        ("能用在V12上的滤芯", "fits is v12 must"),
        ("适合iPhone 13用的壳", "fits is iphone 13 must"),
        ("a stand for a 20 kg dog", "fits is 20 kg dog must"),
        ("coffee for my moka pot", "fits is moka pot prefer"),
        ("hd 560s", "model is hd 560s must"),
        ("iPhone 12手机", "model is iphone 12 must"),
        ("a gift for my mother", ""),
        ("laptops under 500", ""),
        ("size 42 shoes", ""),
        ("5 cables", ""),
    ],
)
def test_a_name_with_a_number_is_firm_and_a_thing_is_not(message: str, expected: str) -> None:
    found = [c for c in understood(message).constraints if c.attribute in (FITS, MODEL)]
    assert [f"{c.attribute} {c.operator} {c.value} {c.strength}" for c in found] == ([expected] if expected else [])


def test_what_has_to_be_fitted_is_no_brand_of_the_thing_and_what_it_goes_with_is_not_it() -> None:
    need = understood("what goes with the Canon EOS 2000D")
    assert [(c.attribute, str(c.operator), c.value) for c in need.constraints] == [
        ("fits", "is", "canon eos 2000d"),
        ("model", "is_not", "canon eos 2000d"),
    ]
    assert need.query == "canon eos 2000d"
    assert not need.unsold


@pytest.mark.parametrize(
    "message", ["}除了ß适合万mm杯子不要亿EUsizeat送*最多.,p1或包", "不含you🙂p1inch(laptopmm:以内①("]
)
def test_letters_that_fold_into_several_move_no_name_off_the_message(message: str) -> None:
    assert understand(message, Session(session_id="s"), lexicon=LEXICON).language == "zh"
