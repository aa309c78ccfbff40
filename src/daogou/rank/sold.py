"""Is the thing that was asked for sold here? A calibrated judgement from evidence; an unknown word alone never decides it.

P(sold | evidence) is logistic in six facts of known sign, fitted on requests for what is there and for what is not in seven
little shops; how well it does on a shop left out is in docs/experiments.md.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daogou.catalog.products.candidate import Candidate
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Product
from daogou.rank.kinds import CALLED, KindBelief
from daogou.text.heads import head_match

LOOKED_AT = 60  # products, from the top of the order
NOT_SOLD, SURE = 0.2, 0.7  # below: told as not sold; above: claimed as found; between: the closest
NEAR = 0.05  # below: nothing comes near, so nothing is shown
KNOWN_NAMES = 2  # a thing with more names is one that the thesaurus knows
WHOLE, DESCRIBED = 0.95, 0.25  # of head_match: the title's noun is the whole name; the name only describes it
BY_CHANCE = 0.022  # by how much the best cosine of a bigger shop is higher, for a log of its size

BIAS = -1.2
WEIGHTS: Mapping[str, float] = {
    "head": 0.9,  # a title's or category's noun is the thing's
    "cosine": 6.5,  # the best, without what chance alone gives
    "words": 2.0,  # the share of the query that the best row covers
    "kind": 0.7,  # P(kind | q)
    "doubted": -2.0,  # the rules of understanding know no such thing here
    "nowhere": -1.05,  # a kind of thing that the thesaurus knows, and that no title and no category names
}


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What speaks for and against; all from 0 to 1."""

    head: float
    cosine: float
    words: float
    kind: float
    doubted: bool
    nowhere: bool

    @property
    def probability(self) -> float:
        """That the shop has such a thing."""
        odds = BIAS + sum(weight * float(getattr(self, name)) for name, weight in WEIGHTS.items())
        return 1 / (1 + math.exp(-odds))


def evidence(
    need: ShopperNeed, ranked: Sequence[Candidate], products: Mapping[str, Product], kinds: KindBelief, size: int
) -> Evidence:
    """Of the best products that were found; `size` is the number of products of the shop."""
    best = ranked[:LOOKED_AT]
    head = max((head_match(products[one.product_id], need.names or (need.query,)) for one in best), default=0.0)
    return Evidence(
        head=1.0 if head > WHOLE else 0.5 if head >= CALLED else 0.0,
        cosine=_cosine(best) - BY_CHANCE * math.log(max(size, 1)),
        words=min(1.0, max((one.score("lexical") or 0.0 for one in best), default=0.0)),
        kind=kinds.probability,
        doubted=bool(need.unsold),
        nowhere=len(need.names) > KNOWN_NAMES and head < DESCRIBED,
    )


def _cosine(candidates: Sequence[Candidate]) -> float:
    """The best of any encoder; MiniLM's are higher for the same likeness."""
    use = (one.score("use") or 0.0 for one in candidates)
    minilm = (0.9 * (one.score("minilm") or 0.0) for one in candidates)
    return max((*use, *minilm), default=0.0)
