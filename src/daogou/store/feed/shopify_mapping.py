"""The mapping of the records that `shopify` makes of Shopify's product CSV."""

from daogou.shop.vocabulary import AttributeKind
from daogou.store.feed.mapping import AttributeRule, FeedMapping, FieldRule, UnitRule


def _from(column: str, split: str = "") -> FieldRule:
    return FieldRule(columns=(column,), split=split)


SHOPIFY = FeedMapping(
    fields={
        "id": _from("id"),
        "title": _from("title"),
        "description": _from("body"),
        "brand": _from("vendor"),
        "gtin": _from("barcode"),
        "mpn": _from("sku"),
        "price": _from("price"),
        "list_price": _from("compare_at"),
        "availability": _from("availability"),
        "condition": _from("condition"),
        "item_group_id": _from("group"),
        "category": FieldRule(columns=("category", "type"), split=">"),
        "image_link": _from("image"),
    },
    attributes={
        "tags": AttributeRule(name="tag", kind=AttributeKind.TEXT, split=","),
        "grams": AttributeRule(name="weight", kind=AttributeKind.NUMBER, units=(UnitRule(unit="g"),)),
    },
    remaining=True,
    ignore=("handle", "type", "published", "status", "quantity", "policy", "tracker"),
)
