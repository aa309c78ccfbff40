"""What every recommender does, whatever it has learnt."""

import numpy as np

from daogou.recommend.history import History, Visit
from daogou.recommend.models.items import Model
from tests.planted_shop import N_ITEMS


def after(*visits: tuple[int, ...]) -> History:
    """Who bought these, oldest visit first."""
    return History.of([Visit(items=dict.fromkeys(rows, 1.0), bought=frozenset(rows)) for rows in visits])


class ModelContract:
    """Inherit, and say which recommender."""

    answer: int | None  # which product it must believe in most after (0,), of those that were not bought; None: in none
    n_items: int = N_ITEMS

    def recommender(self) -> Model:
        raise NotImplementedError

    def test_every_product_has_a_share_and_none_is_negative(self) -> None:
        for history in (History(), after((0,)), after((0,), (1,), (2, 3)), after((11,))):
            scores = self.recommender().scores(history)
            assert scores.shape == (self.n_items,)
            assert scores.dtype == np.float32
            assert np.isfinite(scores).all()
            assert (scores >= 0).all()

    def test_the_planted_answer_is_found(self) -> None:
        scores = self.recommender().scores(after((0,))).copy()
        scores[0] = 0.0
        found = int(scores.argmax()) if scores.any() else None
        assert found == self.answer

    def test_asking_twice_gives_the_same(self) -> None:
        recommender = self.recommender()
        first = recommender.scores(after((0,), (1,)))
        recommender.scores(after((5,)))
        assert (recommender.scores(after((0,), (1,))) == first).all()

    def test_what_it_gave_may_be_changed_by_whoever_got_it(self) -> None:
        recommender = self.recommender()
        before = recommender.scores(after((0,))).copy()
        given = recommender.scores(after((0,))) * 0
        assert not given.any()
        assert (recommender.scores(after((0,))) == before).all()
