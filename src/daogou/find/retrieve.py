"""Step 2: which products of the shop could answer? Words and vectors together, within what the shopper insists on."""

from collections.abc import Mapping, Sequence

from daogou.find.expand import wording
from daogou.find.fuse import fuse
from daogou.find.relax import meetable
from daogou.ports import Encoder, SearchIndex
from daogou.shop.candidate import Candidate, Hit, Retrieval
from daogou.shop.need import CATEGORY, Constraint, Operator, ShopperNeed


def retrieve(
    need: ShopperNeed,
    *,
    index: SearchIndex,
    encoders: Sequence[Encoder],
    limit: int = 100,
    strict: bool = True,
) -> Retrieval:
    """At most `limit` products that meet the musts, most promising first; each carries the scores that found it.

    Strict: the category filters like a must; else it only helps to find. When nothing meets every must, as few as
    possible are given up (see relax).
    """
    wanted = (*_category(need), *need.musts) if strict else need.musts
    musts, given_up = meetable(wanted, index)
    found = _found(need, index=index, encoders=encoders, musts=musts, limit=limit)
    candidates = fuse(found, limit=limit)
    return Retrieval(
        candidates=_filled(candidates, index, musts, limit),
        total=index.count(musts or _category(need)),
        given_up=given_up,
    )


def _category(need: ShopperNeed) -> tuple[Constraint, ...]:
    if not need.category:
        return ()
    return (Constraint(attribute=CATEGORY, operator=Operator.IS, value=need.category),)


def _found(
    need: ShopperNeed, *, index: SearchIndex, encoders: Sequence[Encoder], musts: Sequence[Constraint], limit: int
) -> Mapping[str, Sequence[Hit]]:
    """What each searcher found, by its name."""
    said = wording(need, index.vocabulary)
    found = {"lexical": index.lexical(said.words, musts=musts, limit=limit) if said.words else []}
    for encoder in encoders:
        vector = encoder.encode([said.text])[0]
        found[encoder.name] = index.dense(encoder.name, vector, musts=musts, limit=limit) if vector.any() else []
    return found


def _filled(
    candidates: Sequence[Candidate], index: SearchIndex, musts: Sequence[Constraint], limit: int
) -> tuple[Candidate, ...]:
    """Some need says nothing to search for ("under 50 euros"): then whatever meets the musts could answer."""
    if not musts or len(candidates) >= limit:
        return tuple(candidates)
    known = {candidate.product_id for candidate in candidates}
    others = sorted(set(index.matching(musts, limit=limit)) - known)
    return (*candidates, *(Candidate(product_id=other) for other in others[: limit - len(candidates)]))
