"""Products on their way into an answer, with every score that moved them."""

from dataclasses import dataclass

from daogou.shop.need import Constraint


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

    `information` is the most that the query's words could score, `naming` are those of them that name the understood
    kind, `named_share` their share of it.
    """

    candidates: tuple[Candidate, ...] = ()
    information: float = 0.0
    naming: tuple[str, ...] = ()
    named_share: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Retrieval:
    """What the shop has for a need.

    `given_up` lists the musts that had to be dropped because nothing meets them all (empty: every candidate meets
    every must). `total` counts the products that meet the musts which were kept.
    """

    candidates: tuple[Candidate, ...] = ()
    ranked: tuple[Candidate, ...] = ()  # all that were looked at, best first
    total: int = 0
    given_up: tuple[Constraint, ...] = ()
    of_kind: bool = True  # every candidate is of the kind that was understood, or none was
