"""The four answers that a row can give to a wish."""

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """What a row says of a wish. Silence is not refusal: unknown is never broken."""

    MET = "met"
    NEAR = "near"  # not quite, or only possibly: 3000-3999 mAh for 3500
    UNKNOWN = "unknown"  # the row does not say
    BROKEN = "broken"


_BEST_FIRST = (Outcome.MET, Outcome.NEAR, Outcome.BROKEN, Outcome.UNKNOWN)


def best(outcomes: Iterable[Outcome]) -> Outcome:
    """The best of several statements of one row; silence only where all are silent."""
    return min(outcomes, key=_BEST_FIRST.index, default=Outcome.UNKNOWN)
