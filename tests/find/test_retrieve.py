"""Finding on a small shop, with a planted encoder, so that every answer is known."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pytest

from daogou.catalog.products.candidate import Found
from daogou.catalog.products.need import (
    BRAND,
    FITS,
    PRICE,
    TEXT,
    Constraint,
    Operator,
    ShopperNeed,
    Sort,
    Strength,
    indexed,
)
from daogou.catalog.products.product import Attribute, Money, Offer, Product
from daogou.catalog.products.vocabulary import AttributeKind, AttributeProfile, Vocabulary
from daogou.find.retrieve import LEXICAL, retrieve
from daogou.ports import Vectors
from tests.memory import MemoryIndex

NOTEBOOKS = tuple(
    Product(
        id=f"n{price}",
        title=f"{brand} {size} notebook",
        brand=brand,
        product_type="laptop",
        offers=(Offer(price=Money(amount=Decimal(price), currency="EUR")),),
        attributes=(Attribute(name="screen_size", value=Decimal(size), unit="in"),),
    )
    for brand, size, price in (("Acme", 14, 400), ("Acme", 17, 900), ("Borax", 13, 700), ("Borax", 15, 1200))
)
BAG = Product(id="bag", title="Acme notebook bag", brand="Acme", product_type="laptop bag", offers=())
BATTERY = Product(
    id="battery",
    title="Corvo battery",
    description="for Acme notebooks",
    brand="Corvo",
    product_type="battery",
    offers=(),
)
PRODUCTS = (*NOTEBOOKS, BAG, BATTERY)
VOCABULARY = Vocabulary(
    types={"laptop": 4, "laptop bag": 1, "battery": 1},
    brands={"Acme": 3, "Borax": 2, "Corvo": 1},
    words={"notebook": 5, "battery": 1},
    attributes={
        "screen_size": AttributeProfile(
            name="screen_size",
            label="screen size",
            kind=AttributeKind.NUMBER,
            product_count=4,
            unit="in",
            minimum=Decimal(13),
            maximum=Decimal(17),
        )
    },
    product_count=6,
)


class TopicEncoder:
    """Two planted dimensions: power and everything else."""

    name = "topics"
    dimensions = 2

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A text about energy is all power; an empty one is nothing."""
        rows = [[0, 0] if not text else [1, 0] if "battery" in text or "energy" in text else [0, 1] for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), 2)


ENCODER = TopicEncoder()
INDEX = MemoryIndex(PRODUCTS, encoders=(ENCODER,), vocabulary=VOCABULARY)


def found(need: ShopperNeed, *, limit: int = 100) -> Found:
    return retrieve(need, index=INDEX, encoders=(ENCODER,), limit=limit)


def ids(found: Found) -> list[str]:
    return [candidate.product_id for candidate in found.candidates]


def must(attribute: str, operator: Operator, value: object) -> Constraint:
    return Constraint(attribute=attribute, operator=operator, value=value)  # type: ignore[arg-type]


EVERYTHING = {"n400", "n900", "n700", "n1200", "bag", "battery"}


@pytest.mark.parametrize(
    "need",
    [
        ShopperNeed(query="notebook", category=("laptop",)),
        ShopperNeed(query="notebook", category=("sofa",)),
        ShopperNeed(query="notebook", constraints=(must(PRICE, Operator.AT_MOST, Decimal(800)),)),
        ShopperNeed(query="notebook", constraints=(must(BRAND, Operator.IS, "Nobody"),)),
        ShopperNeed(query="notebook", constraints=(must(TEXT, Operator.IS, ("unheard",)),)),
        ShopperNeed(query="notebook", constraints=(must(TEXT, Operator.IS_NOT, ("bag",)),)),
        ShopperNeed(query="a flight to Rome"),
    ],
    ids=["kind", "no such kind", "number", "brand", "word", "refusal", "nothing named"],
)
def test_nothing_that_was_said_keeps_a_product_out(need: ShopperNeed) -> None:
    assert set(ids(found(need))) == EVERYTHING


@pytest.mark.parametrize(
    ("need", "brought"),
    [
        (ShopperNeed(query="spare energy", category=("laptop bag",)), {"battery", "bag"}),
        (
            ShopperNeed(query="spare energy", constraints=(must(PRICE, Operator.AT_MOST, Decimal(500)),)),
            {"battery", "n400"},
        ),
        (
            ShopperNeed(query="spare energy", constraints=(must("screen_size", Operator.IS, Decimal(17)),)),
            {"battery", "n900"},
        ),
        (
            ShopperNeed(query="spare energy", constraints=(must("screen_size", Operator.IS, Decimal("17.8")),)),
            {"battery", "n900"},
        ),
        (ShopperNeed(query="spare energy", constraints=(must("screen_size", Operator.IS, Decimal(40)),)), {"battery"}),
    ],
    ids=["of the kind", "that meets the number", "exactly", "nearly", "nobody does"],
)
def test_what_a_shopper_insists_on_brings_products_in(need: ShopperNeed, brought: set[str]) -> None:
    assert set(ids(found(need, limit=1))) == brought


