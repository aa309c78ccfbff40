"""What a step adds is told with how sure one may be."""

import pytest

from daogou.trial.bootstrap import paired_gain
from daogou.trial.ladder import WITHOUT, Measured, steps


def measured(*values: float, groups: list[str] | None = None) -> Measured:
    return Measured(cases=range(len(values)), values=values, took_ms=values, groups=groups)


def test_a_gain_in_every_case_is_sure() -> None:
    gain = paired_gain([0.1, 0.5, 0.3], [0.2, 0.6, 0.4])
    assert (gain.value, gain.low, gain.high) == pytest.approx((0.1, 0.1, 0.1))
    assert gain.helps


def test_a_gain_that_a_few_cases_make_is_not_sure() -> None:
    before, after = [0.5] * 20, [0.5] * 18 + [0.1, 1.0]
    gain = paired_gain(before, after)
    assert gain.value == pytest.approx(0.005)
    assert gain.low < 0 < gain.high
    assert not gain.helps


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    import numpy as np

    dice = np.random.default_rng(7)
    held = 0
    for trial in range(200):
        after = dice.normal(0.3, 1.0, size=80)
        gain = paired_gain(np.zeros(80), after, seed=trial, resamples=1000)  # type: ignore[arg-type]
        held += gain.low <= 0.3 <= gain.high
    assert 180 <= held <= 199  # 95 % of 200 is 190


def test_what_belongs_together_counts_as_one() -> None:
    before, after = [0.0] * 40, ([1.0] * 4 + [0.0] * 4) * 5
    alone = paired_gain(before, after)
    together = paired_gain(before, after, groups=[f"talk {at // 4}" for at in range(40)])
    assert alone.value == together.value == 0.5
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_of_nothing_there_is_no_gain() -> None:
    assert str(paired_gain([], [])) == "+0.0000 (+0.0000 to +0.0000)"


def test_every_step_is_held_against_the_guide_without_a_model() -> None:
    found = steps({WITHOUT: measured(0.0, 1.0, 1.0), "choice": measured(1.0, 1.0, 1.0)})
    assert [(one.name, one.changed, one.gain is None) for one in found] == [(WITHOUT, 0, True), ("choice", 1, False)]
    assert found[1].mean == 1.0
    assert found[1].gain is not None
    assert found[1].gain.value == pytest.approx(1 / 3)


def test_other_cases_are_refused() -> None:
    other = Measured(cases=["x", "y", "z"], values=[1.0] * 3, took_ms=[1.0] * 3)
    with pytest.raises(ValueError, match="choice was not measured on the same cases as without a model"):
        steps({WITHOUT: measured(0.0, 1.0, 1.0), "choice": other})
