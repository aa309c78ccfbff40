"""POST /v1/descriptions: product descriptions from the rows' facts, each checked claim by claim."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from daogou.api.middleware.keys import Scope
from daogou.api.middleware.problems import responses
from daogou.api.schemas.wire import ClaimJson, ConsideredJson, EvidenceJson
from daogou.api.state import AppState
from daogou.errors import RequestError
from daogou.ports import LanguageModel
from daogou.reply.describe.description import Description, describe
from daogou.reply.describe.words import AUDIENCE_LENGTH, Brief, Length, Tone

MOST_PRODUCTS = 100  # of one call
SHOWN_IDS = 10  # unknown ones that a problem names

ProductId = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class DescriptionRequest(BaseModel):
    """Which products, and how they shall be described."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"product_ids": ["4711"], "language": "en", "tone": "warm", "length": "medium"}]
        },
    )
    product_ids: Annotated[list[ProductId], Field(min_length=1, max_length=MOST_PRODUCTS)]
    language: Literal["en", "zh"] = "en"
    tone: Tone = Tone.PLAIN
    length: Length = Length.MEDIUM
    audience: Annotated[str, StringConstraints(max_length=AUDIENCE_LENGTH)] = Field(
        "general",
        description="general, gift, student, professional, parent, or free words: moves facts, never adds a claim",
    )
    with_price: bool = Field(False, description="tell the price as well; it ages")
    seed: int = Field(0, description="another seed gives other wordings")
    candidates: bool = Field(False, description="send everything that was considered")

    def brief(self) -> Brief:
        """As the noun."""
        return Brief(**self.model_dump(exclude={"product_ids", "candidates"}))


class DescriptionJson(BaseModel):
    """One product's description; every sentence is a claim that rests on evidence."""

    product_id: str
    description: str
    claims: list[ClaimJson]
    evidence: list[EvidenceJson]
    written_by: str = Field(examples=["templates"])
    scored_by: str = Field(examples=["builtin"])
    considered: list[ConsideredJson] | None = Field(None, description="only where candidates were asked for")


class DescriptionsAnswer(BaseModel):
    """The descriptions in the order of the ids, and the ids that the shop does not have."""

    descriptions: list[DescriptionJson]
    unknown_ids: list[str]


def describing(state: AppState) -> APIRouter:
    """The endpoint that describes."""
    router = APIRouter(tags=["merchant"], responses=responses(401, 403, 404, 413, 415, 422, 503))

    def may_write_products(request: Request) -> None:
        state.admit_merchant(request, Scope.PRODUCTS)

    @router.post("/v1/descriptions", summary="Describe products", dependencies=[Depends(may_write_products)])
    async def post_descriptions(asked: DescriptionRequest) -> DescriptionsAnswer:
        """Writes several candidates from each row's facts, checks every claim, and gives the best one."""
        return await state.workers.run(lambda: _answer(state, asked))

    return router


def _answer(state: AppState, asked: DescriptionRequest) -> DescriptionsAnswer:
    ids = list(dict.fromkeys(asked.product_ids))
    found = state.shop.catalogue.get(ids)
    unknown = [one for one in ids if one not in found]
    if not found:
        raise RequestError(f"the shop has none of these products: {', '.join(unknown[:SHOWN_IDS])}", status=404)
    model: LanguageModel | None = getattr(state.shop, "model", None)  # a shop may do without one
    at, brief = state.clock(), asked.brief()
    described = [describe(found[one], brief, at=at, model=model) for one in ids if one in found]
    return DescriptionsAnswer(
        descriptions=[_json(one, candidates=asked.candidates) for one in described], unknown_ids=unknown
    )


def _json(one: Description, *, candidates: bool) -> DescriptionJson:
    return DescriptionJson(
        product_id=one.product_id,
        description=one.text,
        claims=list(map(ClaimJson.model_validate, one.claims)),
        evidence=[EvidenceJson.of(evidence, one.language) for evidence in one.evidence],
        written_by=one.written_by,
        scored_by=one.scored_by,
        considered=list(map(ConsideredJson.model_validate, one.considered)) if candidates else None,
    )
