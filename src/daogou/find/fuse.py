"""Several searchers' findings as one list.

The scores are added with fixed weights, not by ranks: how much better the first is than the second says something
(the weights were chosen on cross-validation folds, docs/experiments.md).
"""

from collections.abc import Collection, Mapping, Sequence

from daogou.shop.candidate import Candidate, Hit, Score

FUSED = "fused"
KIND = "kind"  # whether the product is of a wanted type

# A BM25 score of Icecat's words is 5 to 20, a cosine of good matches 0.4 to 0.7. MiniLM and USE read different questions (encoding.py).
WEIGHTS: Mapping[str, float] = {"lexical": 1.0, "minilm": 8.0, "use": 24.0, "lsa": 3.0, KIND: 2.25}
OTHER_WEIGHT = 8.0  # of an encoder that nobody has measured


def fuse(
    found: Mapping[str, Sequence[Hit]], *, depth: int, limit: int, of_kind: Collection[str] = ()
) -> list[Candidate]:
    """The best `limit` of all findings; each keeps every searcher's score and rank beside the fused one.

    A searcher that filled its `depth` may know more products than it named: those count as its last one. `of_kind`
    are the products known to be of a wanted type.
    """
    floors = {source: hits[-1].score if len(hits) >= depth else 0.0 for source, hits in found.items()}
    least = sum(_weight(source) * floor for source, floor in floors.items())
    fused = dict.fromkeys(of_kind, least + WEIGHTS[KIND])
    for source, hits in found.items():
        weight, floor = _weight(source), floors[source]
        for hit in hits:
            fused[hit.product_id] = fused.get(hit.product_id, least) + weight * (hit.score - floor)
    best = sorted(fused, key=lambda product_id: (-fused[product_id], product_id))[:limit]
    given = _given(found, of_kind, set(best))
    return [
        Candidate(
            product_id=product_id,
            scores=(*given[product_id], Score(source=FUSED, value=fused[product_id], rank=rank)),
        )
        for rank, product_id in enumerate(best, start=1)
    ]


def _weight(source: str) -> float:
    return WEIGHTS.get(source, OTHER_WEIGHT)


def _given(
    found: Mapping[str, Sequence[Hit]], of_kind: Collection[str], best: Collection[str]
) -> Mapping[str, list[Score]]:
    """What each searcher said of the best, with the rank it gave."""
    given: dict[str, list[Score]] = {product_id: [] for product_id in best}
    for source, hits in found.items():
        for rank, hit in enumerate(hits, start=1):
            if hit.product_id in given:
                given[hit.product_id].append(Score(source=source, value=hit.score, rank=rank))
    for product_id in best:
        if product_id in of_kind:
            given[product_id].append(Score(source=KIND, value=1.0))
    return given
