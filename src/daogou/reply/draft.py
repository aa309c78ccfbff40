"""An answer before its statements are checked and its evidence is numbered."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from daogou.catalog.products.product import Product
from daogou.reply.verify.gather import Fact


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One thing said of one product, and the facts it rests on; `brief` says the fact alone."""

    text: str
    product: Product
    facts: tuple[Fact, ...]
    brief: str = ""
    lacks: bool = False  # that the row is silent on something: told once where all rows are
    counted: tuple[int | Decimal, ...] = ()  # figures that were counted, not read from the row: "of the 23 that fit"


@dataclass(frozen=True, kw_only=True)
class Compound:
    """One sentence made of statements of several products; said only where all of them hold."""

    text: str
    parts: tuple[Statement, ...]


Sentence: TypeAlias = str | Statement | Compound


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One product of the answer with its reasons."""

    product: Product
    reasons: tuple[Statement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Sentences in order: plain ones speak of the need, Statements of a product."""

    sentences: tuple[Sentence, ...]
    shown: tuple[Shown, ...] = ()
    question: str = ""
    asks: str = ""  # the attribute that the question is about
