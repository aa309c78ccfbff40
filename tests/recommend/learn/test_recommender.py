"""From a log to a recommender: what is counted, what is held out, what is kept, and the way back."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from daogou.catalog.products.event import EventName
from daogou.db.durable import KEPT, Versions
from daogou.errors import ShopError
from daogou.recommend.artifact import load, save
from daogou.recommend.history import History
from daogou.recommend.learn.interactions import interactions_from
from daogou.recommend.learn.recommender import Outcome, learn_recommender, recommender_card
from daogou.recommend.learn.weighing import figures, mixing_weights
from daogou.recommend.mixture import Newcomers, widened
from daogou.recommend.models.tastes import traits_of
from tests.contracts.recommender import after
from tests.planted_shop import N_ITEMS, START, TABLE, bought, item_data, planted_events, planted_traces

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return learn_recommender(planted_traces(), item_data())


class TestTraces:
    def test_a_session_of_somebody_known_is_that_shoppers_from_its_first_event_on(self) -> None:
        unnamed = replace(bought("", 1, 3, name=EventName.VIEW_ITEM), session_id="s")
        named = replace(bought("ann", 1.01, 4), session_id="s")
        interactions = interactions_from([unnamed, named], TABLE)
        assert (interactions.n_visits, interactions.row.tolist(), interactions.bought.tolist()) == (
            1,
            [3, 4],
            [False, True],
        )

    def test_half_an_hour_without_an_act_ends_a_visit(self) -> None:
        minutes = (0, 29, 60)
        events = [bought("ann", minute / 1440, row) for row, minute in enumerate(minutes)]
        assert [len(visit.items) for visit in interactions_from(events, TABLE).before(1).visits] == [2]

    def test_what_was_sent_back_was_not_bought(self) -> None:
        events = [bought("ann", 1, 3, 4), bought("ann", 9, 3, name=EventName.REFUND), bought("ann", 20, 5)]
        interactions = interactions_from(events, TABLE)
        assert interactions.before(1).bought == {4}
        assert dict(zip(interactions.row.tolist(), interactions.bought.tolist(), strict=True)) == {
            3: False,
            4: True,
            5: True,
        }

    def test_products_that_the_shop_lacks_and_lists_that_we_showed_are_left_out(self) -> None:
        gone = replace(bought("ann", 1, 3), items=(replace(bought("ann", 1, 3).items[0], item_id="gone"),))
        shown = bought("ann", 2, 3, name=EventName.VIEW_ITEM_LIST)
        assert interactions_from([gone, shown], TABLE).n_visits == 0

    def test_the_order_of_the_events_changes_nothing(self) -> None:
        events = planted_events(20)
        first, second = interactions_from(events, TABLE), interactions_from(events[::-1], TABLE)
        assert (first.row == second.row).all()
        assert (first.visit == second.visit).all()


class TestLearning:
    def test_the_figures_are_of_visits_that_came_after_everything_that_was_learnt(self, outcome) -> None:
        report = outcome.report
        days = np.sort(planted_traces().day_of)
        start = (np.datetime64(report["test_from"][:19]) - np.datetime64("1970-01-01")) / np.timedelta64(1, "D")
        assert (days >= start - 1e-3).mean() == pytest.approx(0.1, abs=0.01)
        assert report["mixture"]["visits"] > 50
        assert report["mixture"]["recall@10"] > 0.95
        assert report["experts"]["any"]["ndcg@10"] < report["mixture"]["ndcg@10"]

    def test_what_is_said_of_products_is_counted_shopper_by_shopper(self, outcome) -> None:
        events, counts = planted_events(), outcome.learned.counts
        both = {event.user_id for event in events if {"p2", "p3"} <= {item.item_id for item in event.items}}
        assert counts.together[2, 3] == counts.together[3, 2] == len(both)
        assert counts.buyers[4] == len({event.user_id for event in events if event.items[0].item_id == "p4"})
        assert counts.together[0, 5] == 0
        assert abs(counts.as_of - max(event.timestamp for event in events)) < timedelta(seconds=1)

    def test_a_basket_bought_twice_by_one_shopper_counts_once(self) -> None:
        events = [bought("ann", 1, 2, 3), bought("ann", 9, 2, 3), bought("bo", 9, 3, 2)]
        counts = learn_recommender(interactions_from(events, TABLE), item_data()).learned.counts
        assert (counts.together[2, 3], counts.buyers[2]) == (2, 2)

    def test_with_few_visits_the_experts_are_believed_as_on_other_shops(self) -> None:
        report = learn_recommender(interactions_from(planted_events(10), TABLE), item_data()).report
        assert (report["weights_fitted"], report["levels"]) == (False, [])
        assert "Taken as given" in recommender_card(report)

    @pytest.mark.parametrize(
        "events",
        [
            [bought("ann", 1, 3)],
            [bought("ann", day, 3) for day in range(50)],
            [bought(f"u{number}", 1, 3) for number in range(50)],
            [bought("ann", number / 100, number % N_ITEMS) for number in range(50_000)],
        ],
        ids=["one event", "one user, one product", "all the same product", "a user with 50,000 events"],
    )
    def test_an_odd_log_is_learnt_from_all_the_same(self, events) -> None:
        learned = learn_recommender(interactions_from(events, TABLE), item_data()).learned
        for history in (History(), after((3,)), after((3,), (11,))):
            scores = learned.mixture.scores(history)
            assert scores.sum() == pytest.approx(1, abs=1e-4)
            assert (scores >= 0).all()

    def test_the_same_log_gives_the_same_recommender(self, outcome) -> None:
        again = learn_recommender(planted_traces(), item_data()).learned.mixture
        assert again.scores(after((0,))) == pytest.approx(outcome.learned.mixture.scores(after((0,))), abs=1e-5)

    def test_the_card_tells_every_expert(self, outcome) -> None:
        card = recommender_card(outcome.report)
        assert all(name in card for name in outcome.report["experts"])
        assert "visits that the experts had not seen" in card

    def test_what_is_kept_says_what_was_learnt(self, outcome, tmp_path: Path) -> None:
        save(tmp_path, outcome.learned)
        kept = load(tmp_path)
        for history in (History(), after((0,)), after((0,), (1,), (2, 3))):
            assert (kept.mixture.scores(history) == outcome.learned.mixture.scores(history)).all()
        assert kept.table.ids == TABLE.ids
        assert (kept.counts.together != outcome.learned.counts.together).nnz == 0

    def test_nothing_that_is_kept_names_a_shopper(self, outcome, tmp_path: Path) -> None:
        save(tmp_path, outcome.learned)
        assert not any(b"u0001" in path.read_bytes() for path in tmp_path.iterdir())

    @pytest.mark.parametrize("damage", ["{", '{"format": 99}', '{"format": 1}'])
    def test_a_damaged_recommender_says_what_to_do(self, outcome, tmp_path: Path, damage: str) -> None:
        save(tmp_path, outcome.learned)
        (tmp_path / "manifest.json").write_text(damage, encoding="utf-8")
        with pytest.raises(ShopError, match=r"is damaged.*learn recommender, or roll back"):
            load(tmp_path)

    def test_a_product_that_came_later_is_wanted_for_what_it_is_like(self, outcome) -> None:
        vectors = np.eye(N_ITEMS + 1, dtype=np.float32)
        vectors[-1] = 0.9 * vectors[1] + 0.436 * vectors[-1]
        new = Newcomers(
            kinds=["coffee"], traits=traits_of([], START, like=item_data().traits), vectors={"eye": vectors}
        )
        new = replace(
            new, traits=replace(item_data().traits, codes={"brand": np.array([0])}, price_level=np.array([0.5]))
        )
        scores = widened(outcome.learned.mixture, new).scores(after((1,)))
        assert scores.shape == (N_ITEMS + 1,)
        assert scores.sum() == pytest.approx(1, abs=1e-4)
        assert scores[-1] > scores[11]


class TestMixing:
    def test_the_expert_that_foretells_better_is_believed_more(self) -> None:
        chances = np.tile([[0.5, 0.01]], (500, 1))
        [weights] = mixing_weights(chances, np.ones(500), np.zeros(500, dtype=np.int64), 1)
        assert weights[0] > 0.95

    def test_a_level_with_few_visits_stays_near_what_holds_for_all(self) -> None:
        chances = np.vstack([np.tile([[0.5, 0.01]], (500, 1)), [[0.01, 0.5]]])
        levels = np.append(np.zeros(500, dtype=np.int64), 1)
        _, rare = mixing_weights(chances, np.ones(501), levels, 2)
        assert rare[0] > 0.9


class TestFullRanking:
    def test_hits_are_discounted_by_their_place(self) -> None:
        scores = np.arange(20, 0, -1, dtype=np.float32)
        assert figures(scores, np.array([0])) == (1.0, 1.0)
        assert figures(scores, np.array([1])) == (1.0, pytest.approx(1 / np.log2(3)))
        assert figures(scores, np.array([10])) == (0.0, 0.0)
        assert figures(scores, np.array([0, 15])) == (0.5, pytest.approx(1 / (1 + 1 / np.log2(3))))


class TestVersions:
    @staticmethod
    def _publish(versions: Versions, text: str) -> int:
        return versions.publish(lambda part: (part / "what").write_text(text, encoding="utf-8"))

    def test_the_newest_counts_and_the_one_before_can_be_had_back(self, tmp_path: Path) -> None:
        versions = Versions(tmp_path / "recommender")
        assert (versions.number(), versions.current()) == (None, None)
        stamps = [versions.stamp()]
        for text in ("one", "two"):
            self._publish(versions, text)
            stamps.append(versions.stamp())
        assert (versions.current() / "what").read_text(encoding="utf-8") == "two"
        assert versions.roll_back() == 1
        assert (versions.current() / "what").read_text(encoding="utf-8") == "one"
        assert len({*stamps, versions.stamp()}) == 4
        assert self._publish(versions, "three") == 3
        assert versions.roll_back(to=2) == 2

    def test_there_is_no_way_back_from_the_first(self, tmp_path: Path) -> None:
        versions = Versions(tmp_path)
        with pytest.raises(ShopError, match=r"no version before this one \(kept: none\)"):
            versions.roll_back()
        self._publish(versions, "one")
        with pytest.raises(ShopError, match=r"no version 7 \(kept: 1\)"):
            versions.roll_back(to=7)

    def test_a_writer_that_dies_leaves_the_old_version(self, tmp_path: Path) -> None:
        versions = Versions(tmp_path)
        self._publish(versions, "one")

        def dies(part: Path) -> None:
            (part / "what").write_text("ha", encoding="utf-8")
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            versions.publish(dies)
        assert (versions.current() / "what").read_text(encoding="utf-8") == "one"
        assert self._publish(versions, "two") == 2

    def test_old_versions_go_but_never_the_one_that_counts(self, tmp_path: Path) -> None:
        versions = Versions(tmp_path)
        for number in range(KEPT + 3):
            self._publish(versions, str(number))
        assert versions.numbers() == list(range(4, KEPT + 4))
