"""Variants: the other sizes and colours of what is shown, one item group (Merchant Center's item_group_id) being one thing."""

from collections.abc import Collection, Iterable, Mapping

from daogou.catalog.products.product import Product
from daogou.ports import Catalogue, SearchIndex

MOST = 60  # variants of one thing that are read: a card has no room for more


def variants(
    products: Iterable[Product], *, index: SearchIndex, catalogue: Catalogue
) -> Mapping[str, tuple[Product, ...]]:
    """Item group id -> its products, by id; for those groups of these products that have several."""
    groups = {one.item_group_id: sorted(index.group(one.item_group_id))[:MOST] for one in products if one.item_group_id}
    rows = catalogue.get([product_id for ids in groups.values() for product_id in ids])
    return {group: tuple(rows[one] for one in ids if one in rows) for group, ids in groups.items() if len(ids) > 1}


def with_variants(product_ids: Collection[str], *, index: SearchIndex, catalogue: Catalogue) -> frozenset[str]:
    """These products and every other variant of each."""
    groups = {row.item_group_id for row in catalogue.get(list(product_ids)).values()} - {""}
    return frozenset(product_ids).union(*(index.group(group) for group in groups))
