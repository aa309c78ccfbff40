"""Doubt a name that a product's columns deny: a "notebook" without screen, memory or processor is no laptop.

Which columns the products of each type have is learnt from the same catalogue (Bernoulli naive Bayes over the columns
that are there); a column's absence says nothing, for many rows have hardly any.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from daogou.catalog.kinds.guess import Guesser, kin
from daogou.catalog.products.product import Product
from daogou.text.thesaurus import thesaurus

DOUBT = 2.0  # log-likelihood, over the root of the number of columns, by which another type must be ahead
CERTAIN = 4.0  # the same, where no word names that other type
FEWEST_COLUMNS = 2


@dataclass(frozen=True, kw_only=True)
class Signatures:
    """What the columns speak for; `counts` has columns as its features."""

    counts: Guesser = field(default_factory=Guesser)

    def doubts(self, product: Product, named: str) -> bool:
        """Whether the columns speak clearly for some type that is no kin of the named one."""
        best, lead = self.counts.likeliest(columns(product), named)
        return lead >= DOUBT and not kin(best, named)

    def likelier(self, product: Product, named: str, others: Iterable[str], *, lead: float = DOUBT) -> str:
        """The one of the others that the columns clearly speak for instead of the named type; else the named type.

        What its words call a thing for another thing is not that other thing: a laptop stand stays one.
        """
        scores = self.counts.scores(columns(product))
        known = [other for other in others if other in scores and not kin(other, named) and not _thing_of(named, other)]
        best = max(known, key=lambda other: scores[other], default=named)
        if best == named or scores[best] - scores.get(named, 0.0) < lead:
            return named
        relatives = [key for key in scores if kin(key, best) and scores[key] - scores[best] >= DOUBT]
        return max(relatives, key=lambda key: scores[key], default=best)


def columns(product: Product) -> Collection[str]:
    """The names of the attributes that the feed states; few say too little."""
    names = {attribute.name for attribute in product.attributes if attribute.source not in ("title", "highlights")}
    return names if len(names) >= FEWEST_COLUMNS else ()


def _thing_of(named: str, other: str) -> bool:
    types = thesaurus().types
    return named in types and types[named].accessory and not (other in types and types[other].accessory)
