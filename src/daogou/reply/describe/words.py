"""What is ordered of a description, and the wordings of `descriptions.toml` that it is written with."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any

from daogou.catalog.matching.wording import fold
from daogou.errors import RequestError

LANGUAGES = ("en", "zh")
AUDIENCES = ("general", "gift", "student", "professional", "parent")
AUDIENCE_LENGTH = 200  # characters


class Tone(StrEnum):
    """How it sounds."""

    PLAIN = "plain"
    WARM = "warm"
    EXPERT = "expert"


class Length(StrEnum):
    """How many sentences, where the row says enough: 1 to 2, 3 to 4, 5 to 7."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


SENTENCES = {Length.SHORT: (1, 2), Length.MEDIUM: (3, 4), Length.LONG: (5, 7)}
FACTS = {Length.SHORT: 3, Length.MEDIUM: 7, Length.LONG: 13}  # told, at most


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What was ordered. An audience of the closed list may ask a question in front; free words only choose what comes first.

    Neither adds a claim. Prices age, so they are left out unless asked for.
    """

    language: str = "en"
    tone: Tone = Tone.PLAIN
    length: Length = Length.MEDIUM
    audience: str = "general"
    with_price: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise RequestError(f"descriptions are written in {' or '.join(LANGUAGES)}, not in {self.language!r}")
        if len(self.audience) > AUDIENCE_LENGTH:
            raise RequestError(f"an audience has at most {AUDIENCE_LENGTH} characters")

    @property
    def audience_key(self) -> str:
        """The entry of the closed list; free words are "general"."""
        folded = self.audience.strip().casefold()
        return folded if folded in AUDIENCES else "general"


@dataclass(frozen=True, kw_only=True)
class Property:
    """How one property is told; `forms` maps pre, has, does, zh and zh_pre to templates."""

    forms: Mapping[str, tuple[str, ...]]
    only: frozenset[str]
    never: frozenset[str]
    yes: bool
    count: bool
    least: int

    def takes(self, value: str) -> bool:
        """Whether the wording suits this value."""
        return fold(value) not in self.never and (not self.only or fold(value) in self.only)


@functools.cache
def tables() -> Mapping[str, Any]:
    """`descriptions.toml`: audience, cased, never, open, part, property and more."""
    return tomllib.loads(resources.files("daogou.reply").joinpath("descriptions.toml").read_text(encoding="utf-8"))


@functools.cache
def properties() -> dict[str, Property]:
    """By name, the most telling first."""
    return {
        name: Property(
            forms={form: tuple(entry[form]) for form in ("pre", "has", "does", "zh", "zh_pre") if form in entry},
            only=frozenset(entry.get("only", ())),
            never=frozenset(entry.get("not", ())),
            yes=entry.get("yes", False),
            count=entry.get("count", False),
            least=entry.get("least", 0),
        )
        for name, entry in tables()["property"].items()
    }


@functools.cache
def never() -> dict[str, frozenset[str]]:
    """What is left out: columns, parts of columns' names, values, foreign words."""
    return {name: frozenset(words) for name, words in tables()["never"].items()}


def forms(name: str, form: str) -> tuple[str, ...]:
    """The ways of telling a property in that form."""
    known = properties().get(name)
    return known.forms.get(form, ()) if known else ()


def openings(language: str, tone: str) -> list[str]:
    """First sentences; `tone` may also be "bare", "thin" and "thin_kind"."""
    return list(tables()["open"][language].get(tone, ()))


def further(language: str, tone: str, form: str) -> list[str]:
    """Later sentences of that form, the tone's own first."""
    own = tables()["tone"].get(language, {}).get(tone, {}).get(form, ())
    return [*own, *tables()["more"][language].get(form, ())]
