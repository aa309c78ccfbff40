"""Names that say more than their kind, and kinds that nothing is filed under."""

from dataclasses import replace

import pytest

from daogou.ask.lexicon import Lexicon
from daogou.ask.understand import understand
from daogou.catalog.products.conversation import Session
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.vocabulary import Vocabulary
from tests.ask_shop import short, text

CLOTHES = Vocabulary(
    types={
        "hat": 40,
        "skirt": 50,
        "jacket": 30,
        "laptop bag": 60,
        "phone case": 40,
        "player case": 4,
        "leather belt case": 3,
        "makeup case": 2,
        "scanner case": 2,
        "dog food": 9,
        "memory module": 30,
        "necklace": 20,
        "cleansing oil": 12,
        "toner cartridge": 20,
        "camera lens": 8,
    },
    attributes={
        "colour": text("colour", {"black": 30}, skirt=45, toner_cartridge=18),
        "summary": text("summary", {"toner black": 5, "ddr4 memory": 4}, toner_cartridge=5),
    },
    words={
        **{"straw": 6, "pleated": 12, "hooded": 8, "hat": 30, "skirt": 45, "laptop": 50, "backpack": 15, "bag": 30},
        **{"scarf": 4, "ddr4": 9, "case": 60, "necklace": 18, "warm": 3, "beach": 3, "leather": 5, "playstation": 3},
    },
    currency="USD",
    languages=("en", "zh"),
    product_count=400,
)


def understood(message: str, vocabulary: Vocabulary = CLOTHES) -> ShopperNeed:
    return understand(message, Session(session_id="s"), lexicon=Lexicon.of(vocabulary))


@pytest.mark.parametrize(
    ("message", "category", "expected"),
    [
        ("pleated skirt", ("skirt",), ["text is pleated"]),
        ("straw hat", ("hat",), ["text is straw"]),
        ("jacket with a hood", ("jacket",), ["text is hood"]),
        ("warm jacket", ("jacket",), ["text is warm?"]),
        ("scarf", (), ["text is scarf"]),
        ("skirt", ("skirt",), []),
        ("skirts", ("skirt",), []),
        ("mobile phone case", ("phone case",), []),
    ],
)
def test_what_a_name_says_beyond_its_kind_is_required(
    message: str, category: tuple[str, ...], expected: list[str]
) -> None:
    need = understood(message)
    assert need.category == category
    assert [short(constraint) for constraint in need.constraints] == expected


def test_a_kind_that_nothing_speaks_of_is_unsold() -> None:
    assert understood("top hat", replace(CLOTHES, types={"skirt": 50}, words={"skirt": 45})).unsold == ("top hat",)
    assert understood("straw hat", replace(CLOTHES, words={"hat": 3})).unsold == ("straw hat",)


@pytest.mark.parametrize("message", ["book me a flight to Rome", "预订机票"])
def test_a_service_is_not_sold(message: str) -> None:
    vocabulary = replace(CLOTHES, types={"book": 9}, words={"book": 9, "flight": 8})
    need = understood(message, vocabulary)
    assert need.category == ()
    assert need.unsold
