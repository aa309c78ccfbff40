"""The weights of fit of one shop: a coordinate search (Metzler & Croft, 2007) over judgements, or over logged turns graded by clicks."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from daogou.catalog.products.event import Event, EventName
from daogou.errors import UserError
from daogou.rank.kinds import SCALES, STANDARD
from daogou.recommend.learn.weighing import Gain

GRADES: Mapping[EventName, int] = MappingProxyType(
    {
        EventName.SELECT_ITEM: 1,
        EventName.VIEW_ITEM: 1,
        EventName.ADD_TO_WISHLIST: 2,
        EventName.ADD_TO_CART: 2,
        EventName.PURCHASE: 3,
    }
)
LATER = timedelta(hours=24)  # after an answer within which what its session does with a product is joined to it


@dataclass(kw_only=True)
class ShownTurn:
    """One answer with a list of products."""

    turn_id: str
    query: str
    user_id: str
    session_id: str
    at: datetime
    positions: dict[str, int]  # by product id, from 0
    grades: dict[str, int] = field(default_factory=dict)  # by product id; absent: nobody touched it

    @property
    def who(self) -> str:
        """The shopper, else the session."""
        return self.user_id or self.session_id


def shown_turns(events: Iterable[Event]) -> list[ShownTurn]:
    """Those in which something was touched: the others tell nothing of the order. `events` oldest first.

    A deed is joined by the list that it names, else to what its session was shown within the day before.
    """
    by_list: dict[str, ShownTurn] = {}
    by_session: dict[str, list[ShownTurn]] = defaultdict(list)
    for event in events:
        turn_id = next((item.item_list_id for item in event.items if item.item_list_id), "")
        if event.name is EventName.VIEW_ITEM_LIST and turn_id and event.search_term:
            places = enumerate(event.items)
            by_list[turn_id] = turn = ShownTurn(
                turn_id=turn_id,
                query=event.search_term,
                user_id=event.user_id,
                session_id=event.session_id,
                at=event.timestamp,
                positions={item.item_id: place if item.index is None else item.index for place, item in places},
            )
            by_session[turn.session_id].append(turn)
        elif event.name in GRADES:
            _join(event, by_list, by_session)
    return [turn for turn in by_list.values() if turn.grades]


def _join(event: Event, by_list: Mapping[str, ShownTurn], by_session: Mapping[str, list[ShownTurn]]) -> None:
    """Of a product the best that was done with it counts."""
    of_session = by_session.get(event.session_id, ()) if event.session_id else ()
    recent = [turn for turn in of_session if event.timestamp - turn.at <= LATER]
    for item in event.items:
        named = by_list.get(item.item_list_id)
        for turn in [named] if named is not None else recent:
            if item.item_id in turn.positions:
                turn.grades[item.item_id] = max(GRADES[event.name], turn.grades.get(item.item_id, 0))


Judgements: TypeAlias = Mapping[str, Mapping[str, float]]  # query -> product id -> rating


def read_judgements(path: Path) -> Judgements:
    """Those queries that have a relevant product; UserError where a column is missing or a rating is no number."""
    judgements: dict[str, dict[str, float]] = defaultdict(dict)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                judgements[row["query"]][row["docid"]] = float(row["rating"])
    except (OSError, KeyError, ValueError) as error:
        raise UserError(f"{path}: {error!r}; expected the columns query, docid and rating (a number)") from error
    return {query: rated for query, rated in judgements.items() if max(rated.values()) > 0}


FOLDS = 5
K = 10
STEPS = (0.5, 2.0, 0.75, 1.33, 0.25, 4.0)  # by which a factor is multiplied
WIDEST = 8.0  # a factor, or one over it
WORTHWHILE = 0.001  # NDCG@10 that a step must bring on what is learnt from: chance brings less
ROUNDS = 4
SHARED = ("kind", *SCALES)  # what `worth` multiplies

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One query's products as the standard weights order them, and how good each was found."""

    query: str
    product_ids: tuple[str, ...]
    parts: Mapping[str, Floats]  # (n,) each: what the weight of that name adds to the fit
    rest: Floats  # (n,) what no learnt weight is in
    information: float  # the most that the query's words could score
    gains: Floats  # (n,) 2^grade - 1
    positions: npt.NDArray[np.int64] | None = None  # (n,) where each was shown, from 0; None: a person judged

    @property
    def totals(self) -> Floats:
        """(n,) the fit."""
        return np.asarray(self.rest + sum(self.parts.values(), np.zeros(len(self.rest))))

    @property
    def tells(self) -> bool:
        """Whether one product was found better than another."""
        return len(self.gains) > 1 and bool(self.gains.min() < self.gains.max())


