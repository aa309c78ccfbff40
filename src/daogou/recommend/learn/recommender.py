"""`daogou learn recommender`: a time split, experts, weights that earlier visits could not spoil, figures, an artifact."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from daogou.progress import Progress, silent
from daogou.recommend.artifact import Counts, Learned
from daogou.recommend.learn.fitting import MOST, Further, ItemData, bought_together, chosen_by_the_same, fit_models
from daogou.recommend.learn.interactions import Interactions, Mask
from daogou.recommend.learn.weighing import FEW, Ranked, Weights, figures, predictions, weigh
from daogou.recommend.mixture import Mixture
from daogou.recommend.models.items import Model

STEP, PARTS = "learning", 4
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
    interactions: Interactions,
    item_data: ItemData,
    recipe: Recipe | None = None,
    *,
    further: Further = (),
    on_progress: Progress = silent,
) -> Outcome:
    """Measure, then fit again to the whole log with the weights that were found; `further` makes more experts."""
    started = time.perf_counter()
    weights, measured = measure_recommender(interactions, item_data, recipe, further=further, on_progress=on_progress)
    mixture = weights.mix(fit_models(interactions, item_data, further))
    learned = Learned(table=item_data.table, mixture=mixture, counts=counts_of(interactions))
    on_progress(STEP, PARTS, PARTS)
    report = {
        "items": interactions.n_items,
        "shoppers": len(np.unique(interactions.shopper)),
        "visits": interactions.n_visits,
        "touches": len(interactions.row),
        **measured,
        "took_s": round(time.perf_counter() - started, 1),
    }
    return Outcome(learned=learned, report=report)


def measure_recommender(
    interactions: Interactions,
    item_data: ItemData,
    recipe: Recipe | None = None,
    *,
    further: Further = (),
    peers: Further = (),
    on_progress: Progress = silent,
) -> tuple[Weights, dict[str, Any]]:
    """The weights, fitted on visits that the experts had not seen, and how the mixture and each expert foretold later ones.

    `peers` are other recommenders to set beside them, each fitted to what the experts saw. Nothing has seen anything from the
    test visits' time on.
    """
    recipe = recipe or Recipe()
    mix_from, test_from = cuts(interactions, recipe)
    on_progress(STEP, 0, PARTS)
    early = fit_models(interactions.only(interactions.day_of < mix_from), item_data, further)
    on_progress(STEP, 1, PARTS)
    mixing = drawn(interactions, (interactions.day_of >= mix_from) & (interactions.day_of < test_from), recipe)
    told = predictions(early, ((interactions.before(visit), interactions.wanted(visit)) for visit in mixing))
    weights = weigh(told)
    on_progress(STEP, 2, PARTS)
    seen = interactions.only(interactions.day_of < test_from)
    mixture = weights.mix(fit_models(seen, item_data, further))
    others = [*mixture.models, *(peer(seen) for peer in peers)]
    figures_ = _measured(
        interactions, seen, mixture, others, drawn(interactions, interactions.day_of >= test_from, recipe)
    )
    on_progress(STEP, 3, PARTS)
    return weights, {
        "test_from": _moment(test_from).isoformat() if np.isfinite(test_from) else None,
        "weights_from": told.visits,
        "weights_fitted": told.visits >= FEW,
        "weights": dict(zip(told.names, weights.weights.T.round(4).tolist(), strict=True)),
        "levels": list(weights.levels),
        **figures_,
    }


def cuts(interactions: Interactions, recipe: Recipe) -> tuple[float, float]:
    """From which day on visits are for the weights, and for the test; days since 1970."""
    if not interactions.n_visits:
        return np.inf, np.inf
    days = np.sort(interactions.day_of)
    if recipe.test_from is not None:
        test_from = (recipe.test_from - _EPOCH) / timedelta(days=1)
        days = days[days < test_from]
        return (float(days[int(len(days) * (1 - recipe.mix_share))]) if len(days) else test_from), test_from
    test_from = float(days[int(len(days) * (1 - recipe.test_share))])
    return float(days[int(len(days) * (1 - recipe.test_share - recipe.mix_share))]), test_from


def drawn(interactions: Interactions, period: Mask, recipe: Recipe) -> npt.NDArray[np.int64]:
    """Visits of that time by shoppers who had been there before; at most so many, at random."""
    returning = np.zeros(interactions.n_visits, dtype=bool)
    returning[1:] = interactions.shopper_of[1:] == interactions.shopper_of[:-1]
    found = np.flatnonzero(period & returning)
    if len(found) > recipe.visits:
        found = np.sort(np.random.default_rng(recipe.seed).choice(found, recipe.visits, replace=False))
    return found


def _measured(
    interactions: Interactions,
    seen: Interactions,
    mixture: Mixture,
    others: Sequence[Model],
    visits: npt.NDArray[np.int64],
) -> dict[str, Any]:
    """recall@10 and NDCG@10 of the mixture and of each other on the same visits; new products apart."""
    known = np.bincount(seen.row, minlength=interactions.n_items) > 0
    of_model: dict[str, list[tuple[float, float]]] = {model.name: [] for model in others}
    of_mixture, of_new = [], []
    for visit in visits:
        history, wanted = interactions.before(visit), interactions.wanted(visit)
        for model in others:
            of_model[model.name].append(figures(model.scores(history), wanted))
        total = mixture.scores(history)
        of_mixture.append(figures(total, wanted))
        if not known[wanted].all():
            of_new.append(figures(total, wanted[~known[wanted]]))
    groups = interactions.shopper_of[visits].tolist()
    return {
        "mixture": Ranked.of(of_mixture).told(groups),
        "experts": {name: Ranked.of(found).told(groups) for name, found in of_model.items()},
        "new_products": Ranked.of(of_new).told(),
    }


def counts_of(interactions: Interactions) -> Counts:
    """What may be said of products, shopper by shopper."""
    pairs = np.unique(
        np.stack([interactions.shopper[interactions.bought], interactions.row[interactions.bought]]), axis=1
    )
    return Counts(
        together=bought_together(interactions, most=MOST),
        both=chosen_by_the_same(interactions, most=MOST),
        buyers=np.bincount(pairs[1], minlength=interactions.n_items).astype(np.int32),
        as_of=_moment(float(interactions.day.max())) if len(interactions.day) else _EPOCH,
    )


def _moment(day: float) -> datetime:
    return _EPOCH + timedelta(days=day)


def recommender_card(report: Mapping[str, Any]) -> str:
    """Markdown; `report` is what learn.recommender tells."""
    count, columns = report["weights_from"], list(report["weights"].values())
    starts = ["nothing", *(f"{level:.3g}" for level in report["levels"])]
    levels = [[start, *(f"{column[row]:.3f}" for column in columns)] for row, start in enumerate(starts)]
    return "\n".join(
        [
            "# Daogou recommender",
            "",
            "Foretells what a shopper wants next, P(item | shopper), as a mixture of experts. Learnt by `daogou learn recommender`.",
            "",
            f"- products: {report['items']:,}; shoppers: {report['shoppers']:,}; visits: {report['visits']:,};"
            f" touches: {report['touches']:,}",
            f"- learnt in {report['took_s']} s",
            "",
            "## How it did",
            "",
            *_card_measured(report),
            "",
            "## How far each expert is believed",
            "",
            f"Fitted by expectation maximisation on {count:,} visits that the experts had not seen."
            if report["weights_fitted"]
            else f"Taken as given: {count} visits were left to fit weights on, too few.",
            "",
            *_table([["known of the shopper from", *report["weights"]], *levels]),
            "",
            "## What it is not for",
            "",
            "It knows what was clicked and bought, not what is good for anybody: what is popular is shown and becomes more popular."
            " It holds no shopper's data: histories stay in the event log, and erasing a shopper there erases them here. The counts"
            " behind its reasons are those of the whole log at the time of learning; learn again after many erasures.",
            "",
        ]
    )


def _card_measured(report: Mapping[str, Any]) -> list[str]:
    mixture = report["mixture"]
    if not mixture["visits"]:
        return ["No visits were left to measure on: too few shoppers came twice."]
    rows = [["", "recall@10", "NDCG@10"], _figures("**mixture**", mixture)]
    rows += [_figures(name, told) for name, told in report["experts"].items()]
    new = report["new_products"]
    return [
        f"Next visits from {report['test_from']} on, {mixture['visits']:,} of them, foretold from what the shopper had done before;"
        " nothing from that time on was learnt from. Every product is ranked against every other, what was bought before"
        " included. 95 % intervals by bootstrap over shoppers.",
        "",
        *_table(rows),
        "",
        f"Products that nobody had touched before: recall@10 {new['recall@10']:.3f} ({new['visits']:,} visits).",
    ]


def _figures(name: str, told: Mapping[str, Any]) -> list[str]:
    return [name, *(f"{told[key]:.4f} ({told[f'{key} 95%'][0]:.4f} to {told[f'{key} 95%'][1]:.4f})" for key in _KEYS)]


_KEYS = ("recall@10", "ndcg@10")


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    return [head, "|" + " --- |" * len(rows[0]), *body]
