"""Products over the wire: as a shelf shows them, and one as the shop has it now. Amounts are JSON numbers with the row's digits."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from daogou.api.schemas.labels import field_label, type_label
from daogou.catalog.products.conversation import Recommendation
from daogou.catalog.products.product import Attribute, Availability, Money, Product, web_address
from daogou.reply.context import variant_labels


class MoneyJson(BaseModel):
    """An amount in an ISO 4217 currency."""

    model_config = ConfigDict(from_attributes=True)
    amount: float = Field(examples=[499.95])
    currency: str = Field(examples=["EUR"])
    lowest: bool = Field(
        default=False,
        exclude_if=lambda lowest: not lowest,
        description="true where what is asked begins there (from €499.95); else left out",
    )

    @classmethod
    def of(cls, money: Money) -> "MoneyJson":
        """As JSON; a decimal of up to 15 digits keeps them all."""
        return cls(amount=float(money.amount), currency=money.currency, lowest=money.lowest)


class ReasonJson(BaseModel):
    """Why this product, and the evidence it rests on."""

    text: str = Field(examples=["16 GB of memory, you asked for at least 8 GB"])
    evidence_ids: list[str] = Field(examples=[["e3"]])


class VariantJson(BaseModel):
    """The same thing in another size or colour."""

    product_id: str = Field(examples=["4712"])
    label: str = Field(description="what tells it from the others, in the shopper's language", examples=["blue, M"])
    price: MoneyJson | None
    availability: Availability | None
    link: str


class CardJson(BaseModel):
    """A product as a shelf shows it."""

    product_id: str = Field(examples=["4711"])
    position: int = Field(description="from 1")
    title: str
    price: MoneyJson | None = Field(description="what is really asked now; null in a shop without prices")
    price_before: MoneyJson | None = Field(description="the price without the sale, where there is one")
    availability: Availability | None = Field(description="null where the feed does not say")
    brand: str
    product_type: str = Field(examples=["laptop"])
    type_label: str = Field(description="the product type in the shopper's language")
    link: str
    image_link: str
    need: int = Field(default=0, description="which of the turn's needs it answers, from 0")
    reasons: list[ReasonJson] = Field(default_factory=list)
    variants: list[VariantJson] = Field(
        default_factory=list, description="every size and colour of it, itself among them; empty where there is one"
    )


def card(product: Product, *, position: int, language: str, at: datetime) -> CardJson:
    """A product at that moment, in that language."""
    price, before = prices(product, at)
    return CardJson(
        product_id=product.id,
        position=position,
        title=product.title_in(language),
        price=price,
        price_before=before,
        availability=product.availability,
        brand=product.brand,
        product_type=product.product_type,
        type_label=type_label(product.product_type, language),
        link=web_address(product.link),
        image_link=web_address(product.image_link),
    )


def prices(product: Product, at: datetime) -> tuple[MoneyJson | None, MoneyJson | None]:
    """What is asked at that moment, and the price before the sale where there is one."""
    offer = product.best_offer(at)
    if offer is None:
        return None, None
    price = offer.price_at(at)
    return MoneyJson.of(price), MoneyJson.of(offer.price) if offer.price.amount > price.amount else None


def recommended(recommendation: Recommendation, *, language: str, at: datetime) -> CardJson:
    """A recommendation with its reasons."""
    shown = card(recommendation.product, position=recommendation.position, language=language, at=at)
    shown.need = recommendation.need
    shown.reasons = [ReasonJson(text=one.text, evidence_ids=list(one.evidence_ids)) for one in recommendation.reasons]
    shown.variants = _variants(recommendation, language, at)
    return shown


def _variants(recommendation: Recommendation, language: str, at: datetime) -> list[VariantJson]:
    labels = variant_labels(recommendation.variants, language=language, at=at)
    return [
        VariantJson(
            product_id=one.id,
            label=labels[one.id],
            price=prices(one, at)[0],
            availability=one.availability,
            link=web_address(one.link),
        )
        for one in recommendation.variants
    ]


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
