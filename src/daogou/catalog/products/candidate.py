"""Products on their way into an answer, with every score that moved them; and a carousel's, offered without being asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from daogou.catalog.products.need import Constraint, Sold


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


class Place(StrEnum):
    """Where in the shop a rail stands."""

    HOME = "home"
    SIMILAR = "similar"  # on a product's page: what could be taken instead
    TOGETHER = "together"  # on a product's page: what goes with it
    CART = "cart"
    AFTER_PURCHASE = "after_purchase"


class ExplanationKind(StrEnum):
    """What may be said for a product."""

    BOUGHT_TOGETHER = "bought_together"  # `count` shoppers bought it together with `product_id`
    SAME_SHOPPERS = "same_shoppers"  # `count` shoppers who chose `product_id` chose it too
    BOUGHT_BEFORE = "bought_before"  # this shopper bought it, in `count` visits
    OWN_BRAND = "own_brand"  # this shopper chose products of its brand in `count` visits
    ALIKE = "alike"  # it is of the same kind as `product_id`, and reads much like it
    BOUGHT_BY = "bought_by"  # `count` shoppers bought it


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One true statement of what shoppers did, as of that moment."""

    kind: ExplanationKind
    as_of: datetime
    count: int = 0
    product_id: str = ""  # the other product


@dataclass(frozen=True, kw_only=True)
class Pick:
    """One product of a rail; `scores` are the experts' shares of P(item | shopper), and "total"."""

    product_id: str
    scores: tuple[Score, ...] = ()
    explanations: tuple[Explanation, ...] = ()
