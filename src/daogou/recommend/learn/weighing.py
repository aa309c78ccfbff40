"""From how experts foretold visits that they had not seen to how far each is believed, by how much is known of a shopper."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daogou.recommend.history import History, Rows
from daogou.recommend.mixture import Mixture, prior_weights
from daogou.recommend.models.items import ALIKE, NEXT, Model, Scores

RESAMPLES = 10_000
MIDDLE = (2.5, 97.5)  # percentiles: a 95 % interval


@dataclass(frozen=True, kw_only=True)
class Gain:
    """The mean difference and its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def helps(self) -> bool:
        """Above zero, and not by chance."""
        return self.low > 0

    def __str__(self) -> str:
        return f"{self.value:+.4f} ({self.low:+.4f} to {self.high:+.4f})"


def paired_gain(
    before: Sequence[float],
    after: Sequence[float],
    *,
    groups: Sequence[Hashable] | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Gain:
    """How much larger `after` is than `before`, case by case.

    `groups` holds what belongs together (the turns of one conversation): whole groups are drawn, as their cases are not
    independent of each other.
    """
    differences = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    if not len(differences):
        return Gain(value=0.0, low=0.0, high=0.0)
    names = {name: number for number, name in enumerate(dict.fromkeys(groups))} if groups is not None else {}
    member_of = np.array([names[name] for name in groups]) if groups is not None else np.arange(len(differences))
    sums = np.bincount(member_of, weights=differences)  # (n_groups,)
    sizes = np.bincount(member_of)  # (n_groups,)
    drawn = np.random.default_rng(seed).integers(len(sums), size=(resamples, len(sums)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.percentile(means, MIDDLE)
    return Gain(value=float(differences.mean()), low=float(low), high=float(high))


K = 10
_DISCOUNTS = 1 / np.log2(np.arange(2, K + 2))


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """recall@10 and NDCG@10 of each visit."""

    recalls: npt.NDArray[np.float64]
    ndcgs: npt.NDArray[np.float64]

    @classmethod
    def of(cls, figures: Iterable[tuple[float, float]]) -> "Ranked":
        """From pairs."""
        table = np.array(list(figures), dtype=np.float64).reshape(-1, 2)
        return cls(recalls=table[:, 0], ndcgs=table[:, 1])

    def told(self, groups: Sequence[int] | None = None) -> dict[str, float | list[float]]:
        """Both means with their 95 % intervals; `groups` are whose visits they are."""
        nothing = np.zeros(len(self.recalls)).tolist()
        recall, ndcg = (
            paired_gain(nothing, values.tolist(), groups=groups, resamples=2_000)
            for values in (self.recalls, self.ndcgs)
        )
        return {
            "recall@10": recall.value,
            "recall@10 95%": [recall.low, recall.high],
            "ndcg@10": ndcg.value,
            "ndcg@10 95%": [ndcg.low, ndcg.high],
            "visits": len(self.recalls),
        }


def figures(scores: Scores, wanted: npt.NDArray[np.int32]) -> tuple[float, float]:
    """recall@10 and NDCG@10 of one ranking; of equal scores the earlier row stands first."""
    top = best(scores, K)
    hits = np.isin(top, wanted)
    ideal = _DISCOUNTS[: min(len(wanted), K)].sum()
    return float(hits.sum() / len(wanted)), float((hits * _DISCOUNTS[: len(top)]).sum() / ideal)


def best(scores: Scores, k: int) -> npt.NDArray[np.int64]:
    """(k,) rows, best first."""
    k = min(k, len(scores))
    edge = np.partition(scores, -k)[-k]
    some = np.flatnonzero(scores >= edge)
    return some[np.argsort(-scores[some], kind="stable")][:k]


FEW = 200  # visits below which weights are not fitted but taken as given
WHISPER = 0.01  # weight below which an expert is not asked
LAST_RESORT = 1e-3  # weight at least of "any": every product has its share
NEWCOMERS = 0.01  # weight at least of what reads alike: nobody else speaks for a product that came today
QUANTILES = (0.0, 0.33, 0.67)  # of what is known of the shoppers of whom something is
ROUNDS = 200
PRIOR = 60.0  # targets' worth of the common weights that every level starts with
Chances = npt.NDArray[np.float64]  # (n_targets, n_experts) what each expert gave the product that was wanted next


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """What each expert gave to what was wanted; (n_wanted, ...) line by line, visit after visit."""

    names: tuple[str, ...]
    chances: npt.NDArray[np.float64]  # (n_wanted, n_experts)
    shares: npt.NDArray[np.float64]  # (n_wanted,) a basket of ten counts as one visit
    known: npt.NDArray[np.float64]  # (n_wanted,) the gauge
    visits: int

    def only(self, lines: npt.NDArray[np.bool_]) -> "Predictions":
        """Some of the lines; every line must be a visit of its own."""
        return Predictions(
            names=self.names,
            chances=self.chances[lines],
            shares=self.shares[lines],
            known=self.known[lines],
            visits=int(lines.sum()),
        )


@dataclass(frozen=True, kw_only=True)
class Weights:
    """How far each expert is believed."""

    weights: npt.NDArray[np.float32]  # (n_levels, n_experts)
    levels: tuple[float, ...]

    def mix(self, models: Sequence[Model]) -> Mixture:
        """Those experts, mixed."""
        return Mixture(models, self.weights, self.levels, NEXT)


def predictions(models: Sequence[Model], visits: Iterable[tuple[History, Rows]]) -> Predictions:
    """Each visit: what was known before it, and what was wanted in it."""
    mixture = Mixture(models, np.ones((1, len(models)), dtype=np.float32), (), NEXT)
    gauge = next(model for model in models if model.name == NEXT)
    chances, shares, known = [], [], []
    for history, wanted in visits:
        told = mixture.told(history)
        chances.append(np.array([one[wanted] for one in told], dtype=np.float64).T)
        shares.append(np.full(len(wanted), 1 / len(wanted)))
        known.append(np.full(len(wanted), float(gauge.scores(history).sum())))
    return Predictions(
        names=tuple(model.name for model in models),
        chances=np.concatenate(chances) if chances else np.zeros((0, len(models))),
        shares=np.concatenate(shares) if shares else np.zeros(0),
        known=np.concatenate(known) if known else np.zeros(0),
        visits=len(chances),
    )


def joined(parts: Sequence[Predictions]) -> Predictions:
    """The parts, one after the other; of the same experts."""
    return Predictions(
        names=parts[0].names,
        chances=np.concatenate([part.chances for part in parts]),
        shares=np.concatenate([part.shares for part in parts]),
        known=np.concatenate([part.known for part in parts]),
        visits=sum(part.visits for part in parts),
    )


def weigh(told: Predictions) -> Weights:
    """By maximum likelihood; with too few visits as on the shops that are known."""
    if told.visits < FEW:
        return Weights(weights=prior_weights(told.names)[None, :], levels=())
    some = told.known[told.known > 0]
    levels = np.unique(np.quantile(some, QUANTILES)) if len(some) else np.zeros(0)
    numbers = np.searchsorted(levels, told.known, side="right")
    weights = mixing_weights(told.chances, told.shares, numbers, len(levels) + 1)
    return Weights(weights=_without_whispers(weights, told.names), levels=tuple(levels.tolist()))


def _without_whispers(weights: npt.NDArray[np.float32], names: Sequence[str]) -> npt.NDArray[np.float32]:
    """Who is hardly believed is not asked: recommending costs less. Nothing becomes impossible, and nothing new is unheard of."""
    kept = np.where(weights < WHISPER, np.float32(0.0), weights)
    for speaks, least in (("any", LAST_RESORT), (ALIKE, NEWCOMERS)):
        column = next((place for place, name in enumerate(names) if name.startswith(speaks)), None)
        if column is not None:
            kept[:, column] = np.maximum(kept[:, column], least)
    return np.asarray(kept / kept.sum(axis=1, keepdims=True), dtype=np.float32)


def mixing_weights(
    chances: Chances, shares: npt.NDArray[np.float64], levels: npt.NDArray[np.int64], n_levels: int
) -> npt.NDArray[np.float32]:
    """(n_levels, n_experts), rows sum to 1: argmax of sum share log sum w P (Jelinek & Mercer, 1980).

    `shares` (n_targets,): a basket of ten counts as one visit. `levels` (n_targets,) is how much was known of the shopper;
    a level with few targets stays near what holds for all of them.
    """
    n_experts = chances.shape[1]
    even = np.full(n_experts, 1 / n_experts)
    common = _maximise(chances, shares, even, prior=even)
    rows = [
        _maximise(chances[levels == level], shares[levels == level], common, prior=PRIOR * common)
        for level in range(n_levels)
    ]
    return np.array(rows, dtype=np.float32)


def _maximise(
    chances: Chances, shares: npt.NDArray[np.float64], start: npt.NDArray[np.float64], *, prior: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """EM from `start`; `prior` are pseudo-counts."""
    weights = start
    for _ in range(ROUNDS):
        parts = weights * chances
        responsible = parts / np.maximum(parts.sum(axis=1, keepdims=True), 1e-300)
        counts = shares @ responsible + prior
        weights = counts / counts.sum()
    return weights
