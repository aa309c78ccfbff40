"""Feeds on disk for tests: write one, read it back."""

import gzip
from decimal import Decimal
from pathlib import Path

from daogou.catalog.products.product import Product
from daogou.feed import FeedMapping, FeedRow, parse_mapping, read_feed

PLAIN = """
currency = "EUR"
[product]
id = "id"
title = "title"
price = "price"
"""


def mapping(text: str = "", *, product: str = "") -> FeedMapping:
    """The three fields that every feed has, and more."""
    return parse_mapping(PLAIN + product + "\n" + text)


def write(folder: Path, content: str | bytes, name: str = "feed.csv") -> Path:
    path = folder / name
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def rows(path: Path, chosen: FeedMapping | None = None, currency: str = "") -> list[FeedRow]:
    return list(read_feed(path, mapping=chosen, currency=currency))


def products(path: Path, chosen: FeedMapping | None = None, currency: str = "") -> list[Product]:
    return [row.product for row in rows(path, chosen, currency) if row.product]


def prices(found: list[Product]) -> dict[str, tuple[Decimal, str]]:
    return {product.id: (product.offers[0].price.amount, product.offers[0].price.currency) for product in found}
