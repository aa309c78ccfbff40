import pytest

from daogou.catalog.kinds.heads import Chunk, small_letter_names
from daogou.catalog.kinds.reader import TypeReader


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Acme AB12 screen protector Desktop/Laptop Universal", "screen protector"),
        ("Acme Workmate 6730s Notebook PC", "laptop"),
        ("Acme Briefcase notebook case 40.6 cm", "laptop bag"),
    ],
)
def test_a_name_in_small_letters_among_capitals_is_the_kind(title: str, kind: str) -> None:
    assert TypeReader().of_text(title) == kind


@pytest.mark.parametrize(
    "title",
    [
        "acme screen protector laptop universal",  # no capitals: small letters say nothing
        "Acme Bag for a notebook computer",  # what it is for
        "Acme M90 mouse USB",  # one word says no more than its place does
        "Acme",
        "",
    ],
)
def test_elsewhere_small_letters_say_nothing(title: str) -> None:
    assert small_letter_names(title) == []


def test_the_run_is_given_as_a_noun_phrase() -> None:
    assert small_letter_names("Acme AB12 screen protectors, Black") == [Chunk(words=("screen", "protector"), main=True)]
