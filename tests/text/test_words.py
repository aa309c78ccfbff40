"""The one cut that indexing and asking share."""

import pytest

from daogou.catalog.matching.wording import plain_letters
from daogou.text.words import cut


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("NESCAFÉ crème fraîche", ["nescafe", "creme", "fraiche"]),
        ("NESCAFE\u0301", ["nescafe"]),  # the accent as a character of its own
        ("L’Oréal", ["l'oreal", "l", "oreal", "loreal"]),
        ("jalapeño Weiße Łódź œuf", ["jalapeno", "weisse", "lodz", "oeuf"]),
        ("Зелёный чай", ["зелёный", "чай"]),
        ("ελληνικός καφές", ["ελληνικοσ", "καφεσ"]),
        ("カメラ 갤럭시", ["カメラ", "갤럭시"]),
        ("wi-fi 16GB", ["wi-fi", "wi", "fi", "16gb", "16", "gb"]),
        ("保湿 Pokémon卡牌", ["保湿", "pokemon", "卡牌"]),
    ],
)
def test_words_are_folded_and_none_vanish(text: str, words: list[str]) -> None:
    assert cut(text) == words


def test_letters_of_other_scripts_stay_what_they_are() -> None:
    assert plain_letters("Чай й ガ 각 ñ Ã") == "чай й ガ 각 n a"
