"""When a word stands in a product's text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daogou.catalog.matching.matching import meets
from daogou.catalog.matching.wording import fold, forms, mentions, place, searchable_text, stated
from daogou.catalog.products.need import TEXT, Constraint, Operator
from tests.contracts.products import NOW, product


def says(title: str, word: str) -> bool:
    return mentions(searchable_text(product("1", title)), word)


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("High-Waisted Leggings", "high waisted"),
        ("Leggings with a high waist", "high-waisted"),
        ("high waisted leggings", "high waist"),
        ("Jacket with hoods", "hood"),
        ("Hooded jacket", "hood"),
        ("Jacket with a hood", "hoods"),
        ("V neck tee", "v-neck"),
        ("AA batteries", "battery"),
        ("One battery", "batteries"),
        ("Dresses", "dress"),
        ("Long-Sleeve Top", "long sleeves"),
        ("Sony WH-1000XM4", "wh-1000xm4"),
        ("真丝保湿面霜", "面霜"),
    ],
)
def test_a_word_is_found_in_its_other_forms(title: str, word: str) -> None:
    assert says(title, word)


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Denim Shorts", "short"),
        ("Reading glasses", "glass"),
        ("Heat-resistant gloves", "heated"),
        ("Sony WH 1000XM4", "wh-1000xm4"),
        ("Toner Q2612A", "Q2612"),
        ("A classroom", "class"),
        ("Waist bag, high quality", "high waist"),
    ],
)
def test_another_word_is_not_found(title: str, word: str) -> None:
    assert not says(title, word)


@pytest.mark.parametrize(
    "advice",
    [
        "Wear it with white sneakers.",
        "Pairs well with black ankle boots!",
        "Size M 40 in Style with a white tee and jeans",
        "It looks great over black leggings.",
        "建议搭配黑色长裤",
    ],
)
def test_what_to_wear_it_with_says_nothing_about_the_thing(advice: str) -> None:
    said = f"A red dress. {advice} Machine wash."
    assert stated(said) != said
    assert len(stated(said)) == len(said)
    assert stated(said).startswith("A red dress.")
    assert not any(colour in stated(said) for colour in ("white", "black", "黑"))


@pytest.mark.parametrize(
    "said",
    [
        "Pair it with your phone via Bluetooth.",
        "The top is paired with black shorts.",
        "Comes with black leggings. Try it for 30 days with no risk.",
    ],
)
def test_what_comes_with_it_and_what_it_connects_to_is_kept(said: str) -> None:
    assert stated(said) == said


def test_a_single_character_says_nothing_where_the_whole_word_is_known() -> None:
    lipstick, red = product("1", "美宝莲口红"), product("2", "美宝莲 红色唇膏")
    colour = Constraint(attribute=TEXT, operator=Operator.IS, value=("red", "红色", "红"))
    alone = Constraint(attribute=TEXT, operator=Operator.IS, value=("red", "红"))
    assert [meets(row, colour, NOW) for row in (lipstick, red)] == [None, True]
    assert [meets(row, alone, NOW) for row in (lipstick, red)] == [True, True]


def test_a_must_looks_past_the_advice_of_a_description() -> None:
    dress = product("1", "Wrap dress", description="Wear with black boots. Soft cotton.")
    black = Constraint(attribute=TEXT, operator=Operator.IS, value=("black", "黑色"))
    cotton = Constraint(attribute=TEXT, operator=Operator.IS, value="cotton")
    assert [meets(dress, black, NOW), meets(dress, cotton, NOW)] == [None, True]


def test_the_place_of_a_word_is_that_in_the_text_as_written() -> None:
    written = "Soft HIGH-Waisted leggings"
    assert [place(written, word) for word in ("high waist", "leggings", "legging", "wool", "")] == [5, 18, 18, -1, -1]
    assert place("İstanbul hoods", "hood") == 9


@given(st.text(max_size=20))
def test_every_text_mentions_itself(text: str) -> None:
    folded = searchable_text(product("1", text))
    assert fold(text) in forms(text) or "-" in text
    assert mentions(folded, text)


def test_accents_are_typed_or_not() -> None:
    tin = product("tin", "NESCAFÉ Azera", description="Schär, L’Oréal; crème brûlée. Weiße Straße")
    text = searchable_text(tin)
    said = ("nescafe", "Nescafé", "schar", "Schär", "l'oreal", "creme brulee", "weisse strasse")
    assert [mentions(text, word) for word in said] == [True] * len(said)
    assert not mentions(text, "nescaf")
    assert not mentions(text, "sch")
    assert place("Crème brûlée", "brulee") == len("Crème ")


def test_words_of_other_scripts_stand_between_spaces() -> None:
    text = searchable_text(product("tea", "Зелёный чай Ahmad, καφές"))
    assert [mentions(text, word) for word in ("чай", "ча", "καφες", "зелёный")] == [True, False, True, True]
    assert mentions(searchable_text(product("tee", "緑茶カメラ 갤럭시케이스")), "케이스")
