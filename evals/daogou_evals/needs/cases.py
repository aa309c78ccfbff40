"""What shoppers say and what they must get: the cases of the needs suite, read from `data/needs/SHOP.toml`."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from importlib import resources
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from daogou.errors import UserError
from daogou.text.words import language_of
from daogou_evals.needs.checks import Check, Checks
from daogou_evals.needs.rows import Feed, feeds

_STRICT = ConfigDict(extra="forbid")


class Expect(StrEnum):
    """What a good answer to the message is."""

    SHOWN = "shown"  # at least one product, and every product meets every must
    HONEST_NONE = "honest_none"  # nothing meets the musts, and the answer says so
    UNSOLD = "unsold"  # the shop does not sell such things, and the answer says so
    ANSWER = "answer"  # the value asked about, from the row, or an honest "it does not say"
    COMPARE = "compare"  # speaks of the shown products that were named
    EXPLAINED = "explained"  # words; products, if any, still meet every must
    NO_PRODUCTS = "no_products"  # words alone


@with_config(_STRICT)
@dataclass(frozen=True, kw_only=True)
class Best:
    """A superlative: the first product is among the best of those that meet the musts, and the rest follow in order."""

    column: str
    descending: bool = False
    number: str = ""  # a regex that finds the number in the column, where it is not one itself


@with_config(_STRICT)
@dataclass(frozen=True, kw_only=True)
class Than:
    """Compared with a product of the last shelf: `at` counts from 0."""

    column: str
    op: str
    at: int = 0


@with_config(_STRICT)
@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the answer must name: the column's value of the shown product at `at`, times one of `times`.

    `pattern` finds the value inside the column's text.
    """

    column: str
    at: int = 0
    times: tuple[float, ...] = (1.0,)
    pattern: str = ""
    words: Mapping[str, str] = field(default_factory=dict)  # a value of the row -> a regex that says it


@with_config(_STRICT)
@dataclass(frozen=True, kw_only=True)
class NeedTurn:
    """One message and its test on the raw rows."""

    say: str
    expect: Expect = Expect.SHOWN
    must: tuple[Check, ...] = ()  # those of the turn before, where a file has none
    also: tuple[Check, ...] = ()  # beside them; as they are read, part of `must`
    near: tuple[Check, ...] = ()  # HONEST_NONE: what the nearest ones must still meet
    best: Best | None = None
    than: Than | None = None
    asked: Asked | None = None
    fresh: bool = False  # nothing that was shown before
    of: tuple[int, ...] = ()  # COMPARE: places on the last shelf, from 0
    says: tuple[str, ...] = ()  # regexes that the words must match
    never: tuple[str, ...] = ()  # regexes that the words must not match

    @property
    def language(self) -> str:
        """The shopper's language."""
        return language_of(self.say)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One conversation with one shop."""

    id: str
    shop: str
    split: str  # "dev": may be tuned on; "test": reported apart
    turns: tuple[NeedTurn, ...]
    checks: Checks
    tags: tuple[str, ...] = ()


def read_cases(shops: Iterable[str] | None = None) -> list[Case]:
    """The cases of these shops (all: None), in the order of the files; UserError names every fault."""
    known = feeds()
    return [case for shop in (known if shops is None else shops) for case in _read_shop(shop, known[shop])]


def parse_cases(text: str, *, shop: str, feed: Feed) -> list[Case]:
    """The cases of one file's text."""
    content = tomllib.loads(text)
    checks = Checks(feed=feed, named=content.get("checks", {}))
    split = str(content.get("split", "dev"))
    return [_case(entry, shop=shop, split=split, checks=checks) for entry in content.get("case", [])]


def _read_shop(shop: str, feed: Feed) -> list[Case]:
    text = resources.files("daogou_evals").joinpath(f"data/needs/{shop}.toml").read_text(encoding="utf-8")
    return parse_cases(text, shop=shop, feed=feed)


def _case(entry: Mapping[str, Any], *, shop: str, split: str, checks: Checks) -> Case:
    name = str(entry.get("id", ""))
    turns: list[NeedTurn] = []
    for raw in entry.get("turns", ()):
        turns.append(_turn(raw, turns[-1].must if turns else (), f"{shop}: case {name}"))
    if not name or not turns:
        raise UserError(f"{shop}: a case has no id or no turns: {dict(entry)!r}")
    tags = tuple(map(str, entry.get("tags", ())))
    return Case(id=name, shop=shop, split=str(entry.get("split", split)), turns=tuple(turns), checks=checks, tags=tags)


def _turn(raw: Mapping[str, Any], before: Sequence[Check], where: str) -> NeedTurn:
    try:
        turn = TypeAdapter(NeedTurn).validate_python(raw)
    except ValidationError as error:
        raise UserError(f"{where}: {error}") from error
    return replace(turn, must=(*(turn.must if "must" in raw else before), *turn.also), also=())
