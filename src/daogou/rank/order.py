"""Step 3: which of the candidates are best for this shopper?"""

from collections.abc import Mapping
from datetime import datetime

from daogou.shop.candidate import Candidate, Retrieval
from daogou.shop.need import ShopperNeed
from daogou.shop.product import Product


def order(
    retrieval: Retrieval,
    need: ShopperNeed,
    *,
    products: Mapping[str, Product],
    popularity: Mapping[str, float],
    at: datetime,
) -> list[Candidate]:
    """The candidates that still exist, best first, each with every score that moved it."""
    return [candidate for candidate in retrieval.candidates if candidate.product_id in products]
