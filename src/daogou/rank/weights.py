"""The handful of weights of fit: the same in every shop, until a merchant's own judgements or clicks teach that shop others."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Self

from daogou.catalog.matching.matching import Outcome

CLASSICAL = "classical"  # ranked_by: words, vectors and rows, by the weights below
SCALES = ("firm", "value", "open", "word")
NUMBERS = ("worth", "credit", "kind")


# Of what a searcher says: BM25 as a share of the most it could be, cosines as they are.
FOUND: Mapping[str, float] = MappingProxyType({"lexical": 1.0, "minilm": 0.3, "use": 0.75, "lsa": 0.1, "code": 3.0})
# Of a wish, by what the row says to it. Firm and broken takes a product off.
FIRM: Mapping[Outcome, float] = MappingProxyType({Outcome.NEAR: -0.1, Outcome.UNKNOWN: -0.25, Outcome.BROKEN: -2.0})
VALUE: Mapping[Outcome, float] = MappingProxyType({Outcome.NEAR: -0.1, Outcome.UNKNOWN: -0.2, Outcome.BROKEN: -0.5})
OPEN: Mapping[Outcome, float] = MappingProxyType({Outcome.MET: 0.08, Outcome.BROKEN: -0.1})
WORD: Mapping[Outcome, float] = MappingProxyType({Outcome.UNKNOWN: -0.1, Outcome.BROKEN: -0.1})


@dataclass(frozen=True, kw_only=True)
class Weights:
    """On the scale of a share: 1 is a row that holds every word of the query."""

    found: Mapping[str, float] = field(default_factory=lambda: FOUND)
    other_encoder: float = 0.5
    # BM25 points of one telling word: a kind and a wish are as one piece of what the query says among the others.
    worth: float = 12.0
    credit: float = 0.3  # of the naming words' share, to a product of the kind, whatever its title says
    kind: float = 0.25  # of a kind beyond its name, worth one telling word
    firm: Mapping[Outcome, float] = field(default_factory=lambda: FIRM)
    value: Mapping[Outcome, float] = field(default_factory=lambda: VALUE)
    open: Mapping[Outcome, float] = field(default_factory=lambda: OPEN)
    word: Mapping[Outcome, float] = field(default_factory=lambda: WORD)
    name: str = CLASSICAL  # what `ranked_by` calls them

    def of(self, source: str) -> float:
        """That of a searcher."""
        return self.found.get(source, self.other_encoder)

    def points(self, scale: str, said: Outcome) -> float:
        """What a wish that is weighed on that scale adds."""
        points: Mapping[Outcome, float] = getattr(self, scale)
        return points.get(said, 0.0)

    def times(self, factors: Mapping[str, float]) -> Self:
        """These, with some multiplied: by the name of a searcher, of a number, or of a scale (all its outcomes alike)."""
        changes: dict[str, Any] = {one: getattr(self, one) * factors[one] for one in NUMBERS if one in factors}
        for one in SCALES:
            if one in factors:
                scale: Mapping[Outcome, float] = getattr(self, one)
                changes[one] = {said: points * factors[one] for said, points in scale.items()}
        searchers = {one: self.of(one) * by for one, by in factors.items() if one not in (*NUMBERS, *SCALES)}
        return replace(self, found={**self.found, **searchers}, **changes)


STANDARD = Weights()
