"""The engine of our own, in 32 and in 8 bits, on a taught tiny checkpoint."""

import json
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from daogou.encoders.onnx_graph import quantized
from daogou.encoders.packaged import sha256_of
from daogou.errors import BackendError, TooLate
from daogou.llm.builtin import model as builtin
from daogou.llm.builtin.model import MANIFEST, MODEL, TOKENIZER, Builtin, Manifest, batches
from daogou.ports import Deadline
from daogou_training.language.export import export
from tests.contracts.language_model import LanguageModelContract
from tests.tiny_models import LIKELY, PROMPT, UNLIKELY, tiny_llama

PAIRS = [(PROMPT, LIKELY), (PROMPT, UNLIKELY)]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("llama"))


@pytest.fixture(scope="module")
def exact(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Builtin:
    folder = tmp_path_factory.mktemp("exact")
    export(checkpoint, folder, pairs=PAIRS, int8=False)
    return Builtin.open(folder)


@pytest.fixture(scope="module")
def small(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Builtin:
    folder = tmp_path_factory.mktemp("small")
    export(checkpoint, folder, pairs=PAIRS)
    return Builtin.open(folder)


class TestBuiltinIn32Bits(LanguageModelContract):
    @pytest.fixture
    def model(self, exact: Builtin) -> Builtin:
        return exact


class TestBuiltinIn8Bits(LanguageModelContract):
    @pytest.fixture
    def model(self, small: Builtin) -> Builtin:
        return small


def test_a_batch_has_something_for_every_core_and_no_more_than_fits() -> None:
    assert batches([3, 0, 3, 3, 3], 2) == [[0, 2], [3, 4]]
    assert batches([1], 2) == [[0]]
    assert [len(batch) for batch in batches([100] * 12, 1)] == [5, 5, 2]
    assert batches([900, 2], 1) == [[1], [0]]


def test_what_no_text_has_is_never_written(exact: Builtin) -> None:
    texts = exact.write("", n=20, max_tokens=30, seed=3, temperature=9.0)
    assert not any("<|begin|>" in text or "<|end|>" in text for text in texts)


def test_a_schema_that_is_cut_off_is_no_answer(exact: Builtin) -> None:
    schema = {"type": "object", "properties": {"kind": {"enum": ["bag"]}}, "required": ["kind"]}
    with pytest.raises(BackendError, match="no whole JSON within 2 tokens"):
        exact.write(PROMPT, n=1, max_tokens=2, seed=1, schema=schema)
    with pytest.raises(BackendError, match="can't be followed"):
        exact.write(PROMPT, n=1, max_tokens=2, seed=1, schema={"type": "nonsense"})


def test_a_continuation_beyond_the_context_is_refused(exact: Builtin) -> None:
    with pytest.raises(BackendError, match="reads 128"):
        exact.log_likelihood(PROMPT, ["red bag " * 100])


class AfterAsking(Deadline):
    """Passed once it was asked so many times."""

    left: ClassVar[int]

    @property
    def passed(self) -> bool:
        AfterAsking.left -= 1
        return AfterAsking.left < 0


@pytest.mark.parametrize("asked", [0, 1, 5])
def test_the_deadline_is_heard_while_writing_and_scoring(exact: Builtin, asked: int) -> None:
    AfterAsking.left = asked
    with pytest.raises(TooLate):
        exact.write(PROMPT, n=2, max_tokens=100, seed=1, temperature=9.0, deadline=AfterAsking())
    AfterAsking.left = asked
    with pytest.raises(TooLate):
        exact.log_likelihood(PROMPT, [LIKELY * 5] * 60, deadline=AfterAsking())


def test_without_weights_the_error_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(builtin, "WEIGHTS", tmp_path)
    assert not builtin.available()
    with pytest.raises(BackendError, match="no language model of its own"):
        Builtin.open()
    with pytest.raises(BackendError, match="no language model of ours lies here"):
        Builtin.open(tmp_path)


@pytest.mark.parametrize(("file", "says"), [(MODEL, "onnxruntime can't open it"), (TOKENIZER, "can't be read")])
def test_a_file_that_is_no_model_is_named(checkpoint: Path, tmp_path: Path, file: str, says: str) -> None:
    export(checkpoint, tmp_path, pairs=PAIRS, int8=False)
    (tmp_path / file).write_text("nonsense")
    manifest = read_manifest_as_it_is(tmp_path)
    replace(manifest, sha256={name: sha256_of(tmp_path / name) for name in (MODEL, TOKENIZER)}).write(tmp_path)
    with pytest.raises(BackendError, match=f"{file}: {says}"):
        Builtin.open(tmp_path)


def read_manifest_as_it_is(folder: Path) -> Manifest:
    return Manifest(**json.loads((folder / MANIFEST).read_text()))


def test_a_byte_is_off_by_no_more_than_half_a_step_of_its_own_block() -> None:
    matrix = np.random.default_rng(1).standard_normal((5, 96)).astype(np.float32)
    matrix[2, 3] = 1000  # an outlier coarsens the 32 values around it, and no others
    matrix[4] = 0
    stored, scales = quantized(matrix)
    assert (stored.shape, stored.dtype, scales.shape) == ((5, 3, 32), np.uint8, (5, 3, 1))
    off = np.abs((stored.astype(np.float32) - 128) * scales - matrix.reshape(5, 3, 32))
    assert (off <= scales / 2 * 1.001).all()
    assert off[2, 1:].max() < 0.02
    assert (off[4] == 0).all()


@pytest.mark.parametrize(("columns", "block"), [(688, 16), (256, 32), (7, 1)])
def test_a_block_divides_its_row(columns: int, block: int) -> None:
    assert quantized(np.ones((2, columns), dtype=np.float32))[0].shape == (2, columns // block, block)
