"""P(item | shopper) = sum over models of w P(item | shopper, model).

Linear interpolation as in language models (Jelinek & Mercer, 1980): the weights are fitted by expectation maximisation
on visits that the experts have not seen (recommend/learn/weighing.py), apart for shoppers of whom the log tells more or less.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from daogou.recommend.history import History
from daogou.recommend.models.items import (
    ALIKE,
    Alike,
    Factors,
    Model,
    Neighbours,
    Scores,
    Vectors,
    extended,
    probabilities,
)
from daogou.recommend.models.sequence import SequenceModel
from daogou.recommend.models.tastes import (
    BRAND,
    KIND,
    POPULAR,
    PRICE,
    Popular,
    PopularInKind,
    Repeats,
    Taste,
    Traits,
    Uniform,
)


@dataclass(frozen=True, eq=False)
class MixedScores:
    """The mixture's probability of every product, and each model's part of it."""

    total: Scores  # (n_items,) sums to 1
    parts: Mapping[
        str, Scores
    ]  # by expert that had something to say: (n_items,), weighted; together they are the total

    @classmethod
    def of(cls, parts: Mapping[str, Scores]) -> "MixedScores":
        """The parts and their sum."""
        total = np.zeros_like(next(iter(parts.values())), dtype=np.float32)
        for part in parts.values():
            total += part
        return cls(total=total, parts=parts)

    def shares(self, row: int) -> list[tuple[str, float]]:
        """Which experts speak for that product: (name, share of the belief), the strongest first."""
        total = float(self.total[row]) or 1.0
        told = [(name, float(part[row]) / total) for name, part in self.parts.items() if part[row] > 0]
        return sorted(told, key=lambda scores_of: -scores_of[1])


@dataclass(frozen=True, eq=False)
class Mixture:
    """The experts; the first is what everybody falls back on: one that has nothing to say repeats it."""

    models: Sequence[Model]
    weights: npt.NDArray[np.float32]  # (n_levels, n_experts), rows sum to 1
    levels: Sequence[float]  # of the gauge, ascending: from each on the next row of weights counts
    gauge: str  # the expert whose sum of scores tells how much is known of a history
    name: str = "mixture"

    def scores(self, history: History) -> Scores:
        """(n_items,) the belief."""
        return self.mixed(history).total

    def mixed(self, history: History) -> MixedScores:
        """With every part apart; an expert whose weight is nothing is not asked."""
        known = self.models[self._gauge].scores(history)
        weights = self.weights[int(np.searchsorted(self.levels, known.sum(), side="right"))]
        parts: dict[str, Scores] = {}
        silent = 0.0
        for number, (model, weight) in enumerate(zip(self.models, weights.tolist(), strict=True)):
            one = known if number == self._gauge else model.scores(history) if weight else None
            total = 0.0 if one is None or not weight else float(one.sum())
            if total and one is not None:
                parts[model.name] = np.float32(weight / total) * one
            else:
                silent += weight
        if silent:
            first = self.models[0]
            parts[first.name] = parts.get(first.name, np.float32(0.0)) + np.float32(silent) * self._fallback(history)
        return MixedScores.of(parts)

    def told(self, history: History) -> list[Scores]:
        """Each expert's distribution."""
        fallback = self._fallback(history)
        raw = (model.scores(history) for model in self.models)
        return [probabilities(one) if one.any() else fallback for one in raw]

    def _fallback(self, history: History) -> Scores:
        first = self.models[0].scores(history)
        return probabilities(first if first.any() else np.ones_like(first))

    @cached_property
    def _gauge(self) -> int:
        return [model.name for model in self.models].index(self.gauge)


_PRIOR: Mapping[str, float] = MappingProxyType(
    {"popular": 0.25, "any": 0.15, "again": 0.05, "popular in kind": 0.1, "similar": 0.1, "next": 0.1, "factors": 0.05}
)
_OTHER = 0.1  # ridge, alike, sequence


def prior_weights(names: Sequence[str]) -> npt.NDArray[np.float32]:
    """(n_experts,) summing to 1."""
    weights = np.array([_PRIOR.get(name, _OTHER) for name in names], dtype=np.float32)
    return np.asarray(weights / weights.sum(), dtype=np.float32)


DECAY, TASTE_DECAY = 0.6, 0.95  # of what the shopper did a visit earlier
_TASTE = {BRAND: 0.3, KIND: 0.6, PRICE: 2.0, POPULAR: 1.0}
_OTHER_TRAIT = 0.1


def untrained(counts: Scores, kinds: Sequence[str], traits: Traits, vectors: Sequence[Vectors]) -> Mixture:
    """The experts that need no log; `counts` (n_items,) is how popular each product is, zeros where nobody came yet."""
    n_items = len(counts)
    weights = {name: _TASTE.get(name, _OTHER_TRAIT) for name in (*traits.codes, PRICE, POPULAR)}
    models: list[Model] = [
        Popular(counts),
        Uniform(n_items),
        Repeats(n_items, DECAY),
        PopularInKind.of(counts, kinds, DECAY),
        Taste(traits, counts, weights, TASTE_DECAY),
        *(Alike(some, DECAY) for some in vectors[:1]),
    ]
    given = prior_weights([model.name for model in models])
    return Mixture(models, np.asarray(given[None, :], dtype=np.float32), (), models[0].name)


@dataclass(frozen=True, kw_only=True)
class Newcomers:
    """What is known of the further products, row by row."""

    kinds: Sequence[str]  # (n_new,) product types
    traits: Traits | None  # by the names and numbers of the taste's own
    vectors: Mapping[str, Vectors]  # by encoder: (n_items, dimensions) of all products, the known ones first

    def __len__(self) -> int:
        return len(self.kinds)


def widened(mixture: Mixture, new: Newcomers) -> Mixture:
    """The mixture over the longer table."""
    return replace(mixture, models=[_widened(model, new) for model in mixture.models])


def _widened(model: Model, new: Newcomers) -> Model:
    match model:
        case PopularInKind():
            return model.widened(new.kinds)
        case Taste() if new.traits is not None:
            return model.widened(new.traits)
        case Neighbours() if model.name.removeprefix(ALIKE) in new.vectors:
            vectors = new.vectors[model.name.removeprefix(ALIKE)]
            return replace(model, weights=extended(model.weights, vectors))
        case SequenceModel():
            return model.widened(len(new), new.vectors)
        case Neighbours() | Popular() | Repeats() | Uniform() | Factors():
            return model.widened(len(new))
        case _:
            raise TypeError(f"{model.name} cannot grow")
