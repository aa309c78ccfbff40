"""Every way of refusing a thing is one wish, whether or not the shop's titles have the word; so is its mirror."""

import pytest

from daogou.catalog.products.need import TEXT, Constraint, Operator
from tests.ask_shop import talk


def refused(*messages: str) -> list[str]:
    return [c.said for c in _texts(*messages) if c.operator is Operator.IS_NOT]


def _texts(*messages: str) -> list[Constraint]:
    return [c for c in talk(*messages).constraints if c.attribute == TEXT]


@pytest.mark.parametrize(
    ("message", "things"),
    [
        ("a printer without alcohol", ["alcohol"]),
        ("alcohol-free printer", ["alcohol"]),
        ("non-alcoholic printer", ["alcoholic"]),
        ("0 % alcohol printer", ["alcohol"]),
        ("printer, I'm allergic to latex", ["latex"]),
        ("printer, I have a nut allergy", ["nut"]),
        ("I can't have peanuts, a printer", ["peanuts"]),
        ("printer free from peat", ["peat"]),
        ("printer without added sugar", ["added sugar"]),
        ("printer with no sulfates, silicones or parabens", ["sulfates", "silicones", "parabens"]),
        ("decaf printer", ["decaf"]),
        ("不含草甘膦的打印机", ["草甘膦"]),
        ("无氟打印机", ["无氟"]),
        ("不含硫酸盐和硅油的打印机", ["硫酸盐", "硅油"]),
        ("我对坚果过敏，要打印机", ["坚果"]),
        ("打印机，不要带涂层的", ["涂层"]),
        ("printer, I'm not sure", []),
        ("printer, no problem", []),
    ],
)
def test_a_refused_thing_is_a_wish(message: str, things: list[str]) -> None:
    need = talk(message)
    assert (refused(message), need.category) == (things, ("printer", "laser printer"))


def test_it_has_its_names_in_both_languages_its_kinds_and_its_absence() -> None:
    (caffeine,) = _texts("printer without caffeine")
    assert caffeine.value == ("caffeine", "咖啡因")
    assert "decaf" in caffeine.absent
    assert "coffee" in caffeine.kinds


def test_a_refused_value_stays_a_wish_about_its_attribute() -> None:
    need = talk("laptop, not HP")
    assert [(c.attribute, c.operator) for c in need.constraints] == [("brand", Operator.IS_NOT)]


@pytest.mark.parametrize("taken_back", ["forget the alcohol", "alcohol doesn't matter"])
def test_an_earlier_refusal_can_be_taken_back(taken_back: str) -> None:
    assert refused("printer without alcohol", taken_back) == []
