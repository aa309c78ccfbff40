"""For any need and any rows: an answer comes, every shown product passes, and everything said is borne out."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daogou.catalog.matching.matching import Outcome, outcome, passes
from daogou.catalog.products.need import Act, Constraint, Notice, Operator, ShopperNeed, Sort, Strength
from daogou.catalog.products.product import Attribute, Availability, Money, Offer, Product, Rating
from daogou_evals.truth.answers import Truth
from tests.reply_shop import AT, reply, session

NAMES = st.sampled_from(["memory", "weight", "colour", "bluetooth", "connector 1", "volume", "颜色"])
WORDS = st.text(alphabet="ab 12补水<>&“”\"'.,/-x", min_size=1, max_size=12).filter(lambda text: text.strip() != "")
NUMBERS = st.decimals(min_value=0, max_value=100_000, places=3)
VALUES = st.one_of(NUMBERS, st.booleans(), WORDS)
UNITS = st.sampled_from([None, "GB", "g", "ml", "in", "pcs"])
TYPES = st.sampled_from(["laptop", "toner", ""])
PRICES = st.decimals(min_value=0, max_value=100_000, places=2)


@st.composite
def products(draw: st.DrawFn, key: str) -> Product:
    price = draw(st.none() | PRICES)
    state = draw(st.none() | st.sampled_from(list(Availability)))
    offers = () if price is None else (Offer(price=Money(amount=price, currency="EUR"), availability=state),)
    attributes = draw(st.lists(st.builds(Attribute, name=NAMES, value=VALUES, unit=UNITS), max_size=4))
    numbered = [replace(a, unit=a.unit if isinstance(a.value, Decimal) else None) for a in attributes]
    return Product(
        id=key,
        title=draw(WORDS),
        brand=draw(st.just("") | WORDS),
        product_type=draw(TYPES),
        description=draw(st.just("") | WORDS),
        attributes=tuple(numbered),
        rating=draw(st.none() | st.builds(Rating, value=st.decimals(0, 5, places=1), count=st.integers(0, 9))),
        offers=offers,
    )


@st.composite
def constraints(draw: st.DrawFn) -> Constraint:
    name = draw(st.one_of(NAMES, st.sampled_from(["price", "brand", "text", "rating", "availability"])))
    value = draw(st.one_of(VALUES, st.tuples(WORDS, WORDS)))
    unit = draw(st.sampled_from([None, "EUR", "USD"]) if name == "price" else UNITS)
    return Constraint(
        attribute=name,
        operator=draw(st.sampled_from(list(Operator))),
        value=value,
        unit=unit if isinstance(value, Decimal) else None,
        strength=draw(st.sampled_from(list(Strength))),
        said=draw(st.just("") | WORDS),
    )


NEEDS = st.builds(
    ShopperNeed,
    query=st.just("") | WORDS,
    language=st.sampled_from(["en", "zh"]),
    act=st.sampled_from(list(Act)),
    category=st.sampled_from([(), ("laptop",), ("laptop", "toner")]),
    constraints=st.lists(constraints(), max_size=3).map(tuple),
    sort=st.none() | st.builds(Sort, attribute=st.just("price") | NAMES, descending=st.booleans()),
    purpose=st.just("") | WORDS,
    refers_to=st.lists(st.sampled_from(["0", "1", "9"]), max_size=3).map(tuple),
    about=st.just("") | NAMES | WORDS | st.sampled_from(["price", "availability", "title", "description"]),
    unknown=st.lists(NAMES | st.just("price"), max_size=3).map(tuple),
    unsold=st.lists(WORDS, max_size=1).map(tuple),
    notices=st.lists(
        st.builds(Notice, code=st.just("corrected"), params=st.dictionaries(st.just("said"), WORDS)), max_size=1
    ).map(tuple),
)


@st.composite
def contexts(draw: st.DrawFn) -> tuple[ShopperNeed, list[Product], tuple[Constraint, ...]]:
    rows = [draw(products(str(key))) for key in range(draw(st.integers(0, 3)))]
    need = draw(NEEDS)
    musts = [must for must in need.musts if draw(st.booleans())]
    return need, rows, tuple(musts)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(contexts(), st.integers(0, 40))
def test_any_need_gets_an_answer_that_keeps_its_musts(
    context: tuple[ShopperNeed, list[Product], tuple[Constraint, ...]], more: int
) -> None:
    need, rows, given_up = context
    answer = reply(need, rows, total=len(rows) + more, given_up=given_up, known=(), before=session("0", "1"))
    kept = [must for must in need.musts if must not in given_up]

    assert answer.text.strip()
    assert len(answer.notice_texts) == len(need.notices)
    if need.act in (Act.FIND, Act.REFINE, Act.MORE):
        shown = [recommendation.product for recommendation in answer.recommendations]
        assert all(outcome(product, must, AT) is not Outcome.BROKEN for product in shown for must in kept)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(contexts())
def test_whatever_is_said_is_borne_out(context: tuple[ShopperNeed, list[Product], tuple[Constraint, ...]]) -> None:
    need, rows, given_up = context
    category = not need.category or all(row.product_type in need.category for row in rows)
    fitting = [row for row in rows if all(passes(row, must, AT) for must in need.musts)] if category else []
    answer = reply(need, fitting, known=(), given_up=() if fitting else given_up)

    assert Truth(products={row.id: row for row in rows}).exceptions(answer, need, at=AT) == []
