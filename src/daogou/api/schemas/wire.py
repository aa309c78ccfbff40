"""A turn over the wire: what a shopper's page sends, and the whole answer. The field names are the nouns'."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from daogou.api.schemas.labels import field_label, type_label
from daogou.api.schemas.need_json import NeedJson, WithdrawalJson
from daogou.api.schemas.product_json import CardJson, recommended
from daogou.catalog.products.conversation import Evidence, Verdict
from daogou.catalog.products.need import Sold
from daogou.catalog.products.product import Product
from daogou.catalog.products.turn import Answered
from daogou.text.thesaurus import thesaurus

VALUES = 12  # of one facet
_MOST = 8  # facets


class FacetValue(BaseModel):
    """One value, and how many of the found products have it."""

    value: str = Field(examples=["black"])
    label: str
    count: int


class Facet(BaseModel):
    """One way to narrow the shelf: text values, or the range of the price."""

    attribute: str = Field(examples=["colour"])
    label: str
    values: list[FacetValue] = Field(default_factory=list)
    minimum: float | None = None
    maximum: float | None = None


def facets(products: Iterable[Product], *, language: str, at: datetime) -> list[Facet]:
    """Price, kind and brand, then the text attributes that tell the found products apart best."""
    found = list(products)
    if not found:
        return []
    counts = {"category": Counter(product.product_type for product in found if product.product_type)}
    counts["brand"] = Counter(product.brand for product in found if product.brand)
    counts |= _attributes(found)
    amounts = [float(money.amount) for product in found if (money := product.price_at(at))]
    label = field_label("price", language)
    prices = [Facet(attribute="price", label=label, minimum=min(amounts), maximum=max(amounts))] if amounts else []
    dividing = [(name, values) for name, values in counts.items() if len(values) > 1]
    return [*prices, *(_facet(name, values, language) for name, values in dividing[: _MOST - len(prices)])]


def _attributes(products: list[Product]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {}
    for product in products:
        texts = {(one.name, one.value) for one in product.attributes if isinstance(one.value, str) and one.value}
        for name, value in sorted(texts):
            counts.setdefault(name, Counter())[value] += 1
    telling = {name: values for name, values in counts.items() if values.total() > len(values)}
    return dict(sorted(telling.items(), key=lambda item: -item[1].total()))


def _facet(name: str, counts: Counter[str], language: str) -> Facet:
    values = {value: thesaurus().value_label(name, value, language) for value in counts}
    if name == "category":
        values = {value: type_label(value, language) for value in counts}
    told = [FacetValue(value=one, label=values[one], count=count) for one, count in counts.most_common(VALUES)]
    return Facet(attribute=name, label=field_label(name, language), values=told)


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:@-]{1,128}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{3}$")]
Locale = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$")]


class NoticeJson(BaseModel):
    """Something that the shopper should know; `code` is stable, `text` is in the shopper's language."""

    code: str = Field(examples=["relaxed"])
    text: str = ""
    params: dict[str, str] = Field(default_factory=dict)


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
        return cls(**vars(evidence), label=field_label(evidence.field, language))


class ClaimJson(BaseModel):
    """One statement of the answer, and what the evidence says of it."""

    model_config = ConfigDict(from_attributes=True)
    text: str
    product_id: str
    evidence_ids: list[str]
    verdict: Verdict


class ConsideredJson(BaseModel):
    """A response that could have been given; among those of a turn one is `chosen`."""

    model_config = ConfigDict(from_attributes=True)
    text: str
    plan: str = Field(description="what it set out to do; empty: a statement that was left out", examples=["compared"])
    written_by: str = Field(examples=["plain"])
    chosen: bool
    log_likelihood: float | None = Field(description="log P(r | q) per token; null: no model judged it")
    log_prior: float | None = Field(description="log P(r) per token; null: not asked for")
    score: float | None = Field(description="what is maximised; null: vetoed, or no model judged")
    veto: str = Field(description="why it must not be said, or empty", examples=["a number of its own: 1"])


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
    personal: bool = Field(default=True, description="false: what the shopper did before is not looked at")
    considered: bool = Field(default=False, description="also tell the responses that were considered and not given")
    without: list[WithdrawalJson] = Field(default_factory=list, max_length=50)


class ChatJson(BaseModel):
    """One whole turn."""

    turn_id: str
    session_id: str
    language: str = Field(examples=["en"])
    verdict: Sold = Field(description="whether the shop has what was asked for; other: it was no such question")
    text: str
    need: NeedJson = Field(description="the first of `needs`")
    needs: list[NeedJson] = Field(description="one for each thing that the message asks for")
    recommendations: list[CardJson]
    evidence: list[EvidenceJson]
    claims: list[ClaimJson]
    question: str = Field(description="a question back, or empty")
    quick_answers: list[str] = Field(default_factory=list, description="answers to it that lead somewhere in this shop")
    notices: list[NoticeJson]
    considered: list[ConsideredJson]
    written_by: str
    scored_by: str
    unscored: str = Field(description="why no model judged although one was to, or empty")
    ranked_by: str
    took_ms: float


def chat_json(answered: Answered, *, considered: bool, quick_answers: list[str], took_ms: float) -> ChatJson:
    """The turn as JSON."""
    turn, response = answered.turn, answered.response
    language = turn.need.language
    texts = [*response.notice_texts, *[""] * len(response.notices)]
    told = {
        "turn_id": turn.turn_id,
        "session_id": answered.session.session_id,
        "language": language,
        "need": NeedJson.of(turn.need),
        "needs": [NeedJson.of(need) for need in turn.needs],
        "recommendations": [recommended(one, language=language, at=turn.at) for one in response.recommendations],
        "evidence": [EvidenceJson.of(evidence, language) for evidence in response.evidence],
        "quick_answers": quick_answers if response.question else [],
        "notices": [vars(one) | {"text": text} for one, text in zip(response.notices, texts, strict=False)],
        "considered": response.considered if considered else [],
        "took_ms": took_ms,
    }
    return ChatJson.model_validate(vars(response) | told)
