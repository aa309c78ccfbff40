"""The sequence model learns what was planted, goes on where it was killed, and serves what torch says."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daogou.errors import DaogouError, MissingExtra, UserError
from daogou.recommend.learn.interactions import Interactions
from daogou.recommend.models.sequence import SequenceModel, load
from daogou_training.sequence.expert import train_sequence
from daogou_training.sequence.network import SequenceSettings
from daogou_training.sequence.training import CHECKPOINT
from daogou_training.sequence.windows import batch_of, newest, windows_of
from tests.planted_sequences import N_ITEMS, NEW, A, B, history, planted, texts
from tests.training.killing import kill_after_a_checkpoint, run

SETTINGS = SequenceSettings(dimensions=32, rounds=20, learning_rate=3e-3, dropout=0.2, forget=0.3, ahead=0.0)


def _torch():  # type: ignore[no-untyped-def]
    """On one core: there is too little to share out."""
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'daogou[train]'")
    torch.set_num_threads(1)
    return torch


def _log(*shoppers: list[list[int]]) -> Interactions:
    """Shoppers, each a list of visits, each a list of rows; visit n of each is on day n."""
    lines = [
        (number, visit, row)
        for number, visits in enumerate(shoppers)
        for visit, rows in enumerate(visits)
        for row in rows
    ]
    pairs = np.array([(number, visit) for number, visit, _ in lines])
    changed = np.any(np.diff(pairs, axis=0, prepend=pairs[:1]) != 0, axis=1)
    return Interactions(
        shopper=pairs[:, 0].astype(np.int32),
        visit=np.cumsum(changed).astype(np.int32),
        row=np.array([row for _, _, row in lines], dtype=np.int32),
        strength=np.ones(len(lines), dtype=np.float32),
        bought=np.ones(len(lines), dtype=np.bool_),
        day=pairs[:, 1].astype(np.float64),
        n_items=10,
    )


class TestWindows:
    def test_a_visit_is_foretold_from_the_touches_before_it(self) -> None:
        batch = batch_of(windows_of(_log([[1, 2], [3, 4], [5]], [[6], [7]]), 50), np.arange(2))
        assert batch.rows.tolist() == [[1, 2, 3, 4], [6, 6, 6, 6]]
        assert batch.points.tolist() == [1, 3, 4]
        assert batch.owners.tolist() == [0, 0, 1, 2]
        assert batch.targets.tolist() == [3, 4, 5, 7]
        assert batch.shares.tolist() == [0.5, 0.5, 1.0, 1.0]

    def test_a_visit_farther_ahead_counts_less(self) -> None:
        batch = batch_of(windows_of(_log([[1], [2], [3]]), 50), np.arange(1), ahead=0.5)
        wanted = sorted(zip(batch.owners.tolist(), batch.targets.tolist(), batch.shares.tolist(), strict=True))
        assert wanted == [(0, 2, pytest.approx(2 / 3)), (0, 3, pytest.approx(1 / 3)), (1, 3, pytest.approx(1.0))]

    def test_a_long_log_becomes_windows_in_which_each_visit_is_foretold_once(self) -> None:
        windows = windows_of(_log([[row % 10] for row in range(17)]), 4)
        assert sorted(windows.visits.tolist()) == list(range(1, 17))
        assert (windows.ends - windows.starts).max() == 4
        before = windows.visits - windows.starts[windows.window]  # a visit has one touch here
        assert before[3:].min() == 3

    def test_the_newest_visits_are_held_out_and_none_of_them_is_a_target(self) -> None:
        windows = windows_of(_log([[1], [2], [3]], [[4], [5]]), 50)
        held = newest(windows, 0.34, 100)
        assert held.tolist() == [False, False, True, False, False]
        early = windows.only(~held)
        assert batch_of(early, np.arange(2), ahead=0.5).targets.tolist() == [2, 5]
        assert batch_of(windows.only(held), np.arange(1)).targets.tolist() == [3]

    def test_a_log_in_which_nobody_came_back_is_refused(self, tmp_path: Path) -> None:
        _torch()
        with pytest.raises(UserError, match="0 visits had another before them"):
            train_sequence(_log([[1]], [[2]]), None, tmp_path)


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> SequenceModel:
    """With texts."""
    _torch()
    return load(train_sequence(planted(), texts(), tmp_path_factory.mktemp("sequence"), settings=SETTINGS))


@pytest.mark.slow
class TestWithTorch:
    def test_after_a_comes_b(self, learnt: SequenceModel) -> None:
        scores = learnt.scores(history(1, 5, A))
        assert scores.argmax() in (B, NEW)
        assert scores[B] > 0.3
        assert learnt.scores(history(1, A, B, 5))[B] < 0.1

    def test_after_a_comes_b_without_texts_too(self, tmp_path: Path) -> None:
        _torch()
        model = load(train_sequence(planted(), None, tmp_path, settings=SETTINGS))
        assert model.scores(history(1, 5, A)).argmax() == B

    def test_what_is_new_and_reads_like_b_is_foretold_after_a(self, learnt: SequenceModel) -> None:
        scores = learnt.scores(history(1, 5, A))
        assert set(np.argsort(-scores)[:2].tolist()) == {B, NEW}

    def test_what_came_after_the_learning_and_reads_like_b_is_foretold_after_a(self, learnt: SequenceModel) -> None:
        scores = learnt.extended(texts()[[NEW, 0]]).scores(history(1, 5, A))
        assert scores.shape == (N_ITEMS + 2,)
        assert scores[N_ITEMS] == pytest.approx(scores[NEW], rel=1e-4)
        assert scores[N_ITEMS] > 5 * scores[N_ITEMS + 1]

    def test_onnxruntime_says_what_torch_says(self) -> None:
        torch = _torch()
        from daogou.recommend.models.sequence import OnnxEncoder
        from daogou_training.sequence.export import encoder_graph
        from daogou_training.sequence.network import encoded, new_weights

        settings = replace(SETTINGS, blocks=2)
        weights = {
            name: value.detach() for name, value in new_weights(np.ones(9, dtype=np.float32), 0, settings, 1).items()
        }
        for block in range(2):
            weights[f"{block}.distance"] = torch.randn(settings.heads, settings.length)
        arrays = {name: value.numpy() for name, value in weights.items()}
        encoder = OnnxEncoder(encoder_graph(arrays, settings).SerializeToString())
        for length in (1, 2, 31, 50):
            read = torch.randn(length, settings.dimensions)
            by_torch = encoded(weights, read[None], settings, training=False)[0, -1].numpy()
            np.testing.assert_allclose(encoder.encode(read.numpy()), by_torch, atol=1e-4)

    def test_many_products_are_learnt_from_a_few_drawn_ones(self, tmp_path: Path) -> None:
        _torch()
        settings = replace(SETTINGS, whole_softmax=5, negatives=12)
        model = load(train_sequence(planted(), None, tmp_path, settings=settings))
        assert model.scores(history(1, 5, A)).argmax() == B

    def test_a_run_that_was_killed_ends_as_if_it_had_not_been(self, tmp_path: Path) -> None:
        _torch()
        whole, killed = tmp_path / "whole", tmp_path / "killed"
        assert run(_PROGRAM, whole).wait(timeout=120) == 0
        for _ in range(2):
            kill_after_a_checkpoint(run(_PROGRAM, killed), killed, CHECKPOINT)
        assert run(_PROGRAM, killed).wait(timeout=120) == 0
        first, second = (load(folder / "model") for folder in (whole, killed))
        assert first.temperature == second.temperature
        np.testing.assert_array_equal(first.items, second.items)
        np.testing.assert_array_equal(first.scores(history(1, A)), second.scores(history(1, A)))

    def test_a_finished_run_is_not_run_again_but_another_one_is(self, tmp_path: Path) -> None:
        _torch()
        rounds: list[str] = []
        settings = replace(SETTINGS, rounds=2)

        def learn(seed: int) -> SequenceModel:
            rounds.clear()
            told = lambda step, done, total: rounds.append(step)  # noqa: E731
            return load(train_sequence(planted(40), None, tmp_path, settings=settings, seed=seed, on_progress=told))

        first = learn(seed=0)
        assert len(rounds) in (3, 4)
        again = learn(seed=0)
        assert rounds == []
        np.testing.assert_array_equal(first.items, again.items)
        assert not np.array_equal(learn(seed=1).items, first.items)

    def test_what_onnxruntime_says_otherwise_is_not_served(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        _torch()
        monkeypatch.setattr("daogou_training.sequence.export.MOST_DIFFERENCE", 0.0)
        with pytest.raises(DaogouError, match="onnxruntime differs from torch"):
            train_sequence(planted(40), None, tmp_path, settings=replace(SETTINGS, rounds=1))


def test_without_torch_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("daogou_training.sequence.expert.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'daogou\[train\]'"):
        train_sequence(planted(40), None, tmp_path)


_PROGRAM = """
import sys
from dataclasses import replace
from pathlib import Path
import torch
torch.set_num_threads(1)
from daogou_training.sequence.expert import train_sequence
from tests.planted_sequences import planted, texts
from tests.training.test_sequence import SETTINGS
settings = replace(SETTINGS, rounds=8, patience=8, every_s=0.0)
train_sequence(planted(), texts(), Path(sys.argv[1]), settings=settings)
"""
