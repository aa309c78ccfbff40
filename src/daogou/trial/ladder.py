"""The ladder: what each use of a language model adds to the guide without one, and whether it is more than chance."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from daogou.trial.bootstrap import Gain, paired_gain
from daogou.trial.metrics import quantile

WITHOUT = "without a model"
RUNGS: Mapping[str, Mapping[str, str]] = {
    WITHOUT: {},
    "reader": {"reader": "model"},
    "likelihood ranking": {"ranker": "model"},
    "choice": {"choose": "model"},
    "all three": {"reader": "model", "ranker": "model", "choose": "model"},
}  # what is set for each, beside the model


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One figure for each case on one rung: `cases` and their order are the same on every rung."""

    cases: Sequence[Hashable]
    values: Sequence[float]
    took_ms: Sequence[float]
    groups: Sequence[Hashable] | None = None  # what belongs together

    @property
    def mean(self) -> float:
        """Over all cases; 0 of none."""
        return sum(self.values) / len(self.values) if self.values else 0.0

    @property
    def p95_ms(self) -> float:
        """What all but one in twenty took."""
        return quantile(self.took_ms, 0.95)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One rung of the ladder beside the guide without a model."""

    name: str
    mean: float
    gain: Gain | None  # None: this is the guide without a model
    changed: int  # cases whose figure is another
    p95_ms: float


def steps(rungs: Mapping[str, Measured]) -> list[Step]:
    """Each rung against WITHOUT, which must be among them."""
    bottom = rungs[WITHOUT]
    return [_step(name, measured, bottom) for name, measured in rungs.items()]


def _step(name: str, measured: Measured, bottom: Measured) -> Step:
    if list(measured.cases) != list(bottom.cases):
        raise ValueError(f"{name} was not measured on the same cases as {WITHOUT}")
    gain = None if name == WITHOUT else paired_gain(bottom.values, measured.values, groups=bottom.groups)
    changed = sum(one != other for one, other in zip(measured.values, bottom.values, strict=True))
    return Step(name=name, mean=measured.mean, gain=gain, changed=changed, p95_ms=measured.p95_ms)
