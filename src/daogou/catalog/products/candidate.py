"""Products on their way into an answer, with every score that moved them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from daogou.catalog.products.need import Constraint
from daogou.catalog.products.verdict import Sold


@dataclass(frozen=True, kw_only=True)
class Score:
    """One ranker's opinion; `rank` is the position it gave, from 1 (0: it gives no order)."""

    source: str
    value: float
    rank: int = 0


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A product that could answer; best first in any list of them."""

    product_id: str
    scores: tuple[Score, ...] = ()

    def score(self, source: str) -> float | None:
        """That source's value, or None where it did not speak."""
        return next((score.value for score in self.scores if score.source == source), None)


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One row that an index found; larger `score` is better."""

    product_id: str
    score: float


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the searchers proposed, in no order that counts.

    `information` is the most that the query's words could score, `named_share` the share of it of those that name the
    understood kind, `rest` what each of the others could score.
    """

    candidates: tuple[Candidate, ...] = ()
    information: float = 0.0
    named_share: float = 0.0
    rest: Mapping[str, float] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        """Of the candidates' products."""
        return [candidate.product_id for candidate in self.candidates]


@dataclass(frozen=True, kw_only=True)
class Retrieval:
    """What the shop has for a need.

    `given_up` lists the musts that the first candidate does not meet. `total` counts the products that meet the musts
    which were kept.
    """

    candidates: tuple[Candidate, ...] = ()
    ranked: tuple[Candidate, ...] = ()  # all that were looked at, best first
    total: int = 0
    counted: bool = True  # total is of the whole shop; else of what was found
    given_up: tuple[Constraint, ...] = ()
    of_kind: bool = True  # every candidate is of the kind that was understood, or none was
    sold: Sold = Sold.FOUND
