"""How far to trust each expert before there is enough data to ask it: as on the real shops of docs/experiments.md."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

_PRIOR: Mapping[str, float] = MappingProxyType(
    {"popular": 0.25, "any": 0.15, "again": 0.05, "popular in kind": 0.1, "similar": 0.1, "next": 0.1, "factors": 0.05}
)
_OTHER = 0.1  # ridge, alike, sequence


def prior_weights(names: Sequence[str]) -> npt.NDArray[np.float32]:
    """(n_experts,) summing to 1."""
    weights = np.array([_PRIOR.get(name, _OTHER) for name in names], dtype=np.float32)
    return np.asarray(weights / weights.sum(), dtype=np.float32)
