from pathlib import Path

import numpy as np
import pytest

from daogou.encoders.lsa import Lsa

ENGLISH = [
    f"{brand} {kind} {colour}"
    for kind in ("laptop computer with keyboard", "leather sofa for the living room", "running shoes for the road")
    for brand in ("Acme", "Borax", "Corvo", "Delta")
    for colour in ("black", "white", "red")
]
CHINESE = [
    f"{brand}{kind}{colour}"
    for kind in ("笔记本电脑轻薄本", "保湿面霜护肤品", "男士运动跑步鞋")
    for brand in ("海岚", "青禾", "木田")
    for colour in ("黑色", "白色", "红色")
]


@pytest.fixture(scope="module")
def lsa() -> Lsa:
    return Lsa.learn(ENGLISH + CHINESE, dimensions=16)


def similarity(lsa: Lsa, left: str, right: str) -> float:
    vectors = lsa.encode([left, right])
    return float(vectors[0] @ vectors[1])


def test_a_query_is_nearest_to_its_own_kind(lsa: Lsa) -> None:
    vectors = lsa.encode(ENGLISH)

    best = ENGLISH[int(np.argmax(vectors @ lsa.encode(["leather sofa"])[0]))]

    assert "sofa" in best


def test_words_that_never_meet_are_related_by_their_neighbours(lsa: Lsa) -> None:
    assert similarity(lsa, "laptop", "keyboard") > similarity(lsa, "laptop", "shoes") + 0.3


def test_a_typo_stays_near(lsa: Lsa) -> None:
    assert similarity(lsa, "keybord", "keyboard") > 0.7


def test_chinese_is_an_ordinary_language(lsa: Lsa) -> None:
    vectors = lsa.encode(CHINESE)

    best = CHINESE[int(np.argmax(vectors @ lsa.encode(["面霜"])[0]))]

    assert "面霜" in best


def test_vectors_have_length_1_and_unknown_text_has_none(lsa: Lsa) -> None:
    vectors = lsa.encode(["black laptop", "", "жжж"])

    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0, 0.0, 0.0], abs=1e-5)


def test_no_texts_give_no_vectors(lsa: Lsa) -> None:
    assert lsa.encode([]).shape == (0, 16)


def test_learning_twice_gives_the_same_encoder() -> None:
    first, second = (Lsa.learn(ENGLISH, dimensions=8).encode(["sofa", "shoes"]) for _ in range(2))

    np.testing.assert_array_equal(first, second)


def test_it_survives_the_disk(lsa: Lsa, tmp_path: Path) -> None:
    lsa.save(tmp_path / "lsa.npz")

    loaded = Lsa.load(tmp_path / "lsa.npz")

    assert loaded.dimensions == 16
    np.testing.assert_array_equal(loaded.encode(["red sofa", "跑步鞋"]), lsa.encode(["red sofa", "跑步鞋"]))


@pytest.mark.parametrize("texts", [[], ["one"], ["one", "two"], ["", ""], ["same text", "same text"]])
def test_a_tiny_catalogue_has_an_encoder_too(texts: list[str]) -> None:
    lsa = Lsa.learn(texts, dimensions=8)

    assert lsa.encode([*texts, "same"]).shape == (len(texts) + 1, 8)
