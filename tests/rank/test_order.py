"""Ordering a handful of planted products."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from daogou.catalog.matching.matching import Outcome
from daogou.catalog.products.candidate import Candidate, Found, Score
from daogou.catalog.products.need import BRAND, PRICE, RATING, Constraint, Operator, ShopperNeed, Sort, Strength
from daogou.catalog.products.product import Attribute, Availability, Money, Offer, Product, Rating
from daogou.rank.fit import LIKE, RATED, likeness, probability, signals
from daogou.rank.kinds import STANDARD
from daogou.rank.order import POPULAR, group_of, one_of_each, order, ranked_by, sorted_as_asked, spread

AT = datetime(2026, 11, 23, tzinfo=UTC)


def product(
    product_id: str, *, price: str = "10", availability: Availability | None = None, **facts: object
) -> Product:
    offers = (Offer(price=Money(amount=Decimal(price), currency="EUR"), availability=availability),) if price else ()
    return Product(**{"id": product_id, "title": f"thing {product_id}q", "offers": offers, **facts})  # type: ignore[arg-type]


def number(name: str, value: int) -> tuple[Attribute, ...]:
    return (Attribute(name=name, value=Decimal(value)),)


def found(*product_ids: str, apart: float = 0.01) -> Found:
    """As found in this order."""
    return Found(
        candidates=tuple(
            Candidate(product_id=one, scores=(Score(source="lexical", value=0.8 - apart * rank),))
            for rank, one in enumerate(product_ids)
        )
    )


def ordered(
    found: Found, need: ShopperNeed, *products: Product, popularity: dict[str, float] | None = None
) -> list[str]:
    known = {one.id: one for one in products}
    ranked, _, _ = order(found, need, products=known, popularity=popularity or {}, at=AT)
    return [candidate.product_id for candidate in ranked]


def test_with_nothing_else_to_say_it_stays_as_found() -> None:
    assert ordered(found("a", "b"), ShopperNeed(), product("a"), product("b")) == ["a", "b"]


def test_what_is_gone_or_was_turned_down_is_not_shown() -> None:
    assert ordered(found("a", "b", "c"), ShopperNeed(unlike=("b",)), product("b"), product("c")) == ["c"]


def test_every_score_that_moved_a_product_is_kept() -> None:
    wish = Constraint(attribute=BRAND, operator=Operator.IS, value="Acme", strength=Strength.PREFER)
    acme = product("a", brand="Acme")

    [candidate], _, _ = order(
        found("a"), ShopperNeed(constraints=(wish,)), products={"a": acme}, popularity={"a": 5.0}, at=AT
    )

    met = STANDARD.points("open", Outcome.MET)
    assert candidate.scores == (
        Score(source="lexical", value=0.8),
        Score(source="wishes", value=met),
        Score(source="popularity", value=POPULAR),
        Score(source="total", value=0.8 + met + POPULAR, rank=1),
        Score(source="fit", value=probability(0.8 + met + POPULAR)),
    )


def test_what_the_shopper_did_speaks_and_is_told() -> None:
    shop = {key: product(key) for key in "ab"}
    ranked, _, _ = order(found("a", "b"), ShopperNeed(), products=shop, popularity={}, at=AT, behaviour={"b": 2.0})

    assert [one.product_id for one in ranked] == ["b", "a"]
    assert ranked_by(ranked, ShopperNeed()) == "classical, behaviour"
    assert ranked_by(ranked, ShopperNeed(sort=Sort(attribute=PRICE))) == "price"


def test_weights_that_a_shop_learnt_order_and_are_named() -> None:
    shop = {key: product(key) for key in "ab"}
    scores = {"a": {"lexical": 0.6, "lsa": 0.1}, "b": {"lexical": 0.5, "lsa": 0.9}}
    proposed = Found(
        candidates=tuple(
            Candidate(product_id=key, scores=tuple(Score(source=source, value=value) for source, value in said.items()))
            for key, said in scores.items()
        )
    )
    learnt = replace(STANDARD.times({"lsa": 4.0}), name="fit 3")

    orders = [
        order(proposed, ShopperNeed(), products=shop, popularity={}, at=AT, weights=w)[0] for w in (STANDARD, learnt)
    ]

    assert [[one.product_id for one in ranked] for ranked in orders] == [["a", "b"], ["b", "a"]]
    assert ranked_by(orders[1], ShopperNeed(), weights=learnt) == "fit 3"


def test_a_wish_moves_the_product_that_meets_it_up() -> None:
    wish = Constraint(attribute=BRAND, operator=Operator.IS, value="Acme", strength=Strength.PREFER)

    assert ordered(
        found("a", "b"), ShopperNeed(constraints=(wish,)), product("a", brand="Borax"), product("b", brand="Acme")
    ) == ["b", "a"]


@pytest.mark.parametrize(("apart", "expected"), [(0.4, ["cheap", "dear"]), (0.7, ["dear", "cheap"])])
def test_what_breaks_a_firm_wish_comes_after_the_same_thing_and_before_another(
    apart: float, expected: list[str]
) -> None:
    """A lamp of 60 watts is nearer to one of 80 than a tail light of the same maker that says no watts."""
    cheap = Constraint(attribute=PRICE, operator=Operator.AT_MOST, value=Decimal(100))

    assert (
        ordered(
            found("dear", "cheap", apart=apart),
            ShopperNeed(constraints=(cheap,)),
            product("dear", price="101"),
            product("cheap"),
        )
        == expected
    )


def test_what_cannot_be_had_comes_later() -> None:
    sold_out = product("a", availability=Availability.OUT_OF_STOCK)
    later = product("b", availability=Availability.PREORDER)
    there = product("c", availability=Availability.IN_STOCK)

    proposed = found("a", "b", "c", apart=0.05)
    assert ordered(proposed, ShopperNeed(), sold_out, later, there) == ["b", "c", "a"]


def test_many_good_ratings_count_more_than_one_perfect_one() -> None:
    once = product("a", rating=Rating(value=Decimal(5), count=1))
    often = product("b", rating=Rating(value=Decimal("4.8"), count=400))

    stars = [signals(one, ShopperNeed(), products={}, at=AT)["rating"] for one in (once, often)]

    assert stars == pytest.approx([RATED * 1.5 / 11, RATED * 520 / 410])


def test_popularity_decides_between_equals() -> None:
    tied = Found(candidates=(Candidate(product_id="a"), Candidate(product_id="b")))

    assert ordered(tied, ShopperNeed(), product("a"), product("b"), popularity={"b": 3.0}) == ["b", "a"]


def test_more_like_the_one_that_was_liked() -> None:
    liked = product("liked", brand="Acme", product_type="lamp", attributes=number("power", 40))
    twin = product("twin", brand="Acme", product_type="lamp", attributes=number("power", 40))
    other = product("other", brand="Borax", product_type="sofa", price="900")

    assert likeness(twin, liked, AT) == 1.0
    assert likeness(other, liked, AT) == 0.0
    need = ShopperNeed(like=("liked",))
    assert signals(twin, need, products={"liked": liked}, at=AT) == {"like": LIKE}


def test_two_rows_that_say_nothing_are_not_alike() -> None:
    assert likeness(product("a", price=""), product("b", price=""), AT) == 0.0


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort(attribute=PRICE), ["b", "c", "a", "silent"]),
        (Sort(attribute=PRICE, descending=True), ["a", "c", "b", "silent"]),
        (Sort(attribute="weight"), ["c", "a", "b", "silent"]),
        (Sort(attribute="weight", descending=True), ["b", "a", "c", "silent"]),
        (Sort(attribute=RATING, descending=True), ["c", "a", "b", "silent"]),
        (Sort(attribute="popularity", descending=True), ["b", "a", "c", "silent"]),
    ],
)
def test_an_asked_order_is_kept_exactly_and_the_silent_come_last(sort: Sort, expected: list[str]) -> None:
    shop = (
        product("a", price="30", attributes=number("weight", 2), rating=Rating(value=Decimal(4))),
        product("b", price="10", attributes=(*number("weight", 3), *number("weight", 5))),
        product("c", price="20", attributes=number("weight", 1), rating=Rating(value=Decimal("4.5"))),
        product("silent", price=""),
    )

    candidates = [Candidate(product_id=one.id) for one in shop]
    known = {one.id: one for one in shop}
    asked = sorted_as_asked(candidates, sort, products=known, popularity={"b": 2.0}, at=AT)

    assert [one.product_id for one in asked] == expected


def test_one_thing_in_three_colours_does_not_fill_the_shelf() -> None:
    titles = {"a": "Acme mug red", "b": "Acme mug blue", "c": "Acme mug green", "d": "Borax glass", "e": "Corvo cup"}
    shop = {key: product(key, title=title) for key, title in titles.items()}

    ranked = spread([Candidate(product_id=key) for key in "abcde"], shop)

    assert [candidate.product_id for candidate in ranked] == ["a", "d", "b", "e", "c"]


def test_where_everything_is_the_same_nothing_is_lost() -> None:
    shop = {key: product(key, item_group_id="g") for key in "abc"}

    assert [c.product_id for c in spread([Candidate(product_id=key) for key in "abc"], shop)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Patch cable Cat6 3m blue", "Patch cable Cat6 10 m grey", True),
        ("Mug 300ml, pack of 6", "Mug 450ml, pack of 12", True),
        ("T-shirt (XL)", "T-shirt (S)", True),
        ("ThinkBook 14 G2", "ThinkBook 14 G3", False),
        ("HP 6910p Notebook", "HP 6730b Notebook", False),
        ("Toner TN-2110 black", "Toner TN-3170 black", False),
    ],
)
def test_variants_share_their_title_but_for_colour_amount_and_size(left: str, right: str, same: bool) -> None:
    assert (group_of(product("a", title=left)) == group_of(product("b", title=right))) is same


def test_the_merchants_own_groups_come_first() -> None:
    assert group_of(product("a", item_group_id="g1", title="one")) == group_of(product("b", item_group_id="g1"))


def test_one_card_for_a_group_in_stock_before_what_is_gone() -> None:
    gone = Offer(price=Money(amount=Decimal(5), currency="EUR"), availability=Availability.OUT_OF_STOCK)
    shop = {
        "a": product("a", item_group_id="g", offers=(gone,)),
        "b": product("b"),
        "c": product("c", item_group_id="g"),
        "d": product("d", item_group_id="g"),
        "e": product("e"),
    }

    assert [c.product_id for c in one_of_each([Candidate(product_id=key) for key in "abcde"], shop)] == ["c", "b", "e"]
