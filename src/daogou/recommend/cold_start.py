"""What needs no log: recommenders before anything was learnt, believed as far as real shops taught, and products that came after the learning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from daogou.recommend.mixture import Mixture
from daogou.recommend.models.alike import Alike, Vectors, extended
from daogou.recommend.models.contract import Model, Scores
from daogou.recommend.models.factors import Factors
from daogou.recommend.models.neighbours import ALIKE, Neighbours
from daogou.recommend.models.popular import Popular, PopularInKind, Repeats, Uniform
from daogou.recommend.models.sequence import SequenceModel
from daogou.recommend.models.taste import POPULAR, PRICE, Taste
from daogou.recommend.models.traits import BRAND, KIND, Traits

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
