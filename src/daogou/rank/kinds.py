"""P(kind | q): a belief from the names in the message, weighed against what its words find; never a filter.

A product of the kind covers the words that name the kind, whatever its title calls it. Whether the kind was meant shows in what the other
words find: products of the kind, or better ones of other kinds.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from daogou.shop.candidate import Found
from daogou.shop.product import Product

NAMED = 1.1  # log odds that a kind which a message names is the one that is meant (three of four)
TELLING = 8.0  # log odds for a whole query's worth of better coverage
SURE = 0.5  # from here on other kinds are kept off a shelf that has this one
CREDIT = 0.3  # of the naming words' share, to a product of the kind, whatever its title says
ELSEWHERE = 0.5  # of it, off what another kind of thing covers when it bears the name: a laptop lock is no laptop
KIND = 0.25  # of a kind beyond its name, worth one telling word


@dataclass(frozen=True, kw_only=True)
class KindBelief:
    """How likely these kinds are what was asked for, and what that is worth to a product of them."""

    kinds: tuple[str, ...] = ()
    probability: float = 0.0
    names: tuple[str, ...] = ()  # the query's words that name the kind
    credit: float = 0.0  # their share of what the query says

    @property
    def sure(self) -> bool:
        """Whether the message's kind is borne out by what its words find."""
        return self.probability >= SURE

    def of(self, product: Product, worth: float) -> float:
        """What the belief adds to the product's fit; `worth` is that of one more telling word."""
        return self.probability * (self.covered(product) + KIND * worth) if product.product_type in self.kinds else 0.0

    def covered(self, product: Product) -> float:
        """The share of the query that the product covers by being of the kind; what an other kind of that name does not."""
        if product.product_type in self.kinds:
            return self.credit * CREDIT
        named = product.product_type and any(name in product.title.casefold() for name in self.names)
        return -self.credit * ELSEWHERE if named else 0.0


def kind_belief(
    category: tuple[str, ...], found: Found, products: Mapping[str, Product], relevance: Mapping[str, float]
) -> KindBelief:
    """The kinds that the message names, believed as far as the products of them cover the rest of it as well as others do."""
    if not category:
        return KindBelief()
    belief = KindBelief(kinds=category, probability=1.0, names=found.naming, credit=found.named_share)
    inside, outside = 0.0, 0.0
    for product_id, value in relevance.items():
        product = products[product_id]
        if product.product_type in category:
            inside = max(inside, value + belief.covered(product))
        else:
            outside = max(outside, value + belief.covered(product))
    odds = NAMED + TELLING * (inside - outside) if inside else -math.inf
    return KindBelief(
        kinds=category,
        probability=1 / (1 + math.exp(-odds)) if inside else 0.0,
        names=belief.names,
        credit=belief.credit,
    )
