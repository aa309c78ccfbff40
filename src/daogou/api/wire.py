"""What goes over the wire: the nouns as JSON, and back. Amounts and numbers are JSON numbers with the row's digits."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from daogou.api.labels import Chip, chips, field_label, type_label
from daogou.guide import Answered
from daogou.shop.conversation import Recommendation, Response
from daogou.shop.evidence import Claim, Evidence, Verdict
from daogou.shop.need import Act, Constraint, ConstraintValue, Operator, ShopperNeed, Strength
from daogou.shop.product import Availability, Money, Product
from daogou.shop.withdrawal import Withdrawal

Value: TypeAlias = bool | float | str | list[str]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:@-]{1,128}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{3}$")]
Locale = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$")]


class MoneyJson(BaseModel):
    """An amount in an ISO 4217 currency."""

    amount: float = Field(examples=[499.95])
    currency: str = Field(examples=["EUR"])

    @classmethod
    def of(cls, money: Money) -> "MoneyJson":
        """As JSON; a decimal of up to 15 digits keeps them all."""
        return cls(amount=float(money.amount), currency=money.currency)


class WithdrawalJson(BaseModel):
    """A wish to take off: an attribute, or with operator and value exactly one wish."""

    attribute: str = Field(min_length=1, max_length=200, examples=["price"])
    operator: Operator | None = Field(default=None, examples=["at_most"])
    value: Value | None = Field(default=None, examples=[800])

    def noun(self) -> Withdrawal:
        """As the shop's noun."""
        return Withdrawal(attribute=self.attribute, operator=self.operator, value=_noun_value(self.value))


class ChipJson(BaseModel):
    """One thing that was understood, in the shopper's language, and how to take it off."""

    label: str = Field(examples=["price ≤ 800 EUR"])
    strength: Strength
    without: WithdrawalJson

    @classmethod
    def of(cls, chip: Chip) -> "ChipJson":
        """As JSON."""
        withdrawal = chip.without
        without = WithdrawalJson(
            attribute=withdrawal.attribute,
            operator=withdrawal.operator,
            value=None if withdrawal.value is None else wire_value(withdrawal.value),
        )
        return cls(label=chip.label, strength=chip.strength, without=without)


class ConstraintJson(BaseModel):
    """One thing that the shopper asked of the products."""

    attribute: str = Field(examples=["price"])
    operator: Operator = Field(examples=["at_most"])
    value: Value = Field(examples=[800])
    unit: str | None = Field(examples=["EUR"])
    strength: Strength
    said_in: int = Field(description="the turn, from 0")
    said: str = Field(description="the shopper's words", examples=["under 800 euros"])

    @classmethod
    def of(cls, constraint: Constraint) -> "ConstraintJson":
        """As JSON."""
        return cls(
            attribute=constraint.attribute,
            operator=constraint.operator,
            value=wire_value(constraint.value),
            unit=constraint.unit,
            strength=constraint.strength,
            said_in=constraint.said_in,
            said=constraint.said,
        )


class SortJson(BaseModel):
    """An order that the shopper asked for."""

    attribute: str
    descending: bool


class NoticeJson(BaseModel):
    """Something that the shopper should know; `code` is stable, `text` is in the shopper's language."""

    code: str = Field(examples=["relaxed"])
    text: str = ""
    params: dict[str, str] = Field(default_factory=dict)


class NeedJson(BaseModel):
    """What was understood, earlier turns included."""

    query: str
    language: str = Field(examples=["en"])
    act: Act
    category: list[str] = Field(examples=[["laptop"]])
    constraints: list[ConstraintJson]
    sort: SortJson | None
    purpose: str
    recipient: str
    like: list[str]
    unlike: list[str]
    refers_to: list[str]
    unknown: list[str]
    unsold: list[str]
    chips: list[ChipJson] = Field(description="the need as a shopper reads it")

    @classmethod
    def of(cls, need: ShopperNeed) -> "NeedJson":
        """As JSON, with its chips."""
        return cls(
            query=need.query,
            language=need.language,
            act=need.act,
            category=list(need.category),
            constraints=[ConstraintJson.of(constraint) for constraint in need.constraints],
            sort=SortJson(attribute=need.sort.attribute, descending=need.sort.descending) if need.sort else None,
            purpose=need.purpose,
            recipient=need.recipient,
            like=list(need.like),
            unlike=list(need.unlike),
            refers_to=list(need.refers_to),
            unknown=list(need.unknown),
            unsold=list(need.unsold),
            chips=[ChipJson.of(chip) for chip in chips(need)],
        )


class ReasonJson(BaseModel):
    """Why this product, and the evidence it rests on."""

    text: str = Field(examples=["16 GB of memory, you asked for at least 8 GB"])
    evidence_ids: list[str] = Field(examples=[["e3"]])


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
    reasons: list[ReasonJson] = Field(default_factory=list)


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


def web_address(link: str) -> str:
    """The link where it leads to the web or stays on this site; a feed's `javascript:` leads nowhere."""
    return link if link.startswith(("https://", "http://")) or (link[:1] == "/" and link[:2] != "//") else ""


