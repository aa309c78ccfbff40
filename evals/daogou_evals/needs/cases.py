"""What shoppers say and what they must get: the cases of the needs suite, read from `data/needs/SHOP.toml`."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources

from daogou.errors import UserError
from daogou.text.words import language_of
from daogou_evals.needs.checks import Check, Checks
from daogou_evals.needs.rows import Feed, feeds


class Expect(StrEnum):
    """What a good answer to the message is."""

    SHOWN = "shown"  # at least one product, and every product meets every must
    HONEST_NONE = "honest_none"  # nothing meets the musts, and the answer says so
    UNSOLD = "unsold"  # the shop does not sell such things, and the answer says so
    ANSWER = "answer"  # the value asked about, from the row, or an honest "it does not say"
    COMPARE = "compare"  # speaks of the shown products that were named
    EXPLAINED = "explained"  # words; products, if any, still meet every must
    NO_PRODUCTS = "no_products"  # words alone


@dataclass(frozen=True, kw_only=True)
class Best:
    """A superlative: the first product is among the best of those that meet the musts, and the rest follow in order."""

    column: str
    descending: bool = False
    number: str = ""  # a regex that finds the number in the column, where it is not one itself


@dataclass(frozen=True, kw_only=True)
class Than:
    """Compared with a product of the last shelf: `at` counts from 0."""

    column: str
    op: str
    at: int = 0


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


@dataclass(frozen=True, kw_only=True)
class NeedTurn:
    """One message and its test on the raw rows."""

    say: str
    expect: Expect = Expect.SHOWN
    must: tuple[Check, ...] = ()
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


def _case(entry: Mapping[str, object], *, shop: str, split: str, checks: Checks) -> Case:
    name = str(entry.get("id", ""))
    turns: list[NeedTurn] = []
    for raw in _tables(entry.get("turns")):
        before = turns[-1].must if turns else ()
        turns.append(_turn(raw, before, f"{shop}: case {name}"))
    if not name or not turns:
        raise UserError(f"{shop}: a case has no id or no turns: {dict(entry)!r}")
    return Case(
        id=name,
        shop=shop,
        split=str(entry.get("split", split)),
        turns=tuple(turns),
        checks=checks,
        tags=_texts(entry.get("tags")),
    )


_KEYS = {"say", "expect", "must", "also", "near", "best", "than", "asked", "fresh", "of", "says", "never"}


def _turn(raw: Mapping[str, object], before: Sequence[Check], where: str) -> NeedTurn:
    unknown = set(raw) - _KEYS
    if unknown or "say" not in raw:
        raise UserError(f"{where}: a turn needs `say`, and may not have {sorted(unknown)}")
    musts = tuple(_checks(raw["must"]) if "must" in raw else before) + tuple(_checks(raw.get("also")))
    try:
        return NeedTurn(
            say=str(raw["say"]),
            expect=Expect(str(raw.get("expect", "shown"))),
            must=musts,
            near=tuple(_checks(raw.get("near"))),
            best=Best(**_table(raw["best"])) if "best" in raw else None,  # type: ignore[arg-type]
            than=Than(**_table(raw["than"])) if "than" in raw else None,  # type: ignore[arg-type]
            asked=_asked(_table(raw["asked"])) if "asked" in raw else None,
            fresh=bool(raw.get("fresh", False)),
            of=tuple(int(str(place)) for place in _items(raw.get("of"))),
            says=_texts(raw.get("says")),
            never=_texts(raw.get("never")),
        )
    except (TypeError, ValueError) as error:
        raise UserError(f"{where}: {raw['say']!r}: {error}") from error


def _asked(raw: Mapping[str, object]) -> Asked:
    return Asked(
        column=str(raw["column"]),
        at=int(str(raw.get("at", 0))),
        times=tuple(float(str(factor)) for factor in _items(raw.get("times"))) or (1.0,),
        pattern=str(raw.get("pattern", "")),
        words={str(value): str(regex) for value, regex in _table(raw.get("words", {})).items()},
    )


def _checks(value: object) -> list[Check]:
    return [check for check in _items(value) if isinstance(check, str | dict)]


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in _items(value))


def _items(value: object) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise UserError(f"{value!r} is not a list")
    return value


def _tables(value: object) -> list[Mapping[str, object]]:
    return [_table(item) for item in _items(value)]


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise UserError(f"{value!r} is not a table")
    return value
