"""Every recommender against the contract, each with an answer that was planted for it."""

import functools
from datetime import UTC, datetime

import numpy as np
import pytest

from daogou.catalog.products.product import Product
from daogou.recommend.history import History, Visit
from daogou.recommend.learn.fitting import fit_models
from daogou.recommend.mixture import Mixture, untrained
from daogou.recommend.models.items import Alike, Model
from daogou.recommend.models.tastes import Traits, traits_of
from tests.contracts.recommender import ModelContract, after
from tests.planted_shop import N_ITEMS, item_data, planted_traces

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@functools.cache
def learned() -> dict[str, Model]:
    return {expert.name: expert for expert in fit_models(planted_traces(), item_data())}


def mixture(weights: dict[str, float] | None = None) -> Mixture:
    found = list(learned().values())
    even = np.full((1, len(found)), 1 / len(found), dtype=np.float32)
    given = np.array([[(weights or {}).get(one.name, 0.0) for one in found]], dtype=np.float32)
    return Mixture(found, given if weights else even, (), "next")


class TestPopular(ModelContract):
    answer = 6  # bought newest of all

    def recommender(self) -> Model:
        return learned()["popular"]

    @pytest.mark.parametrize("history", [History(), after((9,))])
    def test_everybody_gets_the_same(self, history: History) -> None:
        assert (self.recommender().scores(history) == self.recommender().scores(after((0,)))).all()

    def test_the_planted_answer_is_found(self) -> None:
        counts = np.bincount(planted_traces().row, minlength=N_ITEMS)
        assert counts[self.recommender().scores(History()).argmax()] >= counts.max() * 0.9


class TestAny(ModelContract):
    answer = 1  # all are equal: the first that is left

    def recommender(self) -> Model:
        return learned()["any"]


class TestAgain(ModelContract):
    answer = None

    def recommender(self) -> Model:
        return learned()["again"]

    def test_what_was_bought_later_and_more_often_is_wanted_more(self) -> None:
        scores = self.recommender().scores(after((0, 1), (2,), (1,)))
        assert list(np.argsort(-scores)[:3]) == [1, 2, 0]


class TestPopularInKind(ModelContract):
    answer = 1

    def recommender(self) -> Model:
        return learned()["popular in kind"]

    def test_the_planted_answer_is_found(self) -> None:
        scores = self.recommender().scores(after((0,)))
        assert (scores[5:10] == 0).all()
        assert (scores[:5] > 0).all()


class TestSimilar(ModelContract):
    answer = 1

    def recommender(self) -> Model:
        return learned()["similar"]

    def test_the_planted_answer_is_found(self) -> None:
        scores = self.recommender().scores(after((0,)))
        assert scores[1:4].min() > 0
        assert (scores[5:] == 0).all()


class TestNext(ModelContract):
    answer = 1

    def recommender(self) -> Model:
        return learned()["next"]

    def test_after_the_second_visit_comes_the_basket(self) -> None:
        scores = self.recommender().scores(after((0,), (1,)))
        assert set(np.argsort(-scores)[:2].tolist()) == {2, 3}


class TestRidge(ModelContract):
    answer = 1

    def recommender(self) -> Model:
        return learned()["ridge"]


class TestFactors(ModelContract):
    answer = 1

    def recommender(self) -> Model:
        return learned()["factors"]

    def test_the_planted_answer_is_found(self) -> None:
        scores = self.recommender().scores(after((0,)))
        assert scores[:4].min() > 10 * scores[5:].max()

    def test_a_further_click_counts_without_training(self) -> None:
        before, later = (self.recommender().scores(history) for history in (after((0,)), after((0,), (5,))))
        assert later[6] > before[6]


class TestTaste(ModelContract):
    answer = 1

    def recommender(self) -> Model:
        return learned()["taste"]

    def test_the_planted_answer_is_found(self) -> None:
        scores = self.recommender().scores(after((0,)))
        assert scores[:5].min() > scores[5:10].max()

    def test_a_stranger_has_no_taste(self) -> None:
        assert not self.recommender().scores(History()).any()


class TestReadsAlike(ModelContract):
    answer = None  # 0 reads like nothing

    def recommender(self) -> Model:
        return learned()["alike: eye"]

    def test_the_planted_answer_is_found(self) -> None:
        assert self.recommender().scores(after((1,))).argmax() == 10


class TestAlikeWithoutAMatrix(TestReadsAlike):
    def recommender(self) -> Model:
        return Alike(item_data().vectors["eye"], 0.6)

    def test_it_says_what_the_matrix_says(self) -> None:
        for history in (after((1,)), after((1,), (6,)), after((0, 6), (10,))):
            assert self.recommender().scores(history) == pytest.approx(
                learned()["alike: eye"].scores(history), abs=1e-6
            )


class TestTheMixture(ModelContract):
    answer = 1

    def recommender(self) -> Model:
        return mixture()

    def test_it_is_a_distribution_made_of_its_voices(self) -> None:
        for history in (History(), after((0,)), after((11,))):
            mixed = mixture().mixed(history)
            assert mixed.total.sum() == pytest.approx(1, abs=1e-5)
            assert np.sum(list(mixed.parts.values()), axis=0) == pytest.approx(mixed.total, abs=1e-6)

    def test_a_voice_that_has_nothing_to_say_repeats_what_is_popular(self) -> None:
        mixed = mixture({"similar": 0.5, "next": 0.5}).mixed(History())
        assert mixed.parts.keys().isdisjoint({"similar", "next"})
        assert mixed.total == pytest.approx(
            learned()["popular"].scores(History()) / learned()["popular"].scores(History()).sum()
        )

    def test_each_voice_is_told_with_its_share(self) -> None:
        (first, share), *_ = mixture({"next": 0.9, "any": 0.1}).mixed(after((0,))).shares(1)
        assert first == "next"
        assert 0.9 < share < 1

    def test_more_is_believed_where_more_is_known(self) -> None:
        found = list(learned().values())
        rows = [[float(one.name == name) for one in found] for name in ("any", "next")]
        both = Mixture(found, np.array(rows, dtype=np.float32), (0.5,), "next")
        assert len(set(both.scores(History()).tolist())) == 1
        assert both.scores(after((0,))).argmax() == 1


class TestUntrained(ModelContract):
    answer = 1

    def recommender(self) -> Model:
        known = item_data()
        assert known.traits is not None
        counts = np.arange(N_ITEMS, 0, -1, dtype=np.float32)
        return untrained(counts, known.kinds, known.traits, [known.vectors["eye"]])

    @pytest.mark.parametrize("n_items", [0, 1])
    def test_a_shop_with_no_or_one_product_is_a_shop(self, n_items: int) -> None:
        empty = untrained(
            np.zeros(n_items, dtype=np.float32),
            ["tea"] * n_items,
            _traits(n_items),
            [np.zeros((n_items, 3), np.float32)],
        )
        history = History((Visit(items={0: 1.0}),)) if n_items else History()
        assert empty.scores(history).shape == (n_items,)
        assert np.isfinite(empty.scores(history)).all()


def _traits(n_items: int) -> Traits:
    return traits_of([Product(id=f"p{row}", title="Tea", offers=()) for row in range(n_items)], NOON)
