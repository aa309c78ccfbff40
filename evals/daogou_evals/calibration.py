"""Does a fit of 0.8 mean that four of five such products are right? First five products of answers, judged on the raw rows.

Right is what meets every must of its turn in the needs suite, or what people rated 2 and above. `daogou evaluate calibration` runs it.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Annotated, TypeAlias

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from daogou.app.fitting import Judgements, read_judgements
from daogou.cli.terminal import console, progress
from daogou.guide import Guide
from daogou.progress import Progress, silent
from daogou.rank.fit import between, probability
from daogou_evals.measured import LITTLE, opened, weigh
from daogou_evals.needs.cases import Case, Expect, read_cases
from daogou_evals.needs.rows import Rows, feeds, read_rows
from daogou_evals.options import MAPPINGS, SHOPS_FOLDER, Data, Mappings, Names, Shops, chosen, print_table
from daogou_evals.questions import tracked
from daogou_evals.sold import read_requests

FIRST = 5  # products of an answer
RIGHT = 2.0  # people's rating from which on a product answers the query
Knots: TypeAlias = tuple[tuple[float, float], ...]
Floats = NDArray[np.float64]
SPLITS = (0.02, 0.08, 0.2, 0.4, 0.6, 0.8)  # of the mass: closer where few products stand and the curve is steep
SHOPS = tuple(feeds())
RATED = "icecat"  # the shop that has judgements.csv


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
    return [
        one
        for case in tracked(asked, "needs suite", on_progress)
        for one in _talk(guides[case.shop], case, rows[case.shop])
    ]


def judged_ratings(guide: Guide, judgements: Judgements, *, shop: str, on_progress: Progress = silent) -> list[Judged]:
    """The first products of every query, those that somebody rated."""
    found: list[Judged] = []
    for query, ratings in tracked(list(judgements.items()), "ratings", on_progress):
        for candidate in guide.search(query, limit=FIRST).shortlist:
            rating, total = ratings.get(candidate.product_id), candidate.score("total")
            if rating is not None and total is not None:
                found.append(Judged(shop=shop, total=total, right=rating >= RIGHT))
    return found


def judged_requests(guides: Mapping[str, Guide], *, limit: int = 0, on_progress: Progress = silent) -> list[Judged]:
    """The first product of every request of `sold`: right where it is one that answers it, wrong where the shop has no such thing."""
    requests = [request for shop in guides for request in read_requests(shop)[: limit or None]]
    return [
        Judged(shop=one.shop, total=found.score("total") or 0.0, right=found.product_id in one.right)
        for one in tracked(requests, "requests", on_progress)
        for found in guides[one.shop].search(one.message, limit=1).shortlist
    ]


def calibrated(judged: Sequence[Judged]) -> Calibration:
    """The errors, and the curve that all of them give."""
    shops = dict.fromkeys(one.shop for one in judged)
    curves = {shop: _fitted([one for one in judged if one.shop != shop]) for shop in shops}
    own = [probability(one.total) for one in judged]
    unseen = [between(curves[one.shop], one.total) for one in judged]
    places = {name: [at for at, one in enumerate(judged) if name in ("all", one.shop)] for name in ("all", *shops)}
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


def isotonic(scores: Sequence[float], right: Sequence[float]) -> tuple[Floats, Floats]:
    """The scores in order and the share right at each, never falling; least squares (pool adjacent violators: Ayer et al., 1955)."""
    order = np.argsort(np.asarray(scores, dtype=np.float64), kind="stable")
    ordered, truth = (np.asarray(values, dtype=np.float64)[order] for values in (scores, right))
    return ordered, isotonic_regression(truth).x if len(truth) else truth


def knots(scores: Sequence[float], right: Sequence[float], *, splits: Sequence[float] = SPLITS) -> Knots:
    """The isotonic curve as points to draw straight lines between: the means of the parts between these shares of the mass."""
    ordered, fitted = isotonic(scores, right)
    bounds = [round(share * len(ordered)) for share in (0.0, *splits, 1.0)]
    parts = [slice(low, high) for low, high in pairwise(bounds) if low < high]
    points = [(round(float(ordered[part].mean()), 3), round(float(fitted[part].mean()), 3)) for part in parts]
    return tuple(dict(points).items())


def calibration_error(said: Sequence[float], right: Sequence[float], *, bins: int = 10) -> float:
    """Expected calibration error over bins of equal mass: mean |what was said - the share right|, by how many stand in a bin."""
    apart = sum(count * abs(mean - share) for count, mean, share in reliability(said, right, bins=bins))
    return apart / max(len(said), 1)


def reliability(said: Sequence[float], right: Sequence[float], *, bins: int = 10) -> list[tuple[int, float, float]]:
    """(how many, what was said, the share right) of each bin of equal mass, the lowest first."""
    order = np.argsort(np.asarray(said, dtype=np.float64), kind="stable")
    told, truth = np.asarray(said, dtype=np.float64)[order], np.asarray(right, dtype=np.float64)[order]
    parts = [part for part in np.array_split(np.arange(len(told)), bins) if len(part)]
    return [(len(part), float(told[part].mean()), float(truth[part].mean())) for part in parts]


def command(
    data: Data,
    shops: Shops = SHOPS_FOLDER,
    mappings: Mappings = MAPPINGS,
    shop: Names = None,
    requests: Annotated[
        bool,
        typer.Option("--requests", help="Count the little shops' requests too, half of them for what is not there."),
    ] = False,
    limit: Annotated[int, typer.Option(help="Cases of each shop; 0: all.", min=0)] = 0,
    most: Annotated[
        float, typer.Option(help="Error of the curve without the shop asked about, above it exit status 1.")
    ] = 1.0,
) -> None:
    """Expected calibration error of fit, ten bins of equal mass, first five products of each answer.

    Labels: the needs suite's checks on the raw rows, and people's ratings of Icecat (2 and above is right). Prints the knots of a new curve.

    Example: daogou evaluate calibration ../shared/data --shops shops
    """
    names = chosen(shop, SHOPS)
    with progress() as step:
        opening = partial(opened, data=data, mappings=mappings, on_progress=step)
        with opening(names, shops) as guides:
            cases = [case for name in names for case in read_cases([name])[: limit or None]]
            rows = {name: read_rows(feeds()[name], data) for name in names}
            judged = judged_cases(guides, cases, rows, on_progress=step)
            if RATED in guides:
                ratings = list(read_judgements(data / RATED / "judgements.csv").items())[: limit or None]
                judged += judged_ratings(guides[RATED], dict(ratings), shop=RATED, on_progress=step)
        with opening(LITTLE if requests else (), shops) as guides:
            judged += judged_requests(guides, limit=limit, on_progress=step)
    found = calibrated(judged)
    shares = [
        (name, count, found.right[name], found.own[name], found.left_out[name])
        for name, count in found.products.items()
    ]
    print_table(("shop", "products", "right", "error, own curve", "shop left out"), shares)
    console.print(f"KNOTS = {found.knots}")
    raise typer.Exit(int(found.left_out["all"] > most))
