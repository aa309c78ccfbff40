"""P(kind | q): a belief from the names in the message and from the kinds of what search found; never a filter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from daogou.shop.product import Product

NAMED = 0.6  # how often a kind that a message names is the one that is meant
NAMED_WORTH = 3  # of how many found products that counts
LOOKED_AT = 10  # of what search found, from the top
SURE = 0.5  # from here on other kinds are kept off a shelf that has this one
UNTYPED = 0.3  # of the belief, for a product whose kind nobody knows


@dataclass(frozen=True, kw_only=True)
class KindBelief:
    """How likely each kind is what was asked for."""

    named: Mapping[str, float] = field(default_factory=dict)

    def of(self, product: Product) -> float:
        """How far the belief speaks for this product, 0 to 1."""
        if not product.product_type:
            return UNTYPED * max(self.named.values(), default=0.0)
        return self.named.get(product.product_type, 0.0)

    @property
    def sure(self) -> bool:
        """Whether the message's kind is borne out by what its words find."""
        return max(self.named.values(), default=0.0) >= SURE


def kind_belief(category: Sequence[str], found: Sequence[Product], sold: int) -> KindBelief:
    """`found` is what words and vectors put first, `sold` how many products of these kinds the shop has."""
    if not category:
        return KindBelief()
    looked = max(1, min(LOOKED_AT, sold))
    bearing = sum(product.product_type in category for product in found[:looked])
    share = (NAMED * NAMED_WORTH + bearing) / (NAMED_WORTH + looked)
    return KindBelief(named=dict.fromkeys(category, share))
