"""Products that came after the learning: they join the table's end, and what reads alike or tastes alike speaks for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from daogou.recommend.mixture import Mixture
from daogou.recommend.models.alike import Vectors, extended
from daogou.recommend.models.contract import Recommender
from daogou.recommend.models.factors import Factors
from daogou.recommend.models.neighbours import ALIKE, Neighbours
from daogou.recommend.models.popular import Popular, PopularInKind, Repeats, Uniform
from daogou.recommend.models.sequence import SequenceModel
from daogou.recommend.models.taste import Taste
from daogou.recommend.models.traits import Traits


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
    return replace(mixture, experts=[_widened(expert, new) for expert in mixture.experts])


def _widened(expert: Recommender, new: Newcomers) -> Recommender:
    match expert:
        case PopularInKind():
            return expert.widened(new.kinds)
        case Taste() if new.traits is not None:
            return expert.widened(new.traits)
        case Neighbours() if expert.name.removeprefix(ALIKE) in new.vectors:
            vectors = new.vectors[expert.name.removeprefix(ALIKE)]
            return replace(expert, weights=extended(expert.weights, vectors))
        case SequenceModel():
            return expert.widened(len(new), new.vectors)
        case Neighbours() | Popular() | Repeats() | Uniform() | Factors():
            return expert.widened(len(new))
        case _:
            raise TypeError(f"{expert.name} cannot grow")
