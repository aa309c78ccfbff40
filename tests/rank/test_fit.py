"""Fit: what each wish's outcome adds, and what takes a product off."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from daogou.catalog.matching.matching import Outcome
from daogou.catalog.products.candidate import Candidate, Score
from daogou.catalog.products.need import (
    BRAND,
    CATEGORY,
    FITS,
    MODEL,
    PRICE,
    TEXT,
    Constraint,
    ConstraintValue,
    Operator,
    ShopperNeed,
    Strength,
)
from daogou.catalog.products.product import Attribute, Money, Offer, Product
from daogou.rank.fit import Fit, fits, is_firm, relevance, scale
from daogou.rank.kinds import STANDARD, KindBelief

AT = datetime(2026, 11, 23, tzinfo=UTC)
FEW_WORDS = STANDARD.worth  # a query that says one telling word


def row(product_id: str = "a", **facts: object) -> Product:
    fields: dict[str, object] = {"title": f"thing {product_id}q", "offers": ()} | facts
    return Product(id=product_id, **fields)  # type: ignore[arg-type]


def priced(product_id: str, price: int) -> Product:
    return row(product_id, offers=(Offer(price=Money(amount=Decimal(price), currency="EUR")),))


def coloured(product_id: str, colour: str) -> Product:
    return row(product_id, attributes=(Attribute(name="colour", value=colour),))


def wish(
    attribute: str, value: ConstraintValue, operator: Operator = Operator.IS, strength: Strength = Strength.MUST
) -> Constraint:
    return Constraint(attribute=attribute, operator=operator, value=value, strength=strength)


def fit(product: Product, *wishes: Constraint, information: float = FEW_WORDS, **scores: float) -> Fit:
    """How that product fits a need of these wishes."""
    told = tuple(Score(source=source, value=value) for source, value in scores.items())
    [one] = fits(
        [Candidate(product_id=product.id, scores=told)],
        ShopperNeed(constraints=wishes),
        products={product.id: product},
        kinds=KindBelief(),
        at=AT,
        information=information,
    ).values()
    return one


AT_MOST_100 = wish(PRICE, Decimal(100), Operator.AT_MOST)
NOT_RED = wish("colour", "red", Operator.IS_NOT)


class TestFirm:
    @pytest.mark.parametrize(
        ("said", "product"),
        [
            (AT_MOST_100, priced("a", 101)),
            (NOT_RED, coloured("a", "red")),
            (wish(MODEL, "iphone 12"), row(title="Apple iPhone 13 128 GB", product_type="phone")),
            (wish("wireless", True), row(attributes=(Attribute(name="wireless", value=False),))),
            (wish(CATEGORY, "sofa", Operator.IS_NOT), row(product_type="sofa")),
        ],
        ids=["number", "refusal", "model", "yes or no", "not this kind"],
    )
    def test_a_broken_firm_wish_takes_a_product_off(self, said: Constraint, product: Product) -> None:
        broken = fit(product, said, lexical=1.0)
        assert (broken.outcomes, broken.off) == ((Outcome.BROKEN,), True)
        assert broken.total < fit(row(), lexical=0.0).total

    @pytest.mark.parametrize(
        ("said", "product"),
        [
            (wish(BRAND, "Acme"), row(brand="Borax")),
            (wish("colour", "blue"), coloured("a", "red")),
            (wish("colour", ("blue", "green")), coloured("a", "red")),
            (wish(TEXT, ("handmade",)), row()),
            (wish(CATEGORY, "sofa"), row(product_type="lamp")),
            (wish(PRICE, Decimal(100), Operator.AT_MOST, Strength.PREFER), priced("a", 101)),
        ],
        ids=["brand", "colour", "one of two colours", "word", "kind", "only preferred"],
    )
    def test_every_other_wish_moves_the_order_and_takes_nothing_off(self, said: Constraint, product: Product) -> None:
        lacking = fit(product, said, lexical=0.6)
        assert not lacking.off
        assert lacking.total < 0.6

    def test_what_the_row_does_not_say_is_not_broken(self) -> None:
        assert not fit(row(), AT_MOST_100, NOT_RED).off

    def test_whoever_types_a_products_number_wants_that_product(self) -> None:
        assert not fit(priced("a", 101), AT_MOST_100, code=1.0).off

    def test_which_wishes_are_firm(self) -> None:
        assert is_firm(wish(FITS, "galaxy s21"))
        assert not is_firm(wish(BRAND, "Acme"))
        assert is_firm(wish(BRAND, "Acme", Operator.IS_NOT))
        assert not is_firm(wish(BRAND, "Acme", Operator.IS_NOT, Strength.PREFER))


class TestOutcomes:
    def test_unknown_stays_behind_met_and_before_broken(self) -> None:
        totals = [fit(one, AT_MOST_100, lexical=0.5).total for one in (priced("a", 99), row(), priced("a", 101))]
        assert totals == sorted(totals, reverse=True)
        assert len(set(totals)) == 3

    def test_of_a_colour_too(self) -> None:
        red = wish("colour", "red")
        totals = [fit(one, red).total for one in (coloured("a", "red"), row(), coloured("a", "blue"))]
        assert totals == [0.0, STANDARD.points("value", Outcome.UNKNOWN), STANDARD.points("value", Outcome.BROKEN)]

    def test_nearly_is_worth_more_than_not_said(self) -> None:
        screen = wish("screen", Decimal(15))
        totals = [
            fit(row(attributes=(Attribute(name="screen", value=Decimal(inches)),)), screen).total
            for inches in (15, 16, 30)
        ]
        assert totals[0] == 0
        assert 0 > totals[1] > fit(row(), screen).total > totals[2]

    def test_a_preference_that_is_met_is_worth_more_than_silence(self) -> None:
        blue = wish("colour", "blue", strength=Strength.PREFER)
        assert fit(coloured("a", "blue"), blue).total > fit(row(), blue).total > fit(coloured("a", "red"), blue).total

    def test_a_refused_thing_that_the_row_says_it_is_free_of_comes_before_silence(self) -> None:
        no_sugar = wish(TEXT, ("sugar",), Operator.IS_NOT)
        free, silent, sweet = row(title="tea, sugar-free"), row(title="tea"), row(title="tea with sugar")
        assert [fit(one, no_sugar).outcomes[0] for one in (free, silent, sweet)] == [
            Outcome.MET, Outcome.UNKNOWN, Outcome.BROKEN,
        ]  # fmt: skip
        assert fit(free, no_sugar).total > fit(silent, no_sugar).total
        assert fit(sweet, no_sugar).off

    def test_of_a_long_query_one_wish_is_one_piece_among_many(self) -> None:
        short = fit(row(), AT_MOST_100, information=STANDARD.worth)
        long = fit(row(), AT_MOST_100, information=5 * STANDARD.worth)
        assert long.total == pytest.approx(short.total / 5)

    def test_of_a_query_that_says_almost_nothing_a_wish_is_no_more_than_everything(self) -> None:
        assert fit(row(), AT_MOST_100, information=0.0).total == fit(row(), AT_MOST_100).total

    @pytest.mark.parametrize(
        ("said", "name"),
        [
            (AT_MOST_100, "firm"),
            (wish("colour", "red"), "value"),
            (wish(TEXT, ("soft",)), "word"),
            (wish(TEXT, ("soft",), strength=Strength.PREFER), "open"),
        ],
    )
    def test_which_scale_a_wish_is_weighed_on(self, said: Constraint, name: str) -> None:
        assert scale(said) == name


def test_searchers_are_weighed_and_every_part_is_told() -> None:
    one = fit(row(), AT_MOST_100, lexical=0.5, lsa=0.4, stranger=0.2)
    assert one.parts == {
        "lexical": 0.5,
        "lsa": pytest.approx(0.4 * STANDARD.of("lsa")),
        "stranger": pytest.approx(0.2 * STANDARD.other_encoder),
        "wishes": STANDARD.points("firm", Outcome.UNKNOWN),
    }
    assert one.total == pytest.approx(sum(one.parts.values()))


def test_relevance_is_what_the_searchers_say() -> None:
    scores = (Score(source="lexical", value=0.5), Score(source="use", value=0.2))
    assert relevance(Candidate(product_id="a", scores=scores)) == pytest.approx(0.5 + 0.2 * STANDARD.of("use"))
