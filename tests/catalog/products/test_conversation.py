from decimal import Decimal

import pytest

from daogou.catalog.products.conversation import Withdrawal, withdraw
from daogou.catalog.products.need import Act, Constraint, Notice, Operator, ShopperNeed, Sort

CHEAP = Constraint(attribute="price", operator=Operator.AT_MOST, value=Decimal("799.90"), unit="EUR")
DEAR = Constraint(attribute="price", operator=Operator.AT_LEAST, value=Decimal(200), unit="EUR")
BRANDS = Constraint(attribute="brand", operator=Operator.IS, value=("HP", "Dell"))
TOUCH = Constraint(attribute="touchscreen", operator=Operator.IS, value=True)
NOT_BAGS = Constraint(attribute="category", operator=Operator.IS_NOT, value="laptop bag")
NEED = ShopperNeed(
    query="laptop",
    act=Act.ASK,
    about="weight",
    category=("laptop",),
    constraints=(CHEAP, DEAR, BRANDS, TOUCH, NOT_BAGS),
    sort=Sort(attribute="weight"),
    purpose="travel",
    recipient="my mother",
    like=("a",),
    unlike=("b",),
    refers_to=("a",),
    unsold=("unicorn",),
    notices=(Notice(code="relaxed"),),
)


@pytest.mark.parametrize(
    ("withdrawal", "left"),
    [
        (Withdrawal(attribute="price"), (BRANDS, TOUCH, NOT_BAGS)),
        (Withdrawal(attribute="price", operator=Operator.AT_MOST), (DEAR, BRANDS, TOUCH, NOT_BAGS)),
        (
            Withdrawal(attribute="price", operator=Operator.AT_MOST, value=Decimal("799.9")),
            (DEAR, BRANDS, TOUCH, NOT_BAGS),
        ),
        (Withdrawal(attribute="price", operator=Operator.AT_MOST, value=Decimal(1)), NEED.constraints),
        (Withdrawal(attribute="brand", value=("dell", "hp")), (CHEAP, DEAR, TOUCH, NOT_BAGS)),
        (Withdrawal(attribute="brand", value="HP"), NEED.constraints),
        (Withdrawal(attribute="touchscreen", value=True), (CHEAP, DEAR, BRANDS, NOT_BAGS)),
        (Withdrawal(attribute="category", operator=Operator.IS_NOT), (CHEAP, DEAR, BRANDS, TOUCH)),
        (Withdrawal(attribute="colour"), NEED.constraints),
    ],
)
def test_exactly_that_wish_goes(withdrawal, left):
    assert withdraw(NEED, [withdrawal]).constraints == left


@pytest.mark.parametrize(
    ("name", "empty"),
    [("sort", None), ("purpose", ""), ("recipient", ""), ("query", ""), ("like", ()), ("unlike", ()), ("category", ())],
)
def test_what_is_no_constraint_goes_by_its_name(name, empty):
    assert getattr(withdraw(NEED, [Withdrawal(attribute=name)]), name) == empty


def test_with_the_kind_go_the_words_for_it():
    left = withdraw(NEED, [Withdrawal(attribute="category")])
    assert (left.category, left.query, left.purpose) == ((), "", "travel")


def test_with_nothing_left_the_talk_starts_afresh():
    need = ShopperNeed(query="laptop", category=("laptop",), constraints=(CHEAP,), unlike=("b",))
    assert withdraw(need, [Withdrawal(attribute="price")]).act is Act.REFINE
    assert withdraw(need, [Withdrawal(attribute="price"), Withdrawal(attribute="category")]).act is Act.RESET


def test_a_bar_on_a_kind_that_is_lifted_leaves_the_kind_that_was_asked_for():
    assert withdraw(NEED, [Withdrawal(attribute="category", operator=Operator.IS_NOT)]).category == ("laptop",)


def test_several_go_at_once_and_the_need_starts_afresh_from_what_is_left():
    left = withdraw(NEED, [Withdrawal(attribute="price"), Withdrawal(attribute="brand"), Withdrawal(attribute="sort")])
    assert left == ShopperNeed(
        query="laptop",
        act=Act.REFINE,
        category=("laptop",),
        constraints=(TOUCH, NOT_BAGS),
        purpose="travel",
        recipient="my mother",
        like=("a",),
        unlike=("b",),
    )
