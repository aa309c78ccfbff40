"""P(kind | q): a belief from the names in the message, weighed against what its words find; never a filter.

A product of the kind covers the words that name the kind, whatever its title calls it; one of another kind that is called the thing
is as likely taken for something else as it is something else. Whether the kind was meant shows in what the other
words find: products of the kind, or better ones of other kinds.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Self

from daogou.catalog.matching.matching import Outcome
from daogou.catalog.matching.wording import searchable_text
from daogou.catalog.products.candidate import Found
from daogou.catalog.products.product import Product
from daogou.text.heads import head_match

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


NAMED = 1.1  # log odds that a kind which a message names is the one that is meant (three of four)
# Log odds for one telling word that the best of the kind covers more, or less, than the best of all others.
TELLING = 4.0
TELLING_WORD = 12.0  # BM25 points of a telling word
OTHERWISE = 0.6  # of what others cover that are not called so
OF_ANOTHER = 0.5  # of the credit for the name, to a product of another kind that is called so
CALLED = 0.6  # of head_match: its title's noun is what was asked for
LOOKED_AT = 20  # products of the kind, and as many others
SURE = 0.5  # from here on other kinds are kept off a shelf that has this one


@dataclass(frozen=True, kw_only=True)
class KindBelief:
    """How likely these kinds are what was asked for, and what that is worth to a product of them."""

    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # as the message has them
    probability: float = 0.0
    credit: float = 0.0  # the share of the query that names them

    @property
    def sure(self) -> bool:
        """Whether the message's kind is borne out by what its words find."""
        return self.probability >= SURE

    def of(self, product: Product, worth: float, weights: Weights = STANDARD) -> float:
        """What the belief adds to the product's fit; `worth` is that of one more telling word."""
        if not self.probability:
            return 0.0
        of_kind = product.product_type in self.kinds
        if not of_kind and head_match(product, self.names) < CALLED:
            return 0.0
        name = weights.credit * self.credit * (1.0 if of_kind else OF_ANOTHER)
        return self.probability * (name + weights.kind * worth)


def kind_belief(
    category: tuple[str, ...],
    names: Sequence[str],
    found: Found,
    products: Mapping[str, Product],
    relevance: Mapping[str, float],
) -> KindBelief:
    """The kinds that the message names, believed as far as products of them cover the rest of it as well as others do.

    Others that are not called so count less: a privacy screen for a laptop says little against laptops.
    """
    best = sorted(relevance, key=lambda product_id: (-relevance[product_id], product_id))
    inside = [one for one in best if products[one].product_type in category]
    if not category or not inside:
        return KindBelief(kinds=category)
    outside = [one for one in best if products[one].product_type not in category][:LOOKED_AT]
    within = max((_covered(products[one], found.rest) for one in inside[:LOOKED_AT]), default=0.0)
    beside = max(  # fully where it is called what was asked for
        (
            (1.0 if head_match(products[one], names) >= CALLED else OTHERWISE) * _covered(products[one], found.rest)
            for one in outside
        ),
        default=0.0,
    )
    odds = NAMED + TELLING * (within - beside) / TELLING_WORD
    return KindBelief(
        kinds=category, names=tuple(names), probability=1 / (1 + math.exp(-odds)), credit=found.named_share
    )


def _covered(product: Product, words: Mapping[str, float]) -> float:
    """BM25 points of the words that stand in the row at all."""
    text = searchable_text(product)
    return sum(worth for word, worth in words.items() if word in text)
