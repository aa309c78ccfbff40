"""Finding on a small shop, with a planted encoder, so that every answer is known."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pytest
from daogou.find.fuse import FUSED, KIND, WEIGHTS, fuse
from daogou.find.relax import meetable

from daogou.find.retrieve import retrieve
from daogou.ports import Vectors
from daogou.shop.candidate import Candidate, Hit, Retrieval, Score
from daogou.shop.need import BRAND, CATEGORY, PRICE, Constraint, Operator, ShopperNeed, Sort, Strength
from daogou.shop.product import Attribute, Money, Offer, Product
from daogou.shop.vocabulary import AttributeKind, AttributeProfile, Vocabulary
from daogou.store.memory import MemoryIndex

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


def found(need: ShopperNeed, *, strict: bool = True, limit: int = 100) -> Retrieval:
    return retrieve(need, index=INDEX, encoders=(ENCODER,), limit=limit, strict=strict)


def ids(retrieval: Retrieval) -> list[str]:
    return [candidate.product_id for candidate in retrieval.candidates]


def must(attribute: str, operator: Operator, value: object, *, said_in: int = 0) -> Constraint:
    return Constraint(attribute=attribute, operator=operator, value=value, said_in=said_in)  # type: ignore[arg-type]


def test_a_strict_search_stays_within_the_category() -> None:
    retrieval = found(ShopperNeed(query="notebook", category=("laptop",)))

    assert set(ids(retrieval)) == {"n400", "n900", "n700", "n1200"}
    assert (retrieval.total, retrieval.given_up) == (4, ())


def test_a_plain_search_prefers_the_category_and_shows_the_rest_behind() -> None:
    retrieval = found(ShopperNeed(query="notebook", category=("laptop",)), strict=False)

    assert set(ids(retrieval)[:4]) == {"n400", "n900", "n700", "n1200"}
    assert "bag" in ids(retrieval)[4:]
    assert retrieval.total == 4


def test_in_a_plain_search_a_brand_helps_to_find_but_does_not_filter() -> None:
    need = ShopperNeed(query="Acme battery", constraints=(must(BRAND, Operator.IS, "Acme"),))

    assert ids(found(need, strict=False))[0] == "battery"
    assert "battery" not in ids(found(need))


def test_numbers_filter_in_both() -> None:
    need = ShopperNeed(query="notebook", constraints=(must(PRICE, Operator.AT_MOST, Decimal(800)),))

    assert set(ids(found(need, strict=False))) == set(ids(found(need))) == {"n400", "n700"}


def test_in_a_plain_search_what_no_word_says_is_found_by_its_vector() -> None:
    retrieval = found(ShopperNeed(query="spare energy"), strict=False)

    assert ids(retrieval)[0] == "battery"
    assert retrieval.candidates[0].score("topics") == 1.0
    assert retrieval.candidates[0].score("lexical") is None


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("spare energy", []),  # a vector comes close, but nothing is called so
        ("a flight to Rome", []),
        ("电池", ["battery"]),
        ("香蕉", []),
        ("note book", ["bag", "n1200", "n400", "n700", "n900"]),
        ("please show me a battery", ["battery"]),
        ("corvo battery flight", ["battery"]),
        ("acme", ["bag", "n400", "n900"]),  # only the battery's description speaks of it
    ],
)
def test_without_a_known_kind_only_what_the_query_names_is_found(query: str, named: list[str]) -> None:
    assert sorted(ids(found(ShopperNeed(query=query)))) == named


def test_a_query_of_little_words_asks_for_whatever_meets_the_numbers() -> None:
    cheap = must(PRICE, Operator.AT_MOST, Decimal(800))
    assert sorted(ids(found(ShopperNeed(query="show me something", constraints=(cheap,))))) == ["n400", "n700"]


def test_what_an_order_pushed_out_is_found_all_the_same() -> None:
    unpriced = ShopperNeed(query="a spare corvo for the old acme phone of mine on my desk", sort=Sort(attribute=PRICE))
    assert ids(found(unpriced, limit=1)) == ["battery"]


def test_a_kind_is_never_given_up_where_the_shop_has_any() -> None:
    kind = must(CATEGORY, Operator.IS, "laptop bag")
    others = [must(BRAND, Operator.IS, "Borax"), must(PRICE, Operator.AT_MOST, Decimal(1000))]
    assert meetable((kind, *others), INDEX) == ((kind,), tuple(others))
    unknown = must(CATEGORY, Operator.IS, "sofa")
    assert meetable((unknown, *others), INDEX) == (tuple(others), (unknown,))


def test_a_need_without_words_gets_whatever_meets_the_musts() -> None:
    retrieval = found(ShopperNeed(constraints=(must(PRICE, Operator.AT_MOST, Decimal(800)),)))

    assert retrieval == Retrieval(
        candidates=(Candidate(product_id="n400"), Candidate(product_id="n700")), total=2, given_up=()
    )


def test_a_need_for_nothing_gets_nothing() -> None:
    assert found(ShopperNeed()) == Retrieval(candidates=(), total=6, given_up=())


def test_the_limit_is_kept() -> None:
    assert len(found(ShopperNeed(query="Acme notebook"), limit=2).candidates) == 2


def test_a_must_that_nothing_meets_is_given_up_and_said_so() -> None:
    cheap = must(PRICE, Operator.AT_MOST, Decimal(100))
    need = ShopperNeed(query="notebook", category=("laptop",), constraints=(must(BRAND, Operator.IS, "Acme"), cheap))

    retrieval = found(need)

    assert retrieval.given_up == (cheap,)
    assert set(ids(retrieval)) == {"n400", "n900"}


def test_a_category_that_the_shop_lacks_helps_nobody_in_a_plain_search() -> None:
    assert found(ShopperNeed(query="notebook", category=("sofa",)), strict=False).total == 6


@pytest.mark.parametrize(
    ("musts", "given_up"),
    [
        # all can be met together
        ([must(BRAND, Operator.IS, "Acme"), must(PRICE, Operator.AT_MOST, Decimal(500))], []),
        # the screen's number goes before the price, the price before the brand
        (
            [
                must(BRAND, Operator.IS, "Acme"),
                must(PRICE, Operator.AT_MOST, Decimal(500)),
                must("screen_size", Operator.AT_LEAST, Decimal(17)),
            ],
            ["screen_size"],
        ),
        # two must go: no product is that cheap, none that large
        (
            [
                must(BRAND, Operator.IS, "Borax"),
                must(PRICE, Operator.AT_MOST, Decimal(1)),
                must("screen_size", Operator.AT_LEAST, Decimal(40)),
            ],
            ["screen_size", "price"],
        ),
        # nothing at all can be met
        ([must(BRAND, Operator.IS, "Nobody")], ["brand"]),
        ([], []),
    ],
)
def test_as_little_as_possible_is_given_up(musts: list[Constraint], given_up: list[str]) -> None:
    kept, gone = meetable(musts, INDEX)

    assert [constraint.attribute for constraint in gone] == given_up
    assert [*kept] == [constraint for constraint in musts if constraint not in gone]


def test_of_two_equal_musts_the_one_said_earlier_goes() -> None:
    first = must("screen_size", Operator.AT_LEAST, Decimal(16), said_in=0)
    second = must("screen_size", Operator.AT_MOST, Decimal(14), said_in=1)

    assert meetable((second, first), INDEX) == ((second,), (first,))


def test_many_musts_end_in_a_bounded_search() -> None:
    impossible = [must(f"feature_{n}", Operator.IS, True, said_in=n) for n in range(9)]
    kept, gone = meetable([*impossible, must(BRAND, Operator.IS, "Acme")], INDEX)

    assert (kept, len(gone)) == ((must(BRAND, Operator.IS, "Acme"),), 9)


def test_the_cheapest_are_candidates_even_where_their_words_fit_worst() -> None:
    shop = [
        Product(
            id=f"p{price:03}",
            title="mouse " + "wireless mouse " * (price // 10),
            product_type="mouse",
            offers=(Offer(price=Money(amount=Decimal(price), currency="EUR")),),
        )
        for price in range(1, 201)
    ]
    index = MemoryIndex(shop, vocabulary=Vocabulary(types={"mouse": 200}, product_count=200))
    need = ShopperNeed(query="mouse", category=("mouse",), sort=Sort(attribute=PRICE))

    cheapest = retrieve(need, index=index, encoders=(), limit=20)
    dearest = retrieve(
        ShopperNeed(query="mouse", category=("mouse",), sort=Sort(attribute=PRICE, descending=True)),
        index=index,
        encoders=(),
        limit=20,
    )
    spoken = retrieve(
        ShopperNeed(query="wireless mouse", category=("mouse",), sort=Sort(attribute=PRICE)),
        index=index,
        encoders=(),
        limit=20,
    )

    assert min(ids(cheapest)) == "p001"
    assert max(ids(dearest)) == "p200"
    assert min(ids(spoken)) == "p010"
    assert max(len(ids(one)) for one in (cheapest, dearest, spoken)) <= 20


@pytest.mark.parametrize("attribute", ["screen_size", "weight", PRICE])
def test_an_order_by_anything_keeps_the_candidates(attribute: str) -> None:
    need = ShopperNeed(query="notebook", category=("laptop",), sort=Sort(attribute=attribute))

    assert set(ids(found(need, limit=4))) == {"n400", "n900", "n700", "n1200"}


def test_an_attributes_range_bounds_the_order_too() -> None:
    need = ShopperNeed(query="notebook", category=("laptop",), sort=Sort(attribute="screen_size"))

    assert ids(found(need, limit=1)) == ["n700"]  # 13 inches


def test_fusing_adds_weighted_scores_and_keeps_them() -> None:
    hits = {"lexical": [Hit(product_id="a", score=9.0), Hit(product_id="b", score=4.0)]}

    fused = fuse(hits | {"minilm": [Hit(product_id="b", score=0.5)]}, depth=10, limit=1, of_kind={"b"})

    total = 4.0 + 0.5 * WEIGHTS["minilm"] + WEIGHTS[KIND]
    assert fused == [
        Candidate(
            product_id="b",
            scores=(
                Score(source="lexical", value=4.0, rank=2),
                Score(source="minilm", value=0.5, rank=1),
                Score(source=KIND, value=1.0),
                Score(source=FUSED, value=total, rank=1),
            ),
        )
    ]


def test_a_full_list_says_little_of_what_it_does_not_name() -> None:
    full = {"lexical": [Hit(product_id="a", score=9.0), Hit(product_id="b", score=8.9)], "minilm": []}
    beside = full | {"minilm": [Hit(product_id="c", score=0.1)]}

    assert [c.product_id for c in fuse(beside, depth=2, limit=3)] == ["c", "a", "b"]
    assert [c.product_id for c in fuse(beside, depth=3, limit=3)] == ["a", "b", "c"]


def test_wishes_do_not_filter() -> None:
    wish = Constraint(attribute=BRAND, operator=Operator.IS, value="Borax", strength=Strength.PREFER)

    assert len(found(ShopperNeed(query="notebook", category=("laptop",), constraints=(wish,))).candidates) == 4
