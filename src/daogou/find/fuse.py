"""Several searchers' findings as one list (reciprocal rank fusion)."""

from collections.abc import Mapping, Sequence

from daogou.shop.candidate import Candidate, Hit, Score

RRF_K = 60  # Cormack, Clarke & Buettcher (2009); larger trusts the very top less
FUSED = "fused"


def fuse(found: Mapping[str, Sequence[Hit]], *, limit: int) -> list[Candidate]:
    """The best `limit` of all findings; each keeps every searcher's score and rank beside the fused one."""
    scores: dict[str, list[Score]] = {}
    for source, hits in found.items():
        for rank, hit in enumerate(hits, start=1):
            scores.setdefault(hit.product_id, []).append(Score(source=source, value=hit.score, rank=rank))
    fused = {product_id: _reciprocal(given) for product_id, given in scores.items()}
    best = sorted(fused, key=lambda product_id: (-fused[product_id], product_id))[:limit]
    return [
        Candidate(
            product_id=product_id,
            scores=(*scores[product_id], Score(source=FUSED, value=fused[product_id], rank=rank)),
        )
        for rank, product_id in enumerate(best, start=1)
    ]


def _reciprocal(scores: Sequence[Score]) -> float:
    return sum(1 / (RRF_K + score.rank) for score in scores)
