"""How good a ranking is, by judgements (Järvelin & Kekäläinen, 2002)."""

import math
from collections.abc import Mapping, Sequence


def ndcg(relevance: Mapping[str, float], ranking: Sequence[str], k: int) -> float:
    """NDCG@k with gain 2^r - 1; what nobody judged counts as irrelevant. 0 where nothing is relevant."""
    ideal = _dcg(sorted(relevance.values(), reverse=True)[:k])
    return _dcg([relevance.get(product_id, 0.0) for product_id in ranking[:k]]) / ideal if ideal else 0.0


def judged_ndcg(relevance: Mapping[str, float], ranking: Sequence[str], k: int) -> float:
    """NDCG@k of the ranking without the products that nobody judged."""
    return ndcg(relevance, [product_id for product_id in ranking if product_id in relevance], k)


def recall(relevant: Sequence[str], ranking: Sequence[str], k: int) -> float:
    """The share of the relevant products that stand among the first k; 0 where nothing is relevant."""
    return len(set(relevant) & set(ranking[:k])) / len(set(relevant)) if relevant else 0.0


def reciprocal_rank(relevant: Sequence[str], ranking: Sequence[str]) -> float:
    """1 / the position of the first relevant product; 0 where there is none."""
    return next((1 / position for position, found in enumerate(ranking, start=1) if found in set(relevant)), 0.0)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed (nearest rank); 0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _dcg(relevances: Sequence[float]) -> float:
    return sum((2**relevance - 1) / math.log2(position + 1) for position, relevance in enumerate(relevances, start=1))
