"""Vectors in bytes: a cosine hardly moves, and what was rounded once stays."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from daogou.encoders.lsa import Lsa
from daogou.index.arrays.vectors import ByteVectors, StoredVectors, VectorsWriter, fingerprint, stored_keys
from daogou.index.encoding import KnownVectors
from daogou.ports import Vectors
from tests.contracts.index import ColourEncoder

THINGS = ("kettle", "wok", "mug", "teapot", "pan")


def units(rows: int, dimensions: int, seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((rows, dimensions))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


@pytest.mark.parametrize("dimensions", [192, 384, 512])
def test_a_cosine_moves_by_less_than_a_half_of_a_hundredth(dimensions: int) -> None:
    vectors, asked = units(2000, dimensions, 1), units(20, dimensions, 2)
    near = vectors[:20] * 0.8 + asked * 0.6
    asked = np.vstack([asked, near / np.linalg.norm(near, axis=1, keepdims=True)])
    kept = ByteVectors.of(vectors)
    errors = [np.abs(kept.dot(one) - vectors @ one).max() for one in asked]
    assert max(errors) < 0.005


def test_what_titles_share_does_not_coarsen_what_lsa_tells_apart() -> None:
    titles = [f"Acme {colour} {thing} number {n}" for n in range(40) for colour in ("red", "blue") for thing in THINGS]
    lsa = Lsa.learn(titles)
    vectors = lsa.encode(titles)
    kept = ByteVectors.of(vectors)
    assert max(np.abs(kept.dot(one) - vectors @ one).max() for one in vectors[::10]) < 0.005


@given(
    arrays.arrays(np.float32, (3, 5), elements=st.floats(-1, 1, width=32)),
)
def test_what_was_rounded_once_stays_as_it_is(vectors: Vectors) -> None:
    once = ByteVectors.of(vectors)
    again = ByteVectors.of(once.rows([0, 1, 2]))
    assert again.codes.tolist() == once.codes.tolist()
    np.testing.assert_allclose(again.largest, once.largest, rtol=1e-6)


def test_zeros_and_the_largest_number_are_exact() -> None:
    kept = ByteVectors.of(np.array([[0, 0, 0], [0.8, 0, 0], [0, -1, 0]], dtype=np.float32))
    assert kept.rows([2, 1, 0]).tolist() == [[0, -1, 0], [np.float32(0.8), 0, 0], [0, 0, 0]]
    assert kept.dot(np.array([1, 1, 0], dtype=np.float32)).tolist() == [0, np.float32(0.8), -1]


def test_some_rows_score_as_they_do_among_all() -> None:
    kept, asked = ByteVectors.of(units(700, 16, 3)), units(1, 16, 4)[0]
    rows = np.array([699, 0, 300], dtype=np.int32)
    np.testing.assert_allclose(kept.dot(asked, rows), kept.dot(asked)[rows], rtol=1e-5)


def test_batches_become_one_array_in_the_order_they_came(tmp_path: Path) -> None:
    writer = VectorsWriter(tmp_path, [ColourEncoder()])
    titles = ["mouse", "notebook", "cream"] * 40
    for number, title in enumerate(titles):
        writer.add([f"\ud800{number}"], {"colour": [title]})
    writer.save()
    stored = StoredVectors(tmp_path)
    assert stored.ids == [f"\ud800{number}" for number in range(120)]
    assert stored.by_encoder["colour"].shape == (120, 3)
    assert stored.by_encoder["colour"].rows([0, 1, 119]).tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]
    assert len(set(stored_keys(tmp_path, "colour").tolist())) == 3


def test_what_nobody_asks_for_takes_no_memory(tmp_path: Path) -> None:
    writer = VectorsWriter(tmp_path, [ColourEncoder()])
    writer.add([str(number) for number in range(5000)], {"colour": ["mouse"] * 5000})
    writer.save()
    tracemalloc.start()
    kept = StoredVectors(tmp_path).by_encoder["colour"]
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert kept.shape == (5000, 3)
    assert taken < 2_000_000


def test_remembering_titles_does_not_make_it_another_encoder(tmp_path: Path) -> None:
    encoder = ColourEncoder()
    writer = VectorsWriter(tmp_path, [encoder])
    writer.add(["1"], {"colour": ["laptop 16 GB"]})
    writer.save()
    known = KnownVectors(encoder, stored_keys(tmp_path, "colour"), StoredVectors(tmp_path).by_encoder["colour"])
    assert fingerprint(known) == fingerprint(encoder)
