"""Postings that outgrow memory are the same postings."""

import random
from pathlib import Path

import numpy as np
import pytest

from daogou.index.arrays import postings
from daogou.index.arrays.postings import Postings, PostingsWriter


def written(folder: Path, entries: list[tuple[str, int, int]], *, most: int) -> Postings:
    folder.mkdir()
    writer = PostingsWriter(folder, "words", most=most)
    for term, row, times in entries:
        writer.add([(term,)], row, [times])
    writer.save()
    return Postings(folder, "words")


@pytest.mark.parametrize("at_once", [1, 100, 2_000_000])
def test_what_waited_on_the_disk_is_merged_in_the_order_of_the_rows(
    tmp_path: Path, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postings, "_MERGED", at_once)
    dice = random.Random(7)
    entries = [(f"w{dice.randrange(40)}", row, dice.randint(1, 9)) for row in range(500) for _ in range(3)]

    whole, merged = written(tmp_path / "a", entries, most=10_000), written(tmp_path / "b", entries, most=64)

    for word in [f"w{number}" for number in range(41)]:
        places = whole.place(word), merged.place(word)
        assert whole.rows(word).tolist() == [row for term, row, _ in entries if term == word]
        np.testing.assert_array_equal(merged.all_rows[places[1]], whole.all_rows[places[0]])
        np.testing.assert_array_equal(merged.all_times[places[1]], whole.all_times[places[0]])
    files = [{path.name for path in (tmp_path / name).iterdir()} for name in "ab"]
    assert files[0] == files[1]


def test_a_catalogue_that_ends_with_a_full_run_loses_nothing(tmp_path: Path) -> None:
    mugs = written(tmp_path / "a", [("mug", row, 1) for row in range(8)], most=4)

    assert (mugs.rows("mug").tolist(), mugs.rows("cup").tolist()) == (list(range(8)), [])
