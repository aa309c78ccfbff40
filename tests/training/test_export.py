"""A checkpoint becomes a folder of the builtin engine, or nothing at all."""

import json
import sys
from pathlib import Path

import pytest

from daogou.errors import BackendError, DaogouError, MissingExtra
from daogou.llm.builtin.model import Builtin
from daogou_training.language import export as exporting
from daogou_training.language.export import Agreement, export
from tests.tiny_models import LIKELY, PROMPT, TAUGHT, UNLIKELY, tiny_llama, tiny_qwen2

PAIRS = [
    (PROMPT, LIKELY),
    (PROMPT, UNLIKELY),
    ("", TAUGHT[1]),
    ("shopper: 你们卖包吗？\nguide:", " 有的 12 <|end|>.\n"),
]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama(tmp_path_factory.mktemp("llama"))


def test_eight_bits_say_what_torch_says(checkpoint: Path, tmp_path: Path) -> None:
    agreement = export(checkpoint, tmp_path / "made", pairs=PAIRS, name="tiny")
    assert agreement.fp32_largest_difference < 1e-4
    assert agreement.int8_correlation is not None
    assert agreement.int8_correlation > 0.995
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == [
        "agreement.json",
        "model.json",
        "model.onnx",
        "tokenizer.json",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["made"]
    assert json.loads((tmp_path / "made" / "agreement.json").read_text())["tokens"] == agreement.tokens
    model = Builtin.open(tmp_path / "made")
    assert (model.name, model.context) == ("builtin:tiny", 128)


def test_eight_bits_are_a_third_of_the_size(checkpoint: Path, tmp_path: Path) -> None:
    whole = export(checkpoint, tmp_path / "whole", pairs=PAIRS, int8=False)
    small = export(checkpoint, tmp_path / "small", pairs=PAIRS)
    assert whole.int8_correlation is None
    assert small.bytes * 2 < whole.bytes


def test_an_output_matrix_of_its_own_is_exported_too(tmp_path: Path) -> None:
    agreement = export(tiny_llama(tmp_path / "untied", tied=False), tmp_path / "made", pairs=PAIRS)
    assert agreement.fp32_largest_difference < 1e-4
    assert agreement.int8_correlation is not None
    assert agreement.int8_correlation > 0.995


def test_every_disagreement_is_named() -> None:
    wrong = Agreement(
        pairs=1,
        tokens=9,
        fp32_largest_difference=float("nan"),
        int8_correlation=0.9,
        int8_largest_difference=1.0,
        bytes=1,
    )
    assert wrong.problems() == [
        "fp32 differs from torch by nan, more than 0.001",
        "int8 correlates with fp32 at 0.9000, less than 0.995",
    ]


def test_without_torch_the_install_command_is_given(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra, match=r"pip install 'daogou\[train\]'"):
        export(checkpoint, tmp_path / "made", pairs=PAIRS)


def test_what_disagrees_is_not_exported(checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "LEAST_CORRELATION", 1.01)
    with pytest.raises(DaogouError, match=r"int8 correlates with fp32 at \d\.\d{4}, less than 1\.01"):
        export(checkpoint, tmp_path / "made", pairs=PAIRS)
    assert list(tmp_path.iterdir()) == []


def test_a_refused_export_leaves_the_one_before(checkpoint: Path, tmp_path: Path) -> None:
    export(checkpoint, tmp_path / "made", pairs=PAIRS)
    before = (tmp_path / "made" / "model.json").read_bytes()
    with pytest.raises(DaogouError, match="not two tokens"):
        export(checkpoint, tmp_path / "made", pairs=[])
    assert (tmp_path / "made" / "model.json").read_bytes() == before
    export(checkpoint, tmp_path / "made", pairs=PAIRS, int8=False)
    assert not json.loads((tmp_path / "made" / "model.json").read_text())["int8"]


def test_only_a_plain_llama_is_exported(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="model_type is 'qwen2', not 'llama'"):
        export(tiny_qwen2(tmp_path / "qwen2"), tmp_path / "made", pairs=PAIRS)
    with pytest.raises(BackendError, match="no Hugging Face model"):
        export(tmp_path / "nothing", tmp_path / "made", pairs=PAIRS)


def test_a_damaged_file_is_noticed(checkpoint: Path, tmp_path: Path) -> None:
    export(checkpoint, tmp_path / "made", pairs=PAIRS)
    with (tmp_path / "made" / "model.onnx").open("ab") as file:
        file.write(b"?")
    with pytest.raises(BackendError, match=r"model\.onnx is damaged"):
        Builtin.open(tmp_path / "made")
