"""`daogou learn recommender`: a time split, experts, weights that earlier visits could not spoil, figures, an artifact."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from daogou.learn.cooccurrence import bought_together, chosen_by_the_same
from daogou.learn.experts import MOST, Goods, experts
from daogou.learn.full_ranking import Ranked, figures
from daogou.learn.mixing import mixing_weights
from daogou.learn.traces import Mask, Traces
from daogou.recommend.artifact import Counts, Learned
from daogou.recommend.contract import Recommender
from daogou.recommend.mixture import Mixture
from daogou.recommend.neighbours import NEXT
from daogou.recommend.prior_weights import prior_weights
from daogou.store.progress import Progress, silent

FEW = 200  # held-out visits below which weights are not fitted but taken as given
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How to learn."""

    test_share: float = 0.1  # of the visits, the newest: figures are of these alone
    mix_share: float = 0.1  # of the visits, those before: the weights are fitted on these
    test_from: datetime | None = None  # instead of test_share
    visits: int = 3_000  # of each of the two parts that are looked at, drawn at random
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What serving gets, and what the card tells."""

    learned: Learned
    report: Mapping[str, Any] = field(default_factory=dict)


def learn_recommender(
    traces: Traces, goods: Goods, recipe: Recipe | None = None, *, on_progress: Progress = silent
) -> Outcome:
    """Fit, weigh, measure, then fit again to the whole log with those weights.

    The figures are of experts that have seen nothing from the test visits' time on.
    """
    recipe = recipe or Recipe()
    started = time.perf_counter()
    mix_from, test_from = _cuts(traces, recipe)
    steps = _Steps(on_progress)
    early = experts(traces.only(traces.day_of < mix_from), goods)
    steps.done()
    mixing = _drawn(traces, (traces.day_of >= mix_from) & (traces.day_of < test_from), recipe)
    weigh = _weighing(traces, mixing, early)
    steps.done()
    seen = traces.only(traces.day_of < test_from)
    figures_ = _measured(traces, seen, weigh(experts(seen, goods)), _drawn(traces, traces.day_of >= test_from, recipe))
    steps.done()
    mixture = weigh(experts(traces, goods))
    learned = Learned(table=goods.table, mixture=mixture, counts=_counts(traces))
    steps.done()
    report = {
        "items": traces.n_items,
        "shoppers": len(np.unique(traces.shopper)),
        "visits": traces.n_visits,
        "touches": len(traces.row),
        "test_from": _moment(test_from).isoformat() if np.isfinite(test_from) else None,
        "weights_from": len(mixing),
        "weights_fitted": len(mixing) >= FEW,
        "weights": {e.name: w for e, w in zip(mixture.experts, mixture.weights.T.round(4).tolist(), strict=True)},
        "levels": list(mixture.levels),
        **figures_,
        "took_s": round(time.perf_counter() - started, 1),
    }
    return Outcome(learned=learned, report=report)


def _cuts(traces: Traces, recipe: Recipe) -> tuple[float, float]:
    """From which day on visits are for the weights, and for the test; days since 1970."""
    if not traces.n_visits:
        return np.inf, np.inf
    days = np.sort(traces.day_of)
    if recipe.test_from is not None:
        test_from = (recipe.test_from - _EPOCH) / timedelta(days=1)
        days = days[days < test_from]
        return (float(days[int(len(days) * (1 - recipe.mix_share))]) if len(days) else test_from), test_from
    test_from = float(days[int(len(days) * (1 - recipe.test_share))])
    return float(days[int(len(days) * (1 - recipe.test_share - recipe.mix_share))]), test_from


def _drawn(traces: Traces, period: Mask, recipe: Recipe) -> npt.NDArray[np.int64]:
    """Visits of that time by shoppers who had been there before; at most so many, at random."""
    returning = np.zeros(traces.n_visits, dtype=bool)
    returning[1:] = traces.shopper_of[1:] == traces.shopper_of[:-1]
    found = np.flatnonzero(period & returning)
    if len(found) > recipe.visits:
        found = np.sort(np.random.default_rng(recipe.seed).choice(found, recipe.visits, replace=False))
    return found


def _weighing(
    traces: Traces, visits: npt.NDArray[np.int64], early: Sequence[Recommender]
) -> Callable[[Sequence[Recommender]], Mixture]:
    """How to weigh experts, from how those that saw earlier visits alone foretold these."""
    even = Mixture(early, np.full((1, len(early)), 1 / len(early), dtype=np.float32), (), NEXT)
    if len(visits) < FEW:
        given = prior_weights([expert.name for expert in early])
        return lambda found: Mixture(found, given[None, :], (), NEXT)
    chances, shares, gauge = [], [], []
    for visit in visits:
        history, wanted = traces.before(visit), traces.wanted(visit)
        told, _ = even.told(history)
        chances.append(np.array([one[wanted] for one in told], dtype=np.float64).T)
        shares.append(np.full(len(wanted), 1 / len(wanted)))
        gauge.append(np.full(len(wanted), early[_place(early)].scores(history).sum()))
    known = np.concatenate(gauge)
    levels = np.unique(np.quantile(known[known > 0], (0.0, 0.33, 0.67))) if (known > 0).any() else np.array([])
    numbers = np.searchsorted(levels, known, side="right")
    weights = mixing_weights(np.concatenate(chances), np.concatenate(shares), numbers, len(levels) + 1)
    return lambda found: Mixture(found, weights, levels.tolist(), NEXT)


def _place(found: Sequence[Recommender]) -> int:
    return [expert.name for expert in found].index(NEXT)


def _measured(traces: Traces, seen: Traces, mixture: Mixture, visits: npt.NDArray[np.int64]) -> dict[str, Any]:
    """recall@10 and NDCG@10 of the mixture and of each expert on the same visits; new products apart."""
    known = np.bincount(seen.row, minlength=traces.n_items) > 0
    of_expert: dict[str, list[tuple[float, float]]] = {expert.name: [] for expert in mixture.experts}
    of_mixture, of_new = [], []
    for visit in visits:
        history, wanted = traces.before(visit), traces.wanted(visit)
        for expert in mixture.experts:
            of_expert[expert.name].append(figures(expert.scores(history), wanted))
        total = mixture.scores(history)
        of_mixture.append(figures(total, wanted))
        if not known[wanted].all():
            of_new.append(figures(total, wanted[~known[wanted]]))
    groups = traces.shopper_of[visits].tolist()
    return {
        "mixture": Ranked.of(of_mixture).told(groups),
        "experts": {name: Ranked.of(found).told(groups) for name, found in of_expert.items()},
        "new_products": Ranked.of(of_new).told(),
    }


def _counts(traces: Traces) -> Counts:
    pairs = np.unique(np.stack([traces.shopper[traces.bought], traces.row[traces.bought]]), axis=1)
    return Counts(
        together=bought_together(traces, most=MOST),
        both=chosen_by_the_same(traces, most=MOST),
        buyers=np.bincount(pairs[1], minlength=traces.n_items).astype(np.int32),
        as_of=_moment(float(traces.day.max())) if len(traces.day) else _EPOCH,
    )


def _moment(day: float) -> datetime:
    return _EPOCH + timedelta(days=day)


class _Steps:
    """Counts the four parts of the work."""

    def __init__(self, on_progress: Progress) -> None:
        self._on_progress = on_progress
        self._count = 0
        on_progress("learning", 0, 4)

    def done(self) -> None:
        """One more."""
        self._count += 1
        self._on_progress("learning", self._count, 4)