@dataclass(frozen=True, kw_only=True)
class Report:
    """The standard weights against learnt ones, on queries that those were not learnt from."""

    queries: int
    standard: float  # mean NDCG@10
    learnt: float
    gain: Gain


def learn_factors(judged: Sequence[Judged]) -> dict[str, float]:
    """By what to multiply each weight that a query has a part of; an empty dictionary where nothing is better."""
    table = _Table(judged)
    factors: dict[str, float] = {}
    best = table.ndcg(factors)
    for _ in range(ROUNDS):
        before = best
        for name in table.names:
            tried = [factors | {name: factors.get(name, 1.0) * step} for step in STEPS]
            tried = [one for one in tried if 1 / WIDEST <= one[name] <= WIDEST]
            figures = [table.ndcg(one) for one in tried]
            if figures and max(figures) > best + WORTHWHILE:
                best = max(figures)
                factors = tried[figures.index(best)]
        if best == before:
            break
    return {name: factor for name, factor in factors.items() if factor != 1.0}


def folds_of(judged: Sequence[Judged], *, seed: int = 0) -> list[int]:
    """Which fold each is left out with; the same query asked twice is left out together."""
    queries = list(dict.fromkeys(one.query for one in judged))
    fold = np.random.default_rng(seed).permutation(len(queries)) % FOLDS
    of_query = dict(zip(queries, fold.tolist(), strict=True))
    return [of_query[one.query] for one in judged]


def ndcg(gains: Floats) -> float:
    """NDCG@10 of products in that order."""
    discounts = _discounts(len(gains))
    ideal = float(np.sort(gains)[::-1] @ discounts)
    return float(gains @ discounts) / ideal if ideal else 0.0


class _Table:
    """All queries side by side, filled up with products that nobody wants and that come last."""

    def __init__(self, judged: Sequence[Judged]) -> None:
        most = max((len(one.rest) for one in judged), default=0)
        parts = dict.fromkeys(name for one in judged for name in one.parts)
        shared = [name for name in parts if name in SHARED]
        self.names = (*parts, "worth") if shared else tuple(parts)
        self._parts = {name: _filled([one.parts.get(name) for one in judged], most, 0.0) for name in parts}
        self._rest = _filled([one.rest for one in judged], most, -1e6)
        self._gains = _filled([one.gains for one in judged], most, 0.0)
        self._information = np.array([one.information for one in judged])
        self._discounts = _discounts(most)
        self._ideal = np.maximum(-np.sort(-self._gains, axis=1) @ self._discounts, 1e-9)

    def ndcg(self, factors: Mapping[str, float]) -> float:
        """The mean over the queries, the weights multiplied by these factors."""
        worth = STANDARD.worth * factors.get("worth", 1.0)
        share = (worth / np.maximum(self._information, worth))[:, None]
        usual = (STANDARD.worth / np.maximum(self._information, STANDARD.worth))[:, None]
        totals = self._rest.copy()
        for name, part in self._parts.items():
            totals += part * factors.get(name, 1.0) * (share / usual if name in SHARED else 1.0)
        ranked = np.take_along_axis(self._gains, np.argsort(-totals, axis=1, kind="stable"), axis=1)
        return float(np.mean(ranked @ self._discounts / self._ideal)) if len(ranked) else 0.0


