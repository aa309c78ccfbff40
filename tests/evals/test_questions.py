import pytest

from daogou_evals.questions import judged_ndcg, ndcg, quantile


def test_the_ideal_order_has_ndcg_1() -> None:
    assert ndcg({"a": 3, "b": 1, "c": 0}, ["a", "b", "c"], 10) == pytest.approx(1.0)


def test_ndcg_of_a_swap_by_hand() -> None:
    # gains 7 and 1 at discounts 1 and log2(3): (1 + 7 / log2(3)) / (7 + 1 / log2(3))
    assert ndcg({"a": 3, "b": 1}, ["b", "a"], 10) == pytest.approx(0.7098097)


def test_what_nobody_judged_takes_a_place_unless_it_is_taken_out() -> None:
    relevance = {"a": 3.0}

    assert ndcg(relevance, ["x", "a"], 10) == pytest.approx(0.6309298)
    assert judged_ndcg(relevance, ["x", "a"], 10) == pytest.approx(1.0)


def test_only_the_first_k_count() -> None:
    assert ndcg({"a": 3}, ["x", "y", "a"], 2) == 0.0


def test_nothing_relevant_is_zero_not_an_error() -> None:
    assert ndcg({"a": 0}, ["a"], 10) == 0.0


@pytest.mark.parametrize(("share", "expected"), [(0.5, 2.0), (0.95, 4.0), (1.0, 4.0), (0.0, 1.0)])
def test_a_quantile_is_one_of_the_values(share: float, expected: float) -> None:
    assert quantile([4.0, 1.0, 3.0, 2.0], share) == expected


def test_the_quantile_of_nothing_is_zero() -> None:
    assert quantile([], 0.5) == 0.0