def recommended(recommendation: Recommendation, *, language: str, at: datetime) -> CardJson:
    """A recommendation with its reasons."""
    shown = card(recommendation.product, position=recommendation.position, language=language, at=at)
    shown.reasons = [ReasonJson(text=one.text, evidence_ids=list(one.evidence_ids)) for one in recommendation.reasons]
    return shown


class EvidenceJson(BaseModel):
    """One field of one row, as it stood at `as_of`."""

    id: str = Field(examples=["e3"])
    product_id: str
    field: str = Field(examples=["memory"])
    label: str = Field(description="the field in the shopper's language", examples=["memory"])
    value: str = Field(examples=["16 GB"])
    source: str = Field(description="the feed column it was read from", examples=["attr_n_internal_memory"])
    as_of: datetime

    @classmethod
    def of(cls, evidence: Evidence, language: str) -> "EvidenceJson":
        """As JSON."""
        return cls(
            id=evidence.id,
            product_id=evidence.product_id,
            field=evidence.field,
            label=field_label(evidence.field, language),
            value=evidence.value,
            source=evidence.source,
            as_of=evidence.as_of,
        )


class ClaimJson(BaseModel):
    """One statement of the answer, and what the evidence says of it."""

    text: str
    product_id: str
    evidence_ids: list[str]
    verdict: Verdict

    @classmethod
    def of(cls, claim: Claim) -> "ClaimJson":
        """As JSON."""
        return cls(
            text=claim.text, product_id=claim.product_id, evidence_ids=list(claim.evidence_ids), verdict=claim.verdict
        )


class ConsideredJson(BaseModel):
    """A response that could have been given."""

    text: str
    log_likelihood: float | None
    veto: str


class ChatRequest(BaseModel):
    """One message of a shopper; `without` takes chips off first.

    In a known session the message may be empty where chips are taken off, or where `locale` asks for the same answer
    in another language.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"message": "I need a laptop for uni, under 800 euros"},
                {"message": "想买一台轻一点的笔记本电脑", "locale": "zh-CN"},
                {"session_id": "0b8f…", "message": "", "without": [{"attribute": "price", "operator": "at_most"}]},
            ]
        }
    )

    message: str = Field(default="", description="in English or Chinese")
    session_id: Id | None = Field(default=None, description="of the conversation; left out: a new one")
    user_id: Id | None = Field(default=None, description="a pseudonym, if the shop knows the shopper")
    locale: Locale | None = Field(default=None, description="answers in this language", examples=["en", "zh-CN"])
    currency: Code | None = Field(default=None, description="a shop with other prices says so", examples=["EUR"])
    considered: bool = Field(default=False, description="also tell the responses that were considered and not given")
    without: list[WithdrawalJson] = Field(default_factory=list, max_length=50)


class ChatJson(BaseModel):
    """One whole turn."""

    turn_id: str
    session_id: str
    language: str = Field(examples=["en"])
    text: str
    need: NeedJson
    recommendations: list[CardJson]
    evidence: list[EvidenceJson]
    claims: list[ClaimJson]
    question: str = Field(description="a question back, or empty")
    quick_answers: list[str] = Field(default_factory=list, description="answers to it that lead somewhere in this shop")
    notices: list[NoticeJson]
    considered: list[ConsideredJson]
    written_by: str
    scored_by: str
    ranked_by: str
    took_ms: float


def chat_json(answered: Answered, *, considered: bool, quick_answers: list[str], took_ms: float) -> ChatJson:
    """The turn as JSON."""
    turn, response = answered.turn, answered.response
    language = turn.need.language
    return ChatJson(
        turn_id=turn.turn_id,
        session_id=answered.session.session_id,
        language=language,
        text=response.text,
        need=NeedJson.of(turn.need),
        recommendations=[recommended(one, language=language, at=turn.at) for one in response.recommendations],
        evidence=[EvidenceJson.of(evidence, language) for evidence in response.evidence],
        claims=[ClaimJson.of(claim) for claim in response.claims],
        question=response.question,
        quick_answers=quick_answers if response.question else [],
        notices=_notices(response),
        considered=_considered(response) if considered else [],
        written_by=response.written_by,
        scored_by=response.scored_by,
        ranked_by=response.ranked_by,
        took_ms=took_ms,
    )


def _notices(response: Response) -> list[NoticeJson]:
    texts = [*response.notice_texts, *[""] * len(response.notices)]
    return [
        NoticeJson(code=notice.code, text=text, params=notice.params)
        for notice, text in zip(response.notices, texts, strict=False)
    ]


def _considered(response: Response) -> list[ConsideredJson]:
    return [
        ConsideredJson(text=one.text, log_likelihood=one.log_likelihood, veto=one.veto) for one in response.considered
    ]


def wire_value(value: ConstraintValue) -> Value:
    """A noun's value as JSON."""
    if isinstance(value, tuple):
        return list(value)
    return float(value) if isinstance(value, Decimal) else value


def _noun_value(value: Value | None) -> ConstraintValue | None:
    if isinstance(value, list):
        return tuple(value)
    return Decimal(str(value)) if isinstance(value, float) else value
