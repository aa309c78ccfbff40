"""The recommender on Office Products: what it has reached, it keeps."""

from pathlib import Path

import pytest

from daogou_evals.recommend.next_item import evaluate_histories

DATA = Path(__file__).parents[1].parent / "shared" / "data" / "office_products"


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
