"""Batches of rows: every bad row is named with all that is wrong with it, every good row is kept."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from pydantic import BaseModel, Field, JsonValue, ValidationError

from daogou.api.problems import FieldProblem, field_problems

Parsed = TypeVar("Parsed", bound=BaseModel)


class RejectedRow(BaseModel):
    """A row that was not taken."""

    row: int = Field(description="its place in the batch, from 0", examples=[17])
    id: str = Field(description="its id, where it has one", examples=["4711"])
    problems: list[FieldProblem]


class BatchResult(BaseModel):
    """What became of a batch."""

    accepted: int = Field(description="rows taken")
    new: int = Field(description="of these, those that were not there before")
    rejected: list[RejectedRow]


class Batch(Generic[Parsed]):
    """The good rows, parsed, and the bad ones, named."""

    def __init__(self, rows: Sequence[JsonValue], row_type: type[Parsed], *, id_field: str) -> None:
        self.good: list[Parsed] = []
        self.rejected: list[RejectedRow] = []
        for number, row in enumerate(rows):
            self._take(number, row, row_type.model_validate, id_field)

    def _take(self, number: int, row: JsonValue, parse: Callable[[object], Parsed], id_field: str) -> None:
        try:
            self.good.append(parse(row))
        except ValidationError as error:
            named = row.get(id_field, "") if isinstance(row, dict) else ""
            problems = field_problems(error.errors(include_url=False, include_context=False, include_input=False))
            self.rejected.append(RejectedRow(row=number, id=_short(named), problems=problems))


def _short(named: object) -> str:
    return str(named)[:200] if isinstance(named, (str, int)) else ""
