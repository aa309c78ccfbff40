"""Several searchers' findings as one list.

The scores are added with fixed weights, not by ranks: how much better the first is than the second says something
(the weights were chosen on cross-validation folds, docs/experiments.md).
"""

from collections.abc import Collection, Mapping, Sequence

from daogou.shop.candidate import Candidate, Hit, Score

FUSED = "fused"
KIND = "kind"  # whether the product is of a wanted type

# A BM25 score of Icecat's words is 5 to 20, a cosine of good matches 0.4 to 0.7.
WEIGHTS: Mapping[str, float] = {"lexical": 1.0, "minilm": 8.0, "lsa": 3.0, KIND: 2.25}
OTHER_WEIGHT = 8.0  # of an encoder that nobody has measured


def fuse(
    found: Mapping[str, Sequence[Hit]], *, depth: int, limit: int, of_kind: Collection[str] = ()
) -> list[Candidate]:
    """The best `limit` of all findings; each keeps every searcher's score and rank beside the fused one.

    A searcher that filled its `depth` may know more products than it named: those count as its last one. `of_kind`
    are the products known to be of a wanted type.
    """
    values: dict[str, dict[str, tuple[float, int]]] = {}  # product id -> source -> score, rank
    for source, hits in found.items():
        for rank, hit in enumerate(hits, start=1):
            values.setdefault(hit.product_id, {})[source] = (hit.score, rank)
    for product_id in of_kind:
        values.setdefault(product_id, {})[KIND] = (1.0, 0)
    floors = {source: hits[-1].score if len(hits) >= depth else 0.0 for source, hits in found.items()} | {KIND: 0.0}
    fused = {product_id: _sum(given, floors) for product_id, given in values.items()}
    best = sorted(fused, key=lambda product_id: (-fused[product_id], product_id))[:limit]
    return [
        Candidate(
            product_id=product_id,
            scores=(*_scores(values[product_id]), Score(source=FUSED, value=fused[product_id], rank=rank)),
        )
        for rank, product_id in enumerate(best, start=1)
    ]


def _sum(given: Mapping[str, tuple[float, int]], floors: Mapping[str, float]) -> float:
    return sum(
        WEIGHTS.get(source, OTHER_WEIGHT) * (given[source][0] if source in given else floor)
        for source, floor in floors.items()
    )


def _scores(given: Mapping[str, tuple[float, int]]) -> list[Score]:
    return [Score(source=source, value=value, rank=rank) for source, (value, rank) in given.items()]
