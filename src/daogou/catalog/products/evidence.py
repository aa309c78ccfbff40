"""What an answer rests on: facts read from rows, and the claims made of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One field of one row, as it stood at `as_of`; `id` is unique within a response ("e1", "e2", ...)."""

    id: str
    product_id: str
    field: str  # "price", "title", "availability", "memory" ...
    value: str  # as it may be printed: "16 GB", "EUR 499.95"
    source: str  # the feed column, or the noun's field
    as_of: datetime


class Verdict(StrEnum):
    """What the evidence says of a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One statement of the answer about one product."""

    text: str
    product_id: str
    evidence_ids: tuple[str, ...]
    verdict: Verdict
