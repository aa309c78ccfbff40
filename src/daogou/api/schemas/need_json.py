"""The need over the wire: what was understood, as data and as chips, and what takes a chip off."""

from decimal import Decimal
from typing import Annotated, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from daogou.api.schemas.labels import chips
from daogou.catalog.products.conversation import Withdrawal
from daogou.catalog.products.need import (
    MEASURE,
    PRICE,
    Act,
    Constraint,
    ConstraintValue,
    Operator,
    ShopperNeed,
    Strength,
)
from daogou.reply.sentences.phrases import number


def _wire_value(value: ConstraintValue) -> object:
    """A noun's value as JSON."""
    return float(value) if isinstance(value, Decimal) else value


Value: TypeAlias = Annotated[bool | float | str | list[str], BeforeValidator(_wire_value)]


class WithdrawalJson(BaseModel):
    """A wish to take off: an attribute, or with operator and value exactly one wish."""

    model_config = ConfigDict(from_attributes=True)
    attribute: str = Field(min_length=1, max_length=200, examples=["price"])
    operator: Operator | None = Field(default=None, examples=["at_most"])
    value: Value | None = Field(default=None, examples=[800])

    def noun(self) -> Withdrawal:
        """As the shop's noun."""
        value = Decimal(str(self.value)) if isinstance(self.value, float) else self.value
        return Withdrawal(
            attribute=self.attribute,
            operator=self.operator,
            value=tuple(value) if isinstance(value, list) else value,
        )


class ChipJson(BaseModel):
    """One thing that was understood, in the shopper's language, and how to take it off."""

    model_config = ConfigDict(from_attributes=True)
    label: str = Field(examples=["price ≤ 800 EUR"])
    strength: Strength
    without: WithdrawalJson


class AlternativeJson(BaseModel):
    """Another way in which the message may have been meant; sending `message` with `without` asks for it."""

    label: str = Field(examples=["meant the price?"])
    message: str = Field(examples=["price at least 10"])
    without: list[WithdrawalJson] = Field(description="the wishes whose place it takes")


class ConstraintJson(BaseModel):
    """One thing that the shopper asked of the products."""

    model_config = ConfigDict(from_attributes=True)
    attribute: str = Field(examples=["price"])
    operator: Operator = Field(examples=["at_most"])
    value: Value = Field(examples=[800])
    unit: str | None = Field(examples=["EUR"])
    strength: Strength
    said_in: int = Field(description="the turn, from 0")
    said: str = Field(description="the shopper's words", examples=["under 800 euros"])


class SortJson(BaseModel):
    """An order that the shopper asked for."""

    model_config = ConfigDict(from_attributes=True)
    attribute: str
    descending: bool


class NeedJson(BaseModel):
    """What was understood, earlier turns included."""

    query: str
    said: str = Field(description="what the thing was called, where one of several was asked for; else empty")
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
    read_by: str = Field(description="rules, or the rules and a language model; why no model read although one was to")
    chips: list[ChipJson] = Field(description="the need as a shopper reads it")
    alternatives: list[AlternativeJson] = Field(
        description="how else the message may have been meant, the likeliest first"
    )

    @classmethod
    def of(cls, need: ShopperNeed) -> "NeedJson":
        """As JSON, with its chips."""
        return cls.model_validate(vars(need) | {"chips": chips(need), "alternatives": alternatives(need)})


class NeedsJson(NeedJson):
    """The first need with all of them: where a message asks for several things, the shelf has a heading for each."""

    needs: list[NeedJson]

    @classmethod
    def of(cls, need: ShopperNeed) -> "NeedsJson":
        """As JSON."""
        return cls(**dict(NeedJson.of(need)), needs=[NeedJson.of(one) for one in need.needs])


PIECES = "pcs"

_MEANT = {  # in English, in Chinese
    PRICE: ("meant the price?", "是指价格？"),
    PIECES: ("meant the number?", "是指数量？"),
    f"{PRICE} at_least": ("price at least {value}", "价格至少{value}"),
    f"{PRICE} at_most": ("price at most {value}", "价格不超过{value}"),
    f"{PRICE} is": ("price {value}", "价格{value}"),
    f"{PIECES} at_least": ("at least {value} pieces", "至少{value}件"),
    f"{PIECES} at_most": ("at most {value} pieces", "不超过{value}件"),
    f"{PIECES} is": ("{value} pieces", "{value}件"),
    "and": (", ", "，"),
}


def alternatives(need: ShopperNeed) -> list[AlternativeJson]:
    """Other ways in which the message may have been meant, that can be asked for in a few words; the likeliest first."""
    words = {name: both[need.language == "zh"] for name, both in _MEANT.items()}
    return [
        AlternativeJson(
            label=words[_what(one.constraints[0])],
            message=words["and"].join(
                words[f"{_what(wish)} {wish.operator}"].format(value=number(Decimal(str(wish.value))))
                for wish in one.constraints
            ),
            without=list(map(WithdrawalJson.model_validate, one.instead_of)),
        )
        for one in need.alternatives
        if one.constraints and all(map(_sayable, one.constraints))
    ]


def _sayable(wish: Constraint) -> bool:
    return isinstance(wish.value, Decimal) and wish.operator is not Operator.IS_NOT and bool(_what(wish))


def _what(wish: Constraint) -> str:
    if wish.attribute == MEASURE:
        return PIECES if wish.unit == PIECES else ""
    return PRICE if wish.attribute == PRICE else ""