def test_the_words_of_a_must_bring_in_what_says_them() -> None:
    said = must(TEXT, Operator.IS, ("bag",))
    assert set(ids(found(ShopperNeed(query="spare energy", constraints=(said,)), limit=1))) == {"battery", "bag"}


def test_a_wish_brings_nothing_in() -> None:
    wish = Constraint(attribute=BRAND, operator=Operator.IS, value="Borax", strength=Strength.PREFER)
    assert ids(found(ShopperNeed(query="spare energy", constraints=(wish,)), limit=1)) == ["battery"]


def test_what_no_word_says_is_found_by_its_vector() -> None:
    [battery] = found(ShopperNeed(query="spare energy"), limit=1).candidates
    assert battery.product_id == "battery"
    assert (battery.score("topics"), battery.score(LEXICAL)) == (1.0, 0.0)


def test_words_are_told_as_a_share_of_the_most_that_they_could_score() -> None:
    shares = {one.product_id: one.score(LEXICAL) for one in found(ShopperNeed(query="corvo battery")).candidates}
    assert 0 < shares["battery"] <= 1
    assert shares["battery"] == max(shares.values())
    assert shares["n1200"] == 0


def test_every_product_has_every_searchers_score() -> None:
    candidates = found(ShopperNeed(query="Acme notebook")).candidates
    assert {tuple(score.source for score in one.scores) for one in candidates} == {(LEXICAL, "topics")}


def test_without_words_whatever_meets_the_musts_is_found() -> None:
    cheap = found(ShopperNeed(constraints=(must(PRICE, Operator.AT_MOST, Decimal(800)),)))
    assert set(ids(cheap)) == {"n400", "n700"}
    assert all(not any(score.value for score in one.scores) for one in cheap.candidates)


def test_a_need_for_nothing_finds_nothing() -> None:
    assert found(ShopperNeed()) == Found()


def test_of_a_query_the_share_that_names_the_kind_is_told_from_the_rest() -> None:
    named = found(ShopperNeed(query="Acme laptop", category=("laptop",)))
    acme, laptop = INDEX.most(["acme"]), INDEX.most(["laptop"])
    assert named.information >= acme + laptop  # other names of the kind may add a little
    assert named.named_share == pytest.approx(laptop / (acme + laptop))
    assert named.rest == {"acme": acme}


def test_what_a_wish_was_said_with_is_answered_by_the_rows_and_not_by_words() -> None:
    acme = Constraint(attribute=BRAND, operator=Operator.IS, value="Acme", said="Acme")
    named = found(ShopperNeed(query="Acme laptop", category=("laptop",), constraints=(acme,)))
    assert named.rest == {}


def test_no_index_is_asked_for_what_only_a_row_can_tell() -> None:
    assert not indexed(must(FITS, Operator.IS, "galaxy s21"))
    assert not indexed(must(TEXT, Operator.IS_NOT, ("bag",)))
    assert indexed(must(PRICE, Operator.AT_MOST, Decimal(1)))


def _mice() -> MemoryIndex:
    shop = [
        Product(
            id=f"p{price:03}",
            title="mouse " + "wireless mouse " * (price // 10),
            product_type="mouse",
            offers=(Offer(price=Money(amount=Decimal(price), currency="EUR")),),
        )
        for price in range(1, 201)
    ]
    return MemoryIndex(shop, vocabulary=Vocabulary(types={"mouse": 200}, product_count=200))


@pytest.mark.parametrize(
    ("query", "descending", "extreme"),
    [("mouse", False, "p001"), ("mouse", True, "p200"), ("wireless mouse", False, "p010")],
)
def test_the_cheapest_are_candidates_even_where_their_words_fit_worst(
    query: str, descending: bool, extreme: str
) -> None:
    need = ShopperNeed(query=query, category=("mouse",), sort=Sort(attribute=PRICE, descending=descending))
    assert extreme in ids(retrieve(need, index=_mice(), encoders=(), limit=20))


def test_an_attributes_range_bounds_the_order_too() -> None:
    need = ShopperNeed(query="17 notebook", category=("laptop",), sort=Sort(attribute="screen_size"))
    assert "n700" in ids(found(need, limit=1))  # 13 inches


@pytest.mark.parametrize("attribute", ["screen_size", "weight", PRICE])
def test_an_order_by_anything_keeps_the_candidates(attribute: str) -> None:
    need = ShopperNeed(query="notebook", category=("laptop",), sort=Sort(attribute=attribute))
    assert set(ids(found(need))) == EVERYTHING
