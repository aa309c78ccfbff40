"""Of several readings of a message the one that was meant: a model's voice enters in one place, and the catalogue has the last word."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from daogou.ask.meant import Meant
from daogou.language.lsa import Lsa
from daogou.language.scripted import Scripted
from daogou.reply.choose_budget import Slots
from daogou.shop.conversation import Session
from daogou.shop.need import MEASURE, PRICE, Alternative, Constraint, Operator, ShopperNeed
from daogou.shop.product import Money, Offer, Product
from tests.memory_guide import memory_guide

AT = datetime(2026, 11, 23, tzinfo=UTC)
CUPS = Constraint(attribute=MEASURE, operator=Operator.AT_LEAST, value=Decimal(10), unit="cups")
DEAR = Constraint(attribute=PRICE, operator=Operator.AT_LEAST, value=Decimal(10))
NEED = ShopperNeed(
    query="coffee maker",
    typed="coffee maker, at least 10 cups",
    constraints=(CUPS,),
    alternatives=(Alternative(prior=0.2, instead_of=(CUPS,), constraints=(DEAR,)),),
)
READ = {"en": ("coffee maker, at least 10 cups\nSearch query:", "coffee maker, price at least 10\nSearch query:")}


def by(cups: float, dear: float) -> Meant:
    """A model that finds the message so likely after each reading."""
    likely = dict(zip(READ["en"], (cups, dear), strict=True))

    def said(prompt: str, text: str) -> float:
        assert text == " coffee maker, at least 10 cups"
        return likely[prompt]

    return Meant(Scripted(likelihoods=said), attempt=Slots().attempt, budget_s=5.0)


def test_the_likelier_reading_is_tried_first_and_the_other_one_stays_at_hand() -> None:
    read = by(cups=-9.0, dear=-5.0).read(NEED)
    assert read.constraints == (DEAR,)
    assert read.alternatives == (Alternative(prior=0.2, instead_of=(DEAR,), constraints=(CUPS,)),)


def test_a_prior_outweighs_a_nat() -> None:
    assert by(cups=-5.0, dear=-4.0).read(NEED) is NEED  # log(.8) - 5 > log(.2) - 4
    assert by(cups=-5.0, dear=-3.5).read(NEED).constraints == (DEAR,)


def test_where_there_is_one_reading_or_the_model_fails_nothing_is_asked_or_changed() -> None:
    def fails(prompt: str, text: str) -> float:
        raise AssertionError

    dead = Meant(Scripted(likelihoods=fails), attempt=Slots().attempt, budget_s=1.0)
    alone = replace(NEED, alternatives=())
    assert dead.read(alone) is alone
    mute = Meant(Scripted(texts=("hello",)), attempt=Slots().attempt, budget_s=1.0)
    assert mute.read(NEED) is NEED


def product(key: str, title: str, price: str) -> Product:
    money = Money(amount=Decimal(price), currency="EUR")
    return Product(id=key, title=title, product_type="coffee machine", offers=(Offer(price=money),))


def test_the_guide_asks_the_model_and_the_catalogue_has_the_last_word() -> None:
    makers = [product("big", "Coffee maker, 12 cups", "9"), product("small", "Coffee maker, 4 cups", "8")]
    guide = memory_guide(makers, Lsa.learn([one.title for one in makers], dimensions=2), at=AT)
    meant = Meant(
        Scripted(likelihoods=lambda prompt, text: -1.0 if "price" in prompt else -9.0), attempt=Slots().attempt
    )
    guide = replace(guide, understanding=replace(guide.understanding, meant=meant))
    message = "coffee maker with at least 10 cups"
    assert [one.attribute for one in guide.understand(message, Session(session_id="")).constraints] == [PRICE]
    answered = guide.answer(message)  # nothing here costs 10 or more
    assert [one.product.id for one in answered.response.recommendations] == ["big"]
    assert [one.attribute for one in answered.turn.need.constraints] == [MEASURE]
