"""One product over the wire, as the shop has it now."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, Field

from daogou.api.schemas.card_json import MoneyJson, prices
from daogou.api.schemas.labels import field_label
from daogou.catalog.products.product import Attribute, Availability, Product
from daogou.catalog.products.web_address import web_address


class AttributeJson(BaseModel):
    """One fact, and the feed column it was read from."""

    name: str
    label: str = Field(description="the name in the language asked for")
    value: bool | float | str
    unit: str | None
    source: str


class ProductJson(BaseModel):
    """One product, as the shop has it now."""

    id: str
    title: str
    price: MoneyJson | None = Field(description="what is really asked now; null in a shop without prices")
    price_before: MoneyJson | None = Field(description="the price without the sale, while there is one")
    sale_price: MoneyJson | None = Field(description="what is asked during the sale, whether it runs now or not")
    sale_price_from: datetime | None = Field(description="the beginning of the sale")
    sale_price_until: datetime | None = Field(description="the end of the sale")
    availability: Availability | None
    condition: str
    description: str
    language: str
    brand: str
    category: list[str]
    product_type: str
    item_group_id: str
    gtin: str
    mpn: str
    attributes: list[AttributeJson]
    highlights: list[str]
    link: str
    image_link: str
    rating: dict[str, float] | None
    translations: dict[str, dict[str, str]]

    @classmethod
    def of(cls, product: Product, at: datetime, language: str) -> "ProductJson":
        """As JSON, at the price that is asked at that moment, with attribute names in that language."""
        offer, (price, before) = product.best_offer(at), prices(product, at)
        told = {
            "price": price,
            "price_before": before,
            "sale_price": offer.sale_price if offer else None,
            "sale_price_from": offer.price_valid_from if offer else None,
            "sale_price_until": offer.price_valid_until if offer else None,
            "availability": product.availability,
            "condition": offer.condition if offer else "",
            "attributes": [_attribute(attribute, language) for attribute in product.attributes],
            "link": web_address(product.link),
            "image_link": web_address(product.image_link),
            "rating": vars(product.rating) if product.rating else None,
            "translations": {key: vars(text) for key, text in product.translations.items()},
        }
        return cls.model_validate({**vars(product), **told})


def _attribute(attribute: Attribute, language: str) -> AttributeJson:
    value = attribute.value
    return AttributeJson(
        name=attribute.name,
        label=field_label(attribute.name, language),
        value=float(value) if isinstance(value, Decimal) else value,
        unit=attribute.unit,
        source=attribute.source,
    )
