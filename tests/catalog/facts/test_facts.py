import pytest

from daogou.catalog.facts.facts import enrich
from tests.contracts.products import fact, product


def sizes(title: str, size: str | int, *facts: tuple[str, str]) -> list[str]:
    whole = product("1", title, attributes=(fact("size", size), *(fact(name, value) for name, value in facts)))
    return [str(attribute.value) for attribute in enrich(whole).values("size")]


@pytest.mark.parametrize(
    ("title", "size", "whose", "further"),
    [
        ("Leather boots", "UK 8", "men", ["EU 42", "US 9"]),
        ("Leather boots", "8 UK", "men", ["EU 42", "US 9"]),
        ("Leather boots", "EU 42", "men", ["UK 8", "US 9"]),
        ("Running shoes", "US 9", "women", ["EU 40.5", "UK 7"]),
        ("Running shoes", 42, "men", ["EU 42", "UK 8", "US 9"]),
        ("Sandals", "EU 28", "girls", ["UK 10", "US 11"]),
        ("Silver ring", "US 7", "women", ["EU 54", "UK N½"]),
        ("Lace bra", "34B", "women", ["EU 75B", "UK 34B", "US 34B", "FR 90B"]),
        ("Lace bra", "75B", "women", ["EU 75B", "UK 34B", "US 34B", "FR 90B"]),
    ],
)
def test_a_size_is_known_by_its_name_in_other_systems(
    title: str, size: str | int, whose: str, further: list[str]
) -> None:
    assert sizes(title, size, ("gender", whose)) == [str(size), *further]


def test_whose_a_shoe_is_decides_what_america_calls_it() -> None:
    assert sizes("Leather boots", "UK 8") == ["UK 8", "EU 42"]
    assert sizes("Leather boots", "US 9") == ["US 9"]


@pytest.mark.parametrize(
    ("title", "size"), [("Cotton dress", "UK 8"), ("Leather boots", "M"), ("Leather boots", "9"), ("Pan", "42")]
)
def test_other_sizes_stay_as_they_are(title: str, size: str) -> None:
    assert sizes(title, size, ("gender", "women"))[1:] == []
