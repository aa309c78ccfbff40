"""Step 2: which products of the shop could answer? Words and vectors together, within what the shopper insists on."""

from collections.abc import Collection, Mapping, Sequence

from daogou.find.encoding import encoded
from daogou.find.expand import wording
from daogou.find.fuse import fuse
from daogou.find.named import named
from daogou.find.relax import meetable
from daogou.find.sorting import tightened
from daogou.ports import Encoder, SearchIndex, Vectors
from daogou.shop.candidate import Candidate, Hit, Retrieval
from daogou.shop.need import CATEGORY, Constraint, Operator, ShopperNeed

DEPTH = 200  # how many each searcher names


def retrieve(
    need: ShopperNeed,
    *,
    index: SearchIndex,
    encoders: Sequence[Encoder],
    limit: int = 100,
    strict: bool = True,
) -> Retrieval:
    """At most `limit` products that meet the musts, most promising first; each carries the scores that found it.

    Strict: the category filters like a must. Else category and words (a brand, "bluetooth") only help to find: who
    types "dell" into a search box may want a battery for one, and few rows say all that they are. When nothing meets
    every must, as few as possible are given up (see relax); when no kind was understood and the query names nothing
    that the shop has (see named), there are no candidates.
    """
    category = _category(need)
    insisted = (*category, *need.musts) if strict else tuple(must for must in need.musts if not _worded(must))
    musts, given_up = meetable(insisted, index)
    hopes = () if strict or not category or not index.count((*musts, *category)) else category
    spoken_of = named(need, musts, index) if strict else None
    if spoken_of is not None and not spoken_of:
        return Retrieval()
    within = tightened(need, (*musts, *hopes), index, limit) if need.sort else musts
    candidates = _candidates(need, index, encoders, within, hopes, limit)
    return Retrieval(
        candidates=candidates if spoken_of is None else _among(spoken_of, candidates, limit),
        total=index.count((*musts, *hopes)) if spoken_of is None else len(spoken_of),
        given_up=given_up,
    )


def _category(need: ShopperNeed) -> tuple[Constraint, ...]:
    if not need.category:
        return ()
    return (Constraint(attribute=CATEGORY, operator=Operator.IS, value=need.category),)


def _worded(must: Constraint) -> bool:
    return must.operator is Operator.IS and isinstance(must.value, str | tuple)


def _candidates(
    need: ShopperNeed,
    index: SearchIndex,
    encoders: Sequence[Encoder],
    musts: Sequence[Constraint],
    hopes: Sequence[Constraint],
    limit: int,
) -> tuple[Candidate, ...]:
    """What every searcher found within the musts, and again within the hopes, fused."""
    said = wording(need, index.vocabulary)
    vectors = encoded(said, encoders, index.vocabulary.languages)
    depth = max(DEPTH, limit)
    found = _found(index, said.words, vectors, musts, depth)
    hoped = _found(index, said.words, vectors, (*musts, *hopes), depth) if hopes else {}
    together = {source: _united(hits, hoped.get(source, ())) for source, hits in found.items()}
    of_kind = {hit.product_id for hits in hoped.values() for hit in hits}
    return _filled(fuse(together, depth=depth, limit=limit, of_kind=of_kind), index, (*musts, *hopes), limit)


def _among(ids: Collection[str], candidates: Sequence[Candidate], limit: int) -> tuple[Candidate, ...]:
    """The candidates with these ids; where another order pushed all of them out, the products themselves."""
    kept = tuple(candidate for candidate in candidates if candidate.product_id in ids)
    return kept or tuple(Candidate(product_id=product_id) for product_id in sorted(ids)[:limit])


def _found(
    index: SearchIndex,
    words: Mapping[str, float],
    vectors: Mapping[str, Vectors],
    musts: Sequence[Constraint],
    depth: int,
) -> dict[str, list[Hit]]:
    """What each searcher found, by its name."""
    lexical = {"lexical": index.lexical(words, musts=musts, limit=depth)} if words else {}
    known = {name: vector for name, vector in vectors.items() if vector.any()}
    return lexical | {name: index.dense(name, vector, musts=musts, limit=depth) for name, vector in known.items()}


def _united(left: Sequence[Hit], right: Sequence[Hit]) -> list[Hit]:
    hits = {hit.product_id: hit for hit in (*left, *right)}
    return sorted(hits.values(), key=lambda hit: (-hit.score, hit.product_id))


def _filled(
    candidates: Sequence[Candidate], index: SearchIndex, musts: Sequence[Constraint], limit: int
) -> tuple[Candidate, ...]:
    """Some needs say nothing to search for ("under 50 euros"): then whatever meets the musts could answer."""
    if not musts or len(candidates) >= limit:
        return tuple(candidates)
    known = {candidate.product_id for candidate in candidates}
    others = [product_id for product_id in sorted(index.matching(musts, limit=2 * limit)) if product_id not in known]
    return (*candidates, *(Candidate(product_id=other) for other in others[: limit - len(candidates)]))
