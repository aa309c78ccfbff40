"""Slips of the finger, in shops where each word stands in one title and in large ones."""

import pytest

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.chunks import nearest
from daogou.ask.understand import understand
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import Notice
from daogou.catalog.products.vocabulary import Vocabulary
from daogou.index.vocabulary import build_vocabulary
from tests.contracts.products import product

TITLES = (
    "Scratching post 45cm",
    "Orthopaedic dog bed",
    "Schär spaghetti",
    "Secateurs bypass",
    "Jalapeño barbecue sauce",
)
SMALL = Lexicon.of(build_vocabulary(product(str(n), title) for n, title in enumerate(TITLES)))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("scrathing", "scratching"),
        ("orthopedic", "orthopaedic"),
        ("spagetti", "spaghetti"),
        ("secaters", "secateurs"),
        ("jalapano", "jalapeno"),
        ("barbeque", "barbecue"),
    ],
)
def test_a_word_of_one_title_is_known_in_a_small_shop(typed: str, meant: str) -> None:
    assert nearest(typed, SMALL) == meant


@pytest.mark.parametrize("word", ["spaghetti", "scratched", "bypasses", "toast", "postal", "sauces"])
def test_words_that_may_well_be_right_stay(word: str) -> None:
    assert nearest(word, SMALL) == ""


def test_in_a_large_shop_a_word_of_one_title_may_be_the_slip_itself() -> None:
    words = {"secateurs": 40, "secaturs": 1, "spaghetti": 2}
    large = Lexicon.of(Vocabulary(words=words, product_count=100_000))
    assert [nearest(word, large) for word in ("secaters", "secaturs", "spagetti")] == ["secateurs", "", ""]


def test_a_word_that_the_catalogue_has_anywhere_is_no_slip() -> None:
    session = Session(session_id="s")
    corrected = Notice(code="corrected", params={"said": "barbeque", "read": "barbecue"})
    assert corrected in understand("barbeque", session, lexicon=SMALL).notices
    assert corrected not in understand("barbeque", session, lexicon=SMALL, known=lambda word: True).notices
