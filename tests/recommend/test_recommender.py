"""The recommender at work: rails, what is said for their products, and a voice in the order."""

import functools
from datetime import UTC, datetime

import numpy as np
import pytest

from daogou.catalog.products.candidate import ExplanationKind, Pick, Place
from daogou.catalog.products.event import Event, EventName
from daogou.index.memory import MemoryEvents
from daogou.recommend.artifact import LIFT, Knowledge, Learned
from daogou.recommend.learn.recommender import learn_recommender
from daogou.recommend.recommender import Recommender, Shopper, diverse
from tests.planted_shop import N_ITEMS, TABLE, bought, item_data, planted_events, planted_traces

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@functools.cache
def learned() -> Learned:
    return learn_recommender(planted_traces(), item_data()).learned


def knowledge(*, gone: tuple[int, ...] = ()) -> Knowledge:
    known = item_data()
    assert known.traits is not None
    return Knowledge(
        table=TABLE,
        mixture=learned().mixture,
        counts=learned().counts,
        sellable=np.array([row not in gone for row in range(N_ITEMS)]),
        kinds=known.traits.codes["brand"],
        brands=known.traits.codes["brand"],
        version=1,
    )


def shopper(*events: Event, gone: tuple[int, ...] = (), **who: str) -> Shopper:
    recommender = Recommender(lambda: knowledge(gone=gone), events=MemoryEvents(events), clock=lambda: NOON)
    return recommender.shopper(**(who or {"user_id": "ann"}))


def ids(picks: list[Pick]) -> list[str]:
    return [pick.product_id for pick in picks]


def told(picks: list[Pick], product_id: str) -> dict[ExplanationKind, tuple[int, str]]:
    [pick] = [pick for pick in picks if pick.product_id == product_id]
    return {explanation.kind: (explanation.count, explanation.product_id) for explanation in pick.explanations}


FIRST = bought("ann", 1, 0)


def test_the_home_rail_shows_what_comes_next() -> None:
    assert ids(shopper(FIRST).carousel(Place.HOME, limit=2, diversity=0.0))[0] == "p1"


def test_a_click_moves_the_next_rail() -> None:
    click = bought("ann", 2, 5, name=EventName.VIEW_ITEM)
    before, after = shopper(FIRST).lifts(["p6"]), shopper(FIRST, click).lifts(["p6"])
    assert after["p6"] > before["p6"] + 0.5


def test_what_is_out_of_stock_or_already_in_the_cart_is_not_offered() -> None:
    carousel = shopper(FIRST, gone=(3,)).carousel(Place.CART, about=["p2", "unknown"], limit=N_ITEMS)
    assert not {"p2", "p3"} & set(ids(carousel))


def test_what_goes_together_is_what_was_bought_together_and_says_by_how_many() -> None:
    [first, *_] = carousel = shopper().carousel(Place.TOGETHER, about=["p2"], diversity=0.0)
    baskets = {event.user_id for event in planted_events() if {"p2", "p3"} <= {item.item_id for item in event.items}}
    assert first.product_id == "p3"
    assert told(carousel, "p3")[ExplanationKind.BOUGHT_TOGETHER] == (len(baskets), "p2")


def test_what_is_similar_reads_alike() -> None:
    [first, *_] = carousel = shopper().carousel(Place.SIMILAR, about=["p1"], diversity=0.0)
    assert first.product_id == "p10"
    assert ExplanationKind.ALIKE in told(carousel, "p10")


def test_the_last_purchase_and_the_open_cart_are_known_from_the_events() -> None:
    cart = bought("ann", 2, 4, name=EventName.ADD_TO_CART)
    assert shopper(FIRST).last(Place.AFTER_PURCHASE) == ["p0"]
    assert shopper(FIRST, cart).last(Place.CART) == ["p4"]
    assert shopper(FIRST, cart, bought("ann", 2.001, 4)).last(Place.CART) == []
    assert shopper().last(Place.CART) == []


def test_what_was_bought_before_is_said_with_how_often() -> None:
    events = [bought("ann", day, 4) for day in (1, 2, 3)]
    carousel = shopper(*events).carousel(Place.HOME, limit=N_ITEMS, diversity=0.0)
    assert told(carousel, "p4")[ExplanationKind.BOUGHT_BEFORE] == (3, "")
    assert told(carousel, "p1")[ExplanationKind.OWN_BRAND] == (3, "")


