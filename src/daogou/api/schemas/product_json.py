"""Products over the wire: as a shelf shows them, and one as the shop has it now. Amounts are JSON numbers with the row's digits."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from daogou.api.schemas.labels import field_label, type_label
from daogou.catalog.products.conversation import Recommendation
from daogou.catalog.products.product import AttributeValue, Availability, Product, web_address
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


class ReasonJson(BaseModel):
    """Why this product, and the evidence it rests on."""

    model_config = ConfigDict(from_attributes=True)
    text: str = Field(examples=["16 GB of memory, you asked for at least 8 GB"])
    evidence_ids: list[str] = Field(examples=[["e3"]])


class VariantJson(BaseModel):
    """The same thing in another size or colour."""

    product_id: str = Field(examples=["4712"])
    label: str = Field(description="what tells it from the others, in the shopper's language", examples=["blue, M"])
    price: MoneyJson | None
    availability: Availability | None
    link: str


class ScoreJson(BaseModel):
    """One ranker's opinion."""

    model_config = ConfigDict(from_attributes=True)
    source: str = Field(examples=["bm25"])
    value: float
    rank: int = Field(description="the position it gave, from 1; 0: it gives no order")


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


class ResultJson(CardJson):
    """A found product, with every score that moved it."""

    scores: list[ScoreJson]


def recommended(one: Recommendation, *, language: str, at: datetime) -> CardJson:
    """A recommendation with its reasons, at that moment, in that language."""
    return CardJson.model_validate(_told(one, language, at))


def result(one: Recommendation, *, language: str, at: datetime) -> ResultJson:
    """The same with its scores."""
    return ResultJson.model_validate(_told(one, language, at))


def _told(one: Recommendation, language: str, at: datetime) -> dict[str, object]:
    labels = variant_labels(one.variants, language=language, at=at)
    told = {
        "product_id": one.product.id,
        "title": one.product.title_in(language),
        "type_label": type_label(one.product.product_type, language),
        "variants": [
            {"product_id": variant.id, "label": labels[variant.id], **_offered(variant, at)} for variant in one.variants
        ],
    }
    return vars(one.product) | vars(one) | _offered(one.product, at) | told


def _offered(product: Product, at: datetime) -> dict[str, object]:
    """What is asked at that moment, the price before the sale where there is one, and where to have it."""
    offer = product.best_offer(at)
    price = offer and offer.price_at(at)
    return {
        "price": price,
        "price_before": offer.price if offer and price and offer.price.amount > price.amount else None,
        "availability": product.availability,
        "link": web_address(product.link),
        "image_link": web_address(product.image_link),
    }


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
        offer = product.best_offer(at)
        told = {
            "sale_price": offer.sale_price if offer else None,
            "sale_price_from": offer.price_valid_from if offer else None,
            "sale_price_until": offer.price_valid_until if offer else None,
            "condition": offer.condition if offer else "",
            "attributes": [
                vars(fact) | {"label": field_label(fact.name, language), "value": _number(fact.value)}
                for fact in product.attributes
            ],
            "rating": vars(product.rating) if product.rating else None,
            "translations": {key: vars(text) for key, text in product.translations.items()},
        }
        return cls.model_validate(vars(product) | _offered(product, at) | told)


def _number(value: AttributeValue) -> bool | float | str:
    return float(value) if isinstance(value, Decimal) else value
