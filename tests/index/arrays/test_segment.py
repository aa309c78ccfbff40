"""The index answers as the twin in memory does, to the last row."""

import string
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daogou.catalog.matching.matching import OWN
from daogou.catalog.products.need import Constraint, Operator
from daogou.catalog.products.product import Attribute, Availability, Money, Offer, Product, Rating
from daogou.errors import BackendError
from daogou.index.arrays.segment import Segment, SegmentsIndex, write_segment
from daogou.ports import SearchIndex
from tests.contracts.index import VOCABULARY, ColourEncoder, SearchIndexContract, ids, must
from tests.contracts.products import BAG, LAPTOP, MOUSE, NOW, SHOP, product
from tests.memory import MemoryIndex


def segment(products: Sequence[Product], means: Mapping[str, float] | None = None) -> Segment:
    with tempfile.TemporaryDirectory() as folder:
        write_segment(Path(folder), sorted(products, key=lambda product: product.id), [ColourEncoder()])
        return Segment(Path(folder), means=means)


class TestOneSegment(SearchIndexContract):
    def index(self, products: Sequence[Product], clock: Callable[[], datetime] = lambda: NOW) -> SearchIndex:
        return SegmentsIndex([segment(products)], vocabulary=VOCABULARY, clock=clock)


class TestTwoSegments(SearchIndexContract):
    """The odd products in one segment, the even ones over it, with an older form of one of them below."""

    def index(self, products: Sequence[Product], clock: Callable[[], datetime] = lambda: NOW) -> SearchIndex:
        over = list(products[::2])
        below = [*products[1::2], *(product(older.id, "An older zebra", "1") for older in over[:1])]
        base = segment(below).without({newer.id for newer in over})
        return SegmentsIndex([base, segment(over, base.fields.means)], vocabulary=VOCABULARY, clock=clock)


NAMES = st.sampled_from([*OWN, "colour", "size"])
WORDS = st.sampled_from(
    [
        "black",
        "Black",
        " RED ",
        "dark red",
        "16",
        "16.0",
        "True",
        "",
        "in_stock",
        "new",
        "面霜",
        "保湿面霜",
        "c++",
        "é",
        "ﬀ",
    ]
)
NUMBERS = st.one_of(
    st.sampled_from([Decimal(text) for text in ("0", "16", "16.0", "16.1", "-16", "0.1", "1E+400", "1E-400")]),
    st.decimals(allow_nan=False, allow_infinity=False, places=20, min_value=-20, max_value=20),
    st.integers(min_value=10, max_value=20).map(Decimal),
)
VALUES = st.one_of(WORDS, NUMBERS, st.booleans())
MOMENTS = st.sampled_from([NOW + timedelta(microseconds=shift) for shift in (-1, 0, 1)])
TEXTS = st.text(alphabet="ab1 -+.é面霜保湿" + string.ascii_uppercase[:2] + "\x00\ud800ß\u3000", max_size=12)


@st.composite
def offers(draw: st.DrawFn) -> Offer:
    sale = draw(st.none() | NUMBERS)
    return Offer(
        price=Money(amount=draw(NUMBERS), currency="EUR"),
        sale_price=None if sale is None else Money(amount=sale, currency="EUR"),
        price_valid_from=draw(st.none() | MOMENTS),
        price_valid_until=draw(st.none() | MOMENTS),
        availability=draw(st.none() | st.sampled_from(list(Availability))),
        condition=draw(st.sampled_from(["new", "used", ""])),
    )


@st.composite
def shops(draw: st.DrawFn) -> list[Product]:
    return [
        Product(
            id=str(number),
            title=draw(TEXTS),
            description=draw(TEXTS),
            brand=draw(WORDS),
            product_type=draw(WORDS),
            offers=tuple(draw(st.lists(offers(), max_size=2))),
            attributes=tuple(draw(st.lists(st.builds(Attribute, name=NAMES, value=VALUES), max_size=4))),
            rating=draw(st.none() | st.builds(Rating, value=NUMBERS)),
        )
        for number in range(draw(st.integers(min_value=0, max_value=4)))
    ]


CONSTRAINTS = st.one_of(
    st.builds(
        Constraint,
        attribute=NAMES,
        operator=st.sampled_from(list(Operator)),
        value=VALUES | st.lists(WORDS, max_size=3).map(tuple),
    ),
    st.builds(
        Constraint,
        attribute=st.just("text"),
        operator=st.sampled_from(list(Operator)),
        value=TEXTS | VALUES | st.lists(TEXTS, max_size=2).map(tuple),
    ),
)


@settings(max_examples=150, deadline=None)
@given(shop=shops(), musts=st.lists(CONSTRAINTS, min_size=1, max_size=6), at=MOMENTS)
def test_it_never_differs_from_matching(shop: list[Product], musts: list[Constraint], at: datetime) -> None:
    index = SegmentsIndex([segment(shop)], vocabulary=VOCABULARY, clock=lambda: at)
    twin = MemoryIndex(shop, clock=lambda: at)
    for one in musts:
        assert (one, index.matching([one])) == (one, twin.matching([one]))
    assert index.matching(musts) == twin.matching(musts)
    assert index.count(musts) == twin.count(musts)


@settings(max_examples=50, deadline=None)
@given(shop=shops(), words=st.lists(st.sampled_from(["a", "b", "1", "ab", "面霜", "保湿", "16", "red"]), max_size=4))
def test_its_scores_are_those_of_the_twin(shop: list[Product], words: list[str]) -> None:
    index = SegmentsIndex([segment(shop)], vocabulary=VOCABULARY)
    found, expected = index.lexical(words), MemoryIndex(shop).lexical(words)
    assert {hit.product_id: hit.score for hit in found} == pytest.approx(
        {hit.product_id: hit.score for hit in expected}, rel=1e-5
    )


def test_a_word_is_sought_on_after_a_place_where_it_does_not_end() -> None:
    shop = [product("1", "usb-cable, usb-c"), product("2", "usb-cable"), product("3", "xusb-c usbc")]
    index = SegmentsIndex([segment(shop)], vocabulary=VOCABULARY)
    assert index.matching([must("text", Operator.IS, "usb-c")]) == ["1"]


def test_a_vector_of_another_encoder_is_refused() -> None:
    index = SegmentsIndex([segment(SHOP)], vocabulary=VOCABULARY)
    with pytest.raises(BackendError, match=r"the index has the encoders {'colour': 3}, not 'minilm' with shape \(3,\)"):
        index.dense("minilm", np.ones(3, dtype=np.float32))
    with pytest.raises(BackendError, match=r"not 'colour' with shape \(2,\)"):
        index.dense("colour", np.ones(2, dtype=np.float32))


def test_many_threads_get_the_same_answers() -> None:
    index = SegmentsIndex([segment([LAPTOP, BAG]), segment([MOUSE])], vocabulary=VOCABULARY, clock=lambda: NOW)
    answers: list[tuple[list[str], int]] = []

    def ask() -> None:
        for limit in range(100):
            price = must("price", Operator.AT_MOST, 30 + limit)
            answers.append((ids(index.lexical(["hp"], musts=[price])), index.count([price])))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [set(found) for found, _ in answers] == [{"bag", "mouse"}] * 400
    assert {count for _, count in answers} == {2}