def test_nothing_is_said_that_did_not_happen() -> None:
    """Every count again from the events, the long way round."""
    log = planted_events()
    carousel = shopper(FIRST, bought("ann", 2, 1)).carousel(Place.HOME, limit=N_ITEMS)
    buyers: dict[str, set[str]] = {}
    for event in log:
        for item in event.items:
            buyers.setdefault(item.item_id, set()).add(event.user_id)
    checked = 0
    for pick in carousel:
        for explanation in pick.explanations:
            if explanation.kind is ExplanationKind.BOUGHT_BY:
                assert explanation.count == len(buyers[pick.product_id])
            elif explanation.kind is ExplanationKind.SAME_SHOPPERS:
                assert explanation.count == len(buyers[pick.product_id] & buyers[explanation.product_id])
            else:
                continue
            checked += 1
    assert checked > 3


def test_every_score_that_moved_a_product_is_told_and_they_add_up() -> None:
    for pick in shopper(FIRST).carousel(Place.HOME, limit=4):
        *shares, total = pick.scores
        assert total.source == "total"
        assert sum(voice.value for voice in shares) == pytest.approx(total.value, rel=0.05)


def test_a_stranger_is_lifted_nowhere_and_a_shopper_within_limits() -> None:
    assert shopper().lifts(list(TABLE.ids)) == {}
    lifts = shopper(FIRST).lifts([*TABLE.ids, "unknown"])
    assert lifts.keys() == set(TABLE.ids)
    assert max(map(abs, lifts.values())) <= LIFT
    assert lifts["p1"] > 1 > lifts["p8"]


def test_what_a_shopper_said_counts_before_anything_was_clicked() -> None:
    recommender = Recommender(knowledge, events=MemoryEvents(), clock=lambda: NOON)
    assert recommender.shopper(session_id="s", said=["p5", "unknown"]).lifts(["p6"])["p6"] > 1
    assert recommender.shopper(session_id="s").lifts(["p6"]) == {}


def test_log_shares_are_a_distribution_over_the_shop() -> None:
    shares = shopper(FIRST).log_shares(list(TABLE.ids))
    assert np.exp(list(shares.values())).sum() == pytest.approx(1, abs=1e-3)
    assert shopper(FIRST).log_shares(["new"])["new"] < min(shares.values()) + 1e-6


def test_a_session_without_a_name_is_remembered() -> None:
    click = Event(event_id="c", name=EventName.VIEW_ITEM, timestamp=NOON, session_id="s", items=FIRST.items)
    assert shopper(click, session_id="s").history.sequence.tolist() == [0]


def test_fifty_thousand_events_are_cut_to_the_newest() -> None:
    events = [bought("ann", number / 1000, number % N_ITEMS) for number in range(50_000)]
    history = shopper(*events).history
    assert 0 < len(history.sequence) <= 300
    assert shopper(*events).carousel(Place.HOME)


@pytest.mark.parametrize("place", Place)
def test_every_place_has_something_for_everybody(place: Place) -> None:
    for one in (shopper(), shopper(FIRST), shopper(bought("ann", 1, 11))):
        picks = one.carousel(place, about=["p7"], limit=5)
        assert len(picks) == len(set(ids(picks))) > 0
        assert "p7" not in ids(picks) or place is Place.HOME


def test_only_those_asked_for_are_among_the_picks() -> None:
    assert set(ids(shopper(FIRST).carousel(Place.HOME, among=["p8", "p9"]))) == {"p8", "p9"}


class TestTheDial:
    ROWS = np.array([0, 1, 2, 5], dtype=np.int32)
    SCORES = np.array([0.9, 0.8, 0.7, 0.1], dtype=np.float32)
    KINDS = np.array([0, 0, 0, 0, 0, 1], dtype=np.int32)

    def _chosen(self, dial: float) -> list[int]:
        return diverse(self.ROWS, self.SCORES, self.KINDS, self.KINDS, dial=dial, limit=3)

    def test_at_nothing_the_likeliest_come_first(self) -> None:
        assert self._chosen(0.0) == [0, 1, 2]

    def test_turned_up_another_kind_comes_in(self) -> None:
        assert self._chosen(0.6) == [0, 5, 1]

    def test_rows_that_say_nothing_are_not_alike(self) -> None:
        unknown = np.full(6, -1, dtype=np.int32)
        assert diverse(self.ROWS, self.SCORES, unknown, unknown, dial=0.6, limit=3) == [0, 1, 2]
