"""Before anything was learnt: what others buy, what reads alike, what tastes alike, believed as far as real shops taught."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from daogou.recommend.mixture import Mixture
from daogou.recommend.models.alike import Alike, Vectors
from daogou.recommend.models.contract import Recommender, Scores
from daogou.recommend.models.popular import Popular, PopularInKind, Repeats, Uniform
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
    experts: list[Recommender] = [
        Popular(counts),
        Uniform(n_items),
        Repeats(n_items, DECAY),
        PopularInKind.of(counts, kinds, DECAY),
        Taste(traits, counts, weights, TASTE_DECAY),
        *(Alike(some, DECAY) for some in vectors[:1]),
    ]
    given = prior_weights([expert.name for expert in experts])
    return Mixture(experts, np.asarray(given[None, :], dtype=np.float32), (), experts[0].name)
