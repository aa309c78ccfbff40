"""Next items: what is measured on whom; and on Office Products: what the recommender has reached, it keeps."""

import json
from pathlib import Path

import pytest

from daogou.errors import UserError
from daogou_evals.recommend.next_item import (
    NextItem,
    evaluate_histories,
    evaluate_next_item,
    read_next_items,
    traces_of_rows,
)
from tests.planted_shop import N_ITEMS, item_data

DATA = Path(__file__).parents[3] / "shared" / "data" / "office_products"


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="there is no ../shared/data")
def test_the_mixture_foretells_more_than_any_of_its_experts() -> None:
    """Folds over the users of valid.jsonl; test.jsonl is for reports alone. Without the sequence model: .2316 / .1744."""
    found = evaluate_histories(DATA / "items.jsonl", DATA / "valid.jsonl", None)["cross-validation"]
    mixture = found.pop("mixture")
    assert mixture["recall@10"] > max(0.225, *(one["recall@10"] for one in found.values()))
    assert mixture["ndcg@10"] > max(0.170, *(one["ndcg@10"] for one in found.values()))
    assert found["popular"]["ndcg@10"] == pytest.approx(0.025, abs=0.005)


class TestNextItems:
    ROWS = tuple(
        NextItem(user=f"u{number}", history=history, next=wanted)
        for number in range(100)
        for history, wanted in (((0,), 1), ((0, 1), 2))
    )

    def test_lines_of_one_user_are_one_sequence(self) -> None:
        interactions = traces_of_rows(self.ROWS[:2], N_ITEMS)
        assert (interactions.row.tolist(), interactions.shopper.tolist()) == ([0, 1, 2], [0, 0, 0])

    def test_every_expert_is_measured_on_users_that_it_did_not_see(self) -> None:
        report = evaluate_next_item(self.ROWS, self.ROWS[:4], item_data())
        assert report["cross-validation"]["next"]["recall@10"] == 1.0
        assert report["test"]["mixture"]["visits"] == 4
        assert report["test"]["new items"]["visits"] == 0

    def test_a_line_that_is_none_is_named(self, tmp_path: Path) -> None:
        good = {"user_id": "u", "history": [1], "next": 2}
        for bad, why in (("{", "not a history"), (json.dumps(good | {"next": 99}), "none of the 12 items")):
            path = tmp_path / "rows.jsonl"
            path.write_text(json.dumps(good) + "\n" + bad, encoding="utf-8")
            with pytest.raises(UserError, match=f"rows.jsonl, line 2: .*{why}"):
                read_next_items(path, N_ITEMS)
