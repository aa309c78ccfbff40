"""What became of one row of a feed."""

from dataclasses import dataclass

from daogou.catalog.products.product import Product


@dataclass(frozen=True, kw_only=True)
class FeedRow:
    """What became of one row: a product, the reasons why it is none, or why it was `left_out` as it should be.

    Warnings say what was mended or left out of a product.
    """

    number: int
    product: Product | None = None
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    raw: str = ""  # the row, where it was rejected
    left_out: str = ""
    hidden_id: str = ""  # of what was left out
