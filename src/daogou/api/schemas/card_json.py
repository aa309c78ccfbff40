"""Products as a shelf shows them. Amounts are JSON numbers with the row's digits."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from daogou.api.schemas.labels import type_label
from daogou.catalog.products.conversation import Recommendation
from daogou.catalog.products.product import Availability, Money, Product
from daogou.catalog.products.web_address import web_address
from daogou.reply.verify.gather import variant_labels


class MoneyJson(BaseModel):
    """An amount in an ISO 4217 currency."""

    model_config = ConfigDict(from_attributes=True)
    amount: float = Field(examples=[499.95])
    currency: str = Field(examples=["EUR"])

    @classmethod
    def of(cls, money: Money) -> "MoneyJson":
        """As JSON; a decimal of up to 15 digits keeps them all."""
        return cls(amount=float(money.amount), currency=money.currency)


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
