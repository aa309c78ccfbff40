"""Batches of rows: every bad row is named with all that is wrong with it, every good row is kept."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from pydantic import BaseModel, Field, JsonValue, ValidationError

from daogou.api.middleware.problems import FieldProblem, field_problems

Noun = TypeVar("Noun")


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


class Batch(Generic[Noun]):
    """The nouns of the good rows, and the bad rows, named."""

    def __init__(
        self,
        rows: Sequence[JsonValue],
        parse: Callable[[JsonValue], Noun],
        *,
        id_field: str,
        implausible: Callable[[Noun], Sequence[tuple[str, str]]] = lambda noun: (),
    ) -> None:
        self.good: list[Noun] = []
        self.rejected: list[RejectedRow] = []
        for number, row in enumerate(rows):
            try:
                noun = parse(row)
                problems = [FieldProblem(field=field, problem=problem) for field, problem in implausible(noun)]
            except ValidationError as error:
                problems = field_problems(error.errors(include_url=False, include_context=False, include_input=False))
            if problems:
                named = row.get(id_field, "") if isinstance(row, dict) else ""
                self.rejected.append(RejectedRow(row=number, id=_short(named), problems=problems))
            else:
                self.good.append(noun)


def _short(named: object) -> str:
    return str(named)[:200] if isinstance(named, (str, int)) else ""