def _filled(rows: Sequence[Floats | None], length: int, blank: float) -> Floats:
    table = np.full((len(rows), length), blank)
    for number, row in enumerate(rows):
        if row is not None:
            table[number, : len(row)] = row
    return table


def _discounts(length: int) -> Floats:
    places = np.arange(length)
    return np.asarray(np.where(places < K, 1 / np.log2(places + 2), 0.0))


def fit_card(report: Report, source: str, factors: Mapping[str, float]) -> str:
    """Markdown."""
    return "\n".join(
        [
            "# Daogou weights of fit",
            "",
            f"The standard weights of fit, some of them multiplied; learnt for this shop alone by `daogou learn fit` from"
            f" {report.queries:,} queries with {source}.",
            "",
            f"NDCG@10 on queries left out ({FOLDS} folds): {report.standard:.4f} with the standard weights, {report.learnt:.4f} with learnt"
            f" ones; gain {report.gain}.",
            "",
            "What is multiplied, and by what:",
            "",
            *(f"- {name}: {factor:.3g}" for name, factor in sorted(factors.items())),
            *([] if factors else ["- nothing: no other weights are better"]),
            "",
            "No weight changes its sign. An order that a shopper asks for (cheapest first) is never touched. Clicks are corrected for the"
            " place at which a product was shown; what was never shown is not learnt about.",
            "",
        ]
    )


PLACES = 20  # later ones count as the last
RIDGE = 1.0  # of an answer or two: where few are looked at, places are taken for alike
LEAST = 0.1  # no touch counts more than ten times


def without_positions(turns: Sequence[Judged]) -> list[Judged]:
    """The same turns, what was touched at a place that is seldom looked at counting for more."""
    if all(turn.positions is None for turn in turns):
        return list(turns)
    looked_at = propensities(turns)
    return [
        replace(turn, gains=turn.gains / looked_at[_places(turn.positions)]) if turn.positions is not None else turn
        for turn in turns
    ]


def propensities(turns: Sequence[Judged]) -> Floats:
    """(PLACES,) how likely each place is looked at, beside the first; from 0.1 to 1."""
    from scipy.optimize import minimize

    differences, better, worse, weights = _pairs(turns)

    def loss(given: Floats) -> tuple[float, Floats]:
        sharpness, bias = given[0], given[1:]
        margins = sharpness * differences + bias[better] - bias[worse]
        pull = -weights / (1 + np.exp(margins))  # of each pair, by its margin
        slope = np.bincount(better, pull, PLACES) - np.bincount(worse, pull, PLACES)
        value = float(weights @ np.logaddexp(0, -margins) + RIDGE * (given @ given) / 2)
        return value, np.concatenate([[pull @ differences], slope]) + RIDGE * given

    found = minimize(loss, np.zeros(PLACES + 1), jac=True, method="L-BFGS-B").x[1:]
    return np.asarray(np.clip(np.exp(found - found[0]), LEAST, 1.0))


def _pairs(turns: Sequence[Judged]) -> tuple[Floats, npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
    """Of every pair: the difference of fits, both places, and its weight; a touched product counts once."""
    rows = []
    for turn in turns:
        if turn.positions is None:
            continue
        places, totals = _places(turn.positions), turn.totals
        touched, left = np.flatnonzero(turn.gains > 0), np.flatnonzero(turn.gains <= 0)
        pairs = [(one, other) for one in touched for other in left]
        rows += [(totals[one] - totals[other], places[one], places[other], 1 / len(left)) for one, other in pairs]
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return table[:, 0], table[:, 1].astype(np.int64), table[:, 2].astype(np.int64), table[:, 3]


def _places(positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.minimum(positions, PLACES - 1).astype(np.int64)
