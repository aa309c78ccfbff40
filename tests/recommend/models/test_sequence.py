"""Serving a sequence model: a distribution over the products, without torch."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from daogou.errors import ShopError
from daogou.recommend.artifact import load_model, save_model
from daogou.recommend.history import History, Visit
from daogou.recommend.mixture import Mixture, Newcomers, widened
from daogou.recommend.models.sequence import Encoder, OnnxEncoder, SequenceModel, load, save
from daogou_training.sequence.export import encoder_graph
from daogou_training.sequence.network import SequenceSettings
from tests.planted_sequences import history

ROWS, D, CONTENT = 12, 8, 5


class LastTouch:
    """An encoder that has no memory."""

    graph = b""

    def encode(self, read: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return read[-1]


def _model(encoder: Encoder | None = None) -> SequenceModel:
    dice = np.random.default_rng(0)
    return SequenceModel(
        encoder=encoder or LastTouch(),
        items=dice.normal(size=(ROWS, D)).astype(np.float32),
        bias=np.log(np.arange(1, ROWS + 1, dtype=np.float32)),
        projection=dice.normal(size=(CONTENT, D)).astype(np.float32),
        strong=np.full(D, 0.1, dtype=np.float32),
        temperature=1.5,
        length=4,
        newcomer=-1.0,
        reads=("minilm", "lsa"),
    )


def test_it_believes_in_something() -> None:
    scores = _model().scores(history(1, 2))
    assert (scores.shape, scores.dtype) == ((ROWS,), np.float32)
    assert scores.min() >= 0
    assert scores.sum() == pytest.approx(1.0)


def test_an_empty_history_says_nothing() -> None:
    assert _model().scores(History()).tolist() == [0.0] * ROWS


def test_the_order_counts() -> None:
    assert not np.allclose(_model().scores(history(1, 2)), _model().scores(history(2, 1)))


def test_how_strongly_a_product_was_wanted_counts() -> None:
    looked, bought = (History((Visit(items={1: strength}),)) for strength in (0.3, 1.0))
    assert not np.allclose(_model().scores(looked), _model().scores(bought))


def test_only_the_newest_touches_are_read() -> None:
    model = _model(_encoder())
    assert np.allclose(model.scores(history(9, 8, 1, 2, 3, 4)), model.scores(history(1, 2, 3, 4)))
    assert not np.allclose(model.scores(history(1, 2, 3, 4)), model.scores(history(9, 2, 3, 4)))


def test_what_came_later_is_scored_by_what_it_reads_like() -> None:
    model = _model()
    content = np.linalg.lstsq(model.projection.T, model.items[3], rcond=None)[0].astype(np.float32)
    longer = model.extended(content[None])
    scores = longer.scores(history(1, ROWS))
    assert scores.shape == (ROWS + 1,)
    assert np.allclose(longer.items[ROWS], content @ model.projection)
    assert np.allclose(longer.items[:ROWS], model.items)
    assert longer.bias.tolist() == [*model.bias.tolist(), -1.0]


def test_what_came_later_takes_its_text_from_the_vectors_of_all() -> None:
    model, dice = _model(), np.random.default_rng(2)
    texts = dice.normal(size=(ROWS + 2, CONTENT)).astype(np.float32)
    longer = model.widened(2, {"lsa": texts[:, 3:], "minilm": texts[:, :3], "other": texts})
    assert np.allclose(longer.items[ROWS:], texts[ROWS:] @ model.projection)


@pytest.mark.parametrize("encoders", [(), ("minilm",)])
def test_of_what_came_later_without_a_known_text_nothing_is_known(encoders: tuple[str, ...]) -> None:
    longer = _model().widened(2, {name: np.ones((ROWS + 2, 3), dtype=np.float32) for name in encoders})
    assert longer.items.shape == (ROWS + 2, D)
    assert not longer.items[ROWS:].any()


def test_it_grows_with_the_other_experts() -> None:
    mixture = Mixture([_model()], np.ones((1, 1), dtype=np.float32), (), "sequence")
    longer = widened(mixture, Newcomers(kinds=["lamp"], traits=None, vectors={}))
    assert longer.scores(history(1)).shape == (ROWS + 1,)


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    model = _model(_encoder())
    save(tmp_path / "model", model)
    back = load(tmp_path / "model")
    assert (back.temperature, back.length, back.reads) == (1.5, 4, ("minilm", "lsa"))
    assert (back.newcomer, back.bias.tolist()) == (-1.0, model.bias.tolist())
    assert np.array_equal(back.scores(history(1, 2)), model.scores(history(1, 2)))
    assert np.array_equal(back.projection, model.projection)


def test_it_is_kept_among_the_other_experts(tmp_path: Path) -> None:
    model = _model(_encoder())
    back = load_model(tmp_path, 3, save_model(tmp_path, 3, model))
    assert np.array_equal(back.scores(history(1, 2)), model.scores(history(1, 2)))


def test_a_damaged_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ShopError, match="daogou learn recommender"):
        load(tmp_path)


def test_a_damaged_encoder_says_what_to_do(tmp_path: Path) -> None:
    save(tmp_path, _model(_encoder()))
    (tmp_path / "encoder.onnx").write_bytes(b"nothing")
    with pytest.raises(ShopError, match="can't open the encoder"):
        load(tmp_path)


def test_serving_needs_no_torch(tmp_path: Path) -> None:
    save(tmp_path, _model(_encoder()))
    program = f"""
import sys
sys.modules["torch"] = None
from pathlib import Path
from daogou.recommend.artifact import load_model, save_model
from daogou.recommend.history import History, Visit
from daogou.recommend.mixture import Mixture
from daogou.recommend.models.sequence import load
print(load(Path({str(tmp_path)!r})).scores(History((Visit(items={{1: 1.0}}),))).sum())
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(said.stdout) == pytest.approx(1.0)


def _encoder() -> Encoder:
    dice = np.random.default_rng(1)
    shapes = {
        "final.gain": (D,),
        "0.attention.gain": (D,),
        "0.qkv": (D, 3 * D),
        "0.distance": (2, 4),
        "0.out": (D, D),
        "0.feed.gain": (D,),
        "0.up": (D, 4 * D),
        "0.down": (4 * D, D),
    }
    weights = {name: dice.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    settings = SequenceSettings(dimensions=D, blocks=1, heads=2, length=4)
    return OnnxEncoder(encoder_graph(weights, settings).SerializeToString())
