"""The ranker: what it learns from judgements and clicks, and that it counts only where it helps."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from daogou.assembly.learning_ranker import learn_shop_ranker
from daogou.assembly.loading import load_shop
from daogou.assembly.opening import open_shop
from daogou.assembly.ranking import RANKER
from daogou.errors import ShopError
from daogou.learn.ranking import Judged, cross_validated, fit
from daogou.learn.turns import shown_turns
from daogou.rank.lambdamart import MODEL, LambdaMart
from daogou.rank.order import order
from daogou.rank.ranker import FEATURES, features
from daogou.shop.candidate import Candidate, Retrieval, Score
from daogou.shop.event import Event, EventItem, EventName
from daogou.shop.need import ShopperNeed, Sort
from daogou.store.versions import Versions
from tests.contracts.products import BAG, LAPTOP, MOUSE

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
RATING, BLEND = FEATURES.index("rating"), FEATURES.index("blend")


def judged(seed: int, *, clicks: bool = False) -> Judged:
    """Ten candidates; people want those with a high rating, of which the blend knows nothing. Clicks also follow the place."""
    dice = np.random.default_rng(seed)
    rows = np.full((10, len(FEATURES)), np.nan, dtype=np.float32)
    rows[:, RATING] = dice.uniform(-1, 1, 10)
    rows[:, BLEND] = np.sort(dice.uniform(0, 1, 10))[::-1]
    wanted = rows[:, RATING] > 0
    if not clicks:
        return Judged(features=rows, grades=(3 * wanted).astype(np.int32))
    seen = dice.uniform(size=10) < 1 / np.arange(1, 11)
    return Judged(features=rows, grades=(wanted & seen).astype(np.int32), positions=np.arange(10, dtype=np.int32))


class TestLearning:
    def test_what_people_want_and_the_blend_misses_is_learnt(self) -> None:
        report = cross_validated([judged(seed) for seed in range(150)])
        assert report.corrected > report.blend + 0.1
        assert report.gain.helps

    def test_where_the_blend_is_right_nothing_is_claimed(self) -> None:
        right = []
        for seed in range(60):
            one = judged(seed)
            one.features[:, BLEND] = one.grades * 5
            right.append(one)
        assert not cross_validated(right).gain.helps

    def test_the_place_of_a_click_is_taken_out(self) -> None:
        """Clicks fall off with the place; corrected, a product that is wanted counts as much at the bottom as at the top."""
        shown = [judged(seed, clicks=True) for seed in range(400)]
        shown = [one for one in shown if one.grades.any()]
        naive = [Judged(features=one.features, grades=one.grades) for one in shown]
        rows = judged(1000).features[:2].copy()
        rows[0, RATING], rows[1, RATING] = 0.9, -0.9
        rows[:, BLEND] = (0.1, 0.9)  # what is wanted stands at the bottom
        margins = [np.subtract(*fit(some).predict(rows)) for some in (shown, naive)]
        assert margins[0] > margins[1] > 0

    def test_the_same_judgements_give_the_same_trees(self) -> None:
        some = [judged(seed) for seed in range(40)]
        rows = judged(99).features
        assert (fit(some).predict(rows) == fit(some).predict(rows)).all()


class TestTurns:
    @staticmethod
    def _event(name: EventName, *items: EventItem, minute: int = 0, query: str = "", session: str = "s") -> Event:
        return Event(
            event_id=f"{name}{minute}{session}",
            name=name,
            timestamp=NOON + timedelta(minutes=minute),
            session_id=session,
            items=items,
            search_term=query,
        )

    def _shown(self, **more: object) -> Event:
        items = [EventItem(item_id=one, index=place, item_list_id="turn") for place, one in enumerate("abc")]
        return self._event(EventName.VIEW_ITEM_LIST, *items, query="tea", **more)

    def test_a_deed_is_joined_by_the_list_that_it_names(self) -> None:
        click = self._event(
            EventName.SELECT_ITEM, EventItem(item_id="b", index=1, item_list_id="turn"), minute=5, session="other"
        )
        [turn] = shown_turns([self._shown(), click])
        assert (turn.query, turn.positions, turn.grades) == ("tea", {"a": 0, "b": 1, "c": 2}, {"b": 1})

    def test_a_purchase_is_joined_to_what_its_session_was_shown(self) -> None:
        events = [
            self._shown(),
            self._event(EventName.VIEW_ITEM, EventItem(item_id="c"), minute=3),
            self._event(EventName.PURCHASE, EventItem(item_id="c"), EventItem(item_id="x"), minute=9),
        ]
        [turn] = shown_turns(events)
        assert turn.grades == {"c": 3}

    @pytest.mark.parametrize("more", [{"minute": 60 * 24 + 1}, {"session": "other"}, {"session": ""}])
    def test_what_is_too_late_or_somebody_elses_is_not(self, more: dict[str, object]) -> None:
        assert shown_turns([self._shown(), self._event(EventName.PURCHASE, EventItem(item_id="c"), **more)]) == []


PRODUCTS = {product.id: product for product in (LAPTOP, BAG, MOUSE)}
FOUND = Retrieval(
    candidates=tuple(
        Candidate(product_id=one, scores=(Score(source="fused", value=value),))
        for one, value in (("laptop", 9.0), ("bag", 5.0), ("mouse", 1.0))
    )
)


class Reversing:
    """Turns the blend upside down."""

    name = "ranker 7"

    def corrections(self, rows: np.ndarray) -> np.ndarray:
        return -2 * rows[:, BLEND].astype(np.float64)


class TestInTheOrder:
    def _ordered(self, need: ShopperNeed) -> list[Candidate]:
        return order(FOUND, need, products=PRODUCTS, popularity={}, at=NOON, ranker=Reversing())

    def test_its_points_are_added_and_told(self) -> None:
        ranked = self._ordered(ShopperNeed(query="x"))
        assert [one.product_id for one in ranked] == ["mouse", "bag", "laptop"]
        for one in ranked:
            parts = [score.value for score in one.scores if score.source != "total"]
            assert one.score("ranker") is not None
            assert one.score("total") == pytest.approx(sum(parts))

    def test_an_order_that_was_asked_for_is_never_touched(self) -> None:
        ranked = self._ordered(ShopperNeed(query="x", sort=Sort(attribute="price", descending=True)))
        prices = [PRODUCTS[one.product_id].price_at(NOON).amount for one in ranked]
        assert prices == sorted(prices, reverse=True)
        assert all(one.score("ranker") is None for one in ranked)

    def test_a_feature_that_nobody_knows_is_not_a_number(self) -> None:
        candidates = list(FOUND.candidates)
        rows = features(
            candidates,
            {one.product_id: {} for one in candidates},
            dict.fromkeys(PRODUCTS, 1.5),
            PRODUCTS,
            NOON,
        )
        assert rows.shape == (3, len(FEATURES))
        assert np.isnan(rows[:, FEATURES.index("behaviour")]).all()
        assert (rows[:, BLEND] == 1.5).all()


class TestInAShop:
    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Teas of which people judge the cheap ones best."""
        monkeypatch.setenv("DAOGOU_ENCODERS", "lsa")
        words = [f"tea{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(60)]
        rows = [f"{word}-{price},{word} leaf,{Decimal(price)} EUR" for word in words for price in (5, 50, 500)]
        (tmp_path / "feed.csv").write_text("\n".join(["id,title,price", *rows]), encoding="utf-8")
        load_shop(tmp_path / "feed.csv", folder=tmp_path / "shop")
        lines = [f"{word},{word}-{price},{rating}" for word in words for price, rating in ((5, 3), (50, 1), (500, 0))]
        (tmp_path / "judged.csv").write_text("\n".join(["query,docid,rating", *lines]), encoding="utf-8")
        return tmp_path

    def test_judgements_become_a_ranker_that_a_running_shop_picks_up_and_gives_back(self, folder: Path) -> None:
        with open_shop(folder / "shop") as shop:
            before = shop.guide.answer("teaab").response
            learned = learn_shop_ranker(folder / "shop", judgements=folder / "judged.csv", anyway=True)
            after = shop.guide.answer("teaab").response
            assert (before.ranked_by, after.ranked_by) == ("classical", "classical, ranker 1")
            assert after.recommendations[0].product.id == "teaab-5"
            assert learned.card is not None
            assert "price" in learned.card.read_text(encoding="utf-8")
            Versions(folder / "shop" / RANKER).roll_back()
            assert shop.guide.answer("teaab").response.ranked_by == "classical"

    def test_a_damaged_ranker_leaves_the_last_one_ordering(self, folder: Path) -> None:
        with open_shop(folder / "shop") as shop:
            learn_shop_ranker(folder / "shop", judgements=folder / "judged.csv", anyway=True)
            assert shop.guide.answer("teaab").response.ranked_by == "classical, ranker 1"
            Versions(folder / "shop" / RANKER).publish(lambda part: (part / MODEL).write_text("?") and None)
            assert shop.guide.answer("teaab").response.ranked_by == "classical, ranker 1"

    def test_too_little_to_learn_from_is_said(self, folder: Path) -> None:
        with pytest.raises(ShopError, match="0 logged turns tell of an order; at least 30 are needed"):
            learn_shop_ranker(folder / "shop")

    def test_a_folder_without_a_ranker_is_told(self, folder: Path) -> None:
        with pytest.raises(ShopError, match="is damaged"):
            LambdaMart(folder, name="ranker 1")
