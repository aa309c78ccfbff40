"""Working ahead changes when texts are encoded, never how."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest

from daogou.index import encoding
from daogou.index.encoding import Ahead
from daogou.ports import Vectors


class Lengths:
    """Each text's length in the first of two dimensions; remembers in which thread it was asked for what."""

    name = "lengths"
    dimensions = 2

    def __init__(self) -> None:
        self.asked: list[tuple[bool, list[str]]] = []  # whether in the main thread; the texts

    def encode(self, texts: Sequence[str]) -> Vectors:
        if "broken" in texts:
            raise ValueError("broken")
        self.asked.append((threading.current_thread() is threading.main_thread(), list(texts)))
        return np.array([[len(text), 1] for text in texts], dtype=np.float32).reshape(-1, 2)


def test_what_was_expected_is_encoded_once_and_in_the_background() -> None:
    encoder = Lengths()
    with Ahead(encoder) as working:
        working.expect(["a", "bb", "a"])
        working.expect(["bb", "ccc"])

        assert working.encode(["ccc", "a", "a"]).tolist() == [[3, 1], [1, 1], [1, 1]]
        assert working.encode(["bb"]).tolist() == [[2, 1]]

    assert encoder.asked == [(False, ["a", "bb", "ccc"])]


def test_what_was_not_expected_is_encoded_at_once() -> None:
    encoder = Lengths()
    with Ahead(encoder) as working:
        working.expect(["a"])

        assert working.encode(["dddd", "a", ""]).tolist() == [[4, 1], [1, 1], [0, 1]]

    assert sorted(encoder.asked) == [(False, ["a"]), (True, ["dddd", ""])]


def test_it_begins_before_it_is_asked_once_enough_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "TEXTS_AT_ONCE", 2)
    encoder = Lengths()
    with Ahead(encoder) as working:
        working.expect(["a"])
        working.expect(["bb"])
        working.expect(["ccc"])

    assert encoder.asked == [(False, ["a", "bb"])]


def test_an_encoder_that_fails_fails_the_one_who_asks() -> None:
    with Ahead(Lengths()) as working:
        working.expect(["broken"])

        with pytest.raises(ValueError, match="broken"):
            working.encode(["broken"])


def test_it_has_the_name_and_the_dimensions_of_the_encoder() -> None:
    with Ahead(Lengths()) as working:
        assert (working.name, working.dimensions) == ("lengths", 2)
        assert working.encode([]).shape == (0, 2)
