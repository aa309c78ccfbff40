"""The need over the wire: what was understood, as data and as chips, and what takes a chip off."""

from decimal import Decimal
from typing import TypeAlias

from pydantic import BaseModel, Field

from daogou.api.schemas.labels import Chip, chips
from daogou.api.schemas.other_readings import OtherReading, other_readings
from daogou.catalog.products.need import Act, Constraint, ConstraintValue, Operator, ShopperNeed, Strength
from daogou.catalog.products.withdrawal import Withdrawal

Value: TypeAlias = bool | float | str | list[str]


class WithdrawalJson(BaseModel):
    """A wish to take off: an attribute, or with operator and value exactly one wish."""

    attribute: str = Field(min_length=1, max_length=200, examples=["price"])
    operator: Operator | None = Field(default=None, examples=["at_most"])
    value: Value | None = Field(default=None, examples=[800])

    @classmethod
    def of(cls, withdrawal: Withdrawal) -> "WithdrawalJson":
        """As JSON."""
        value = None if withdrawal.value is None else _wire_value(withdrawal.value)
        return cls(attribute=withdrawal.attribute, operator=withdrawal.operator, value=value)

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
        return cls(label=chip.label, strength=chip.strength, without=WithdrawalJson.of(chip.without))


class AlternativeJson(BaseModel):
    """Another way in which the message may have been meant; sending `message` with `without` asks for it."""

    label: str = Field(examples=["meant the price?"])
    message: str = Field(examples=["price at least 10"])
    without: list[WithdrawalJson] = Field(description="the wishes whose place it takes")

    @classmethod
    def of(cls, reading: OtherReading) -> "AlternativeJson":
        """As JSON."""
        without = [WithdrawalJson.of(withdrawal) for withdrawal in reading.without]
        return cls(label=reading.label, message=reading.message, without=without)


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
            value=_wire_value(constraint.value),
            unit=constraint.unit,
            strength=constraint.strength,
            said_in=constraint.said_in,
            said=constraint.said,
        )


class SortJson(BaseModel):
    """An order that the shopper asked for."""

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
        return cls(
            query=need.query,
            said=need.said,
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
            read_by=need.read_by,
            chips=[ChipJson.of(chip) for chip in chips(need)],
            alternatives=[AlternativeJson.of(reading) for reading in other_readings(need)],
        )


class NeedsJson(NeedJson):
    """The first need with all of them: where a message asks for several things, the shelf has a heading for each."""

    needs: list[NeedJson]

    @classmethod
    def of(cls, need: ShopperNeed) -> "NeedsJson":
        """As JSON."""
        return cls(**dict(NeedJson.of(need)), needs=[NeedJson.of(one) for one in need.needs])


def _wire_value(value: ConstraintValue) -> Value:
    """A noun's value as JSON."""
    if isinstance(value, tuple):
        return list(value)
    return float(value) if isinstance(value, Decimal) else value


def _noun_value(value: Value | None) -> ConstraintValue | None:
    if isinstance(value, list):
        return tuple(value)
    return Decimal(str(value)) if isinstance(value, float) else value
