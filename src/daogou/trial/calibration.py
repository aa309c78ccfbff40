"""Does a fit of 0.8 mean that four of five such products are right? First five products of answers, judged on the raw rows.

Right is what meets every must of its turn in the needs suite, or what people rated 2 and above. `daogou evaluate calibration` runs it.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from daogou.guide import Guide
from daogou.rank.curve import between, probability
from daogou.store.progress import Progress, silent
from daogou.trial.cases import Case, Expect
from daogou.trial.isotonic import calibration_error, knots
from daogou.trial.rows import Rows
from daogou.trial.search import Judgements
from daogou.trial.sold import read_requests
from daogou.trial.weighing import weigh

FIRST = 5  # products of an answer
RIGHT = 2.0  # people's rating from which on a product answers the query
Knots: TypeAlias = tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One product of an answer: its fit as the formula sums it, and whether it is right."""

    shop: str
    total: float
    right: bool


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Expected calibration error of all and by shop: of the curve in use, and of one fitted without the shop asked about."""

    products: Mapping[str, int]
    right: Mapping[str, float]
    own: Mapping[str, float]
    left_out: Mapping[str, float]
    knots: Knots  # fitted on all


def judged_cases(
    guides: Mapping[str, Guide], cases: Iterable[Case], rows: Mapping[str, Rows], *, on_progress: Progress = silent
) -> list[Judged]:
    """The first products of every turn of the needs suite that wants some."""
    asked = [case for case in cases if case.shop in guides]
    found: list[Judged] = []
    for number, case in enumerate(asked, start=1):
        found += _talk(guides[case.shop], case, rows[case.shop])
        on_progress("needs suite", number, len(asked))
    return found


def judged_ratings(guide: Guide, judgements: Judgements, *, shop: str, on_progress: Progress = silent) -> list[Judged]:
    """The first products of every query, those that somebody rated."""
    found: list[Judged] = []
    for number, (query, ratings) in enumerate(judgements.items(), start=1):
        for candidate in guide.search(query, limit=FIRST).shortlist:
            rating, total = ratings.get(candidate.product_id), candidate.score("total")
            if rating is not None and total is not None:
                found.append(Judged(shop=shop, total=total, right=rating >= RIGHT))
        on_progress("ratings", number, len(judgements))
    return found


def judged_requests(guides: Mapping[str, Guide], *, limit: int = 0, on_progress: Progress = silent) -> list[Judged]:
    """The first product of every request of `sold`: right where it is one that answers it, wrong where the shop has no such thing."""
    found: list[Judged] = []
    for number, (shop, guide) in enumerate(guides.items(), start=1):
        for request in read_requests(shop)[: limit or None]:
            for candidate in guide.search(request.message, limit=1).shortlist:
                total = candidate.score("total") or 0.0
                found.append(Judged(shop=shop, total=total, right=candidate.product_id in request.right))
        on_progress("requests", number, len(guides))
    return found


def calibrated(judged: Sequence[Judged]) -> Calibration:
    """The errors, and the curve that all of them give."""
    shops = dict.fromkeys(one.shop for one in judged)
    curves = {shop: _fitted([one for one in judged if one.shop != shop]) for shop in shops}
    own = [probability(one.total) for one in judged]
    unseen = [between(curves[one.shop], one.total) for one in judged]
    groups: dict[str, Callable[[Judged], bool]] = {"all": lambda one: True}
    groups |= {shop: (lambda one, shop=shop: one.shop == shop) for shop in shops}  # type: ignore[misc]
    places = {name: [at for at, one in enumerate(judged) if keep(one)] for name, keep in groups.items()}
    return Calibration(
        products={name: len(some) for name, some in places.items()},
        right={name: sum(judged[at].right for at in some) / max(len(some), 1) for name, some in places.items()},
        own={name: _error(judged, own, some) for name, some in places.items()},
        left_out={name: _error(judged, unseen, some) for name, some in places.items()},
        knots=_fitted(judged),
    )


def _talk(guide: Guide, case: Case, rows: Rows) -> list[Judged]:
    found: list[Judged] = []
    session_id = f"calibration-{uuid.uuid4().hex}"
    for turn in case.turns:
        answered = guide.answer(turn.say, session_id=session_id)
        if turn.expect is not Expect.SHOWN or not turn.must:
            continue
        weighed = weigh(guide, answered.turn.need)
        for recommendation in answered.response.recommendations[:FIRST]:
            product = recommendation.product
            row, total = rows.find(product.id, product.title), weighed.total(product.id)
            if row is not None and total is not None:
                right = not case.checks.failed(turn.must, row)
                found.append(Judged(shop=case.shop, total=total, right=right))
    return found


def _fitted(judged: Sequence[Judged]) -> Knots:
    return knots([one.total for one in judged], [float(one.right) for one in judged])


def _error(judged: Sequence[Judged], said: Sequence[float], places: Sequence[int]) -> float:
    return calibration_error([said[at] for at in places], [float(judged[at].right) for at in places])
