"""P(kind | q): a belief from the names in the message, weighed against what its words find; never a filter.

A product of the kind covers the words that name the kind, whatever its title calls it; one of another kind that is called the thing
is as likely taken for something else as it is something else. Whether the kind was meant shows in what the other
words find: products of the kind, or better ones of other kinds.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daogou.catalog.matching.wording import searchable_text
from daogou.catalog.products.candidate import Found
from daogou.catalog.products.product import Product
from daogou.rank.weights import STANDARD, Weights
from daogou.text.heads import head_match

NAMED = 1.1  # log odds that a kind which a message names is the one that is meant (three of four)
# Log odds for one telling word that the best of the kind covers more, or less, than the best of all others.
TELLING = 4.0
WORD = 12.0  # BM25 points of a telling word
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
    beside = max((_counts(products[one], names) * _covered(products[one], found.rest) for one in outside), default=0.0)
    odds = NAMED + TELLING * (within - beside) / WORD
    return KindBelief(
        kinds=category, names=tuple(names), probability=1 / (1 + math.exp(-odds)), credit=found.named_share
    )


def _counts(product: Product, names: Sequence[str]) -> float:
    """How far a product of another kind speaks against the kind: fully where it is called what was asked for."""
    return 1.0 if head_match(product, names) >= CALLED else OTHERWISE


def _covered(product: Product, words: Mapping[str, float]) -> float:
    """BM25 points of the words that stand in the row at all."""
    text = searchable_text(product)
    return sum(worth for word, worth in words.items() if word in text)
