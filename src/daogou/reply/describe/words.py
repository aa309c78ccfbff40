"""The wordings of descriptions, read once from `descriptions.toml`."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources

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
    only: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    yes: bool = False
    count: bool = False
    least: int = 0

    def takes(self, value: str) -> bool:
        """Whether the wording suits this value."""
        return fold(value) not in self.never and (not self.only or fold(value) in self.only)


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Which properties come first for them, and what they are asked, by language."""

    first: tuple[str, ...]
    asks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Never:
    """What is never told."""

    columns: frozenset[str]
    parts: tuple[str, ...]
    values: frozenset[str]
    foreign: frozenset[str]


@functools.cache
def properties() -> dict[str, Property]:
    """By name, the most telling first."""
    return {name: _property(entry) for name, entry in _tables()["property"].items()}


@functools.cache
def parts() -> dict[str, dict[str, str]]:
    """The sides of the outer measurements, by language."""
    return dict(_tables()["part"])


@functools.cache
def audiences() -> dict[str, Audience]:
    """The closed list."""
    return {
        key: Audience(
            first=tuple(entry["first"]), asks={language: tuple(entry.get(language, ())) for language in ("en", "zh")}
        )
        for key, entry in _tables()["audience"].items()
    }


@functools.cache
def never() -> Never:
    """What is left out."""
    entry = _tables()["never"]
    return Never(
        columns=frozenset(entry["columns"]),
        parts=tuple(entry["parts"]),
        values=frozenset(entry["values"]),
        foreign=frozenset(entry["foreign"]),
    )


@functools.cache
def cased_values() -> dict[str, str]:
    """Labels with capitals of their own."""
    return dict(_tables()["cased"])


@functools.cache
def openings(language: str, tone: str) -> tuple[str, ...]:
    """First sentences; `tone` may also be "bare", "thin" and "thin_kind"."""
    return tuple(_tables()["open"][language].get(tone, ()))


@functools.cache
def further(language: str, tone: str, form: str) -> tuple[str, ...]:
    """Later sentences of that form, the tone's own first."""
    own = _tables()["tone"].get(language, {}).get(tone, {}).get(form, ())
    return (*own, *_tables()["more"][language].get(form, ()))


@functools.cache
def _tables() -> dict[str, dict]:  # type: ignore[type-arg]
    return tomllib.loads(resources.files("daogou.reply").joinpath("descriptions.toml").read_text(encoding="utf-8"))


def _property(entry: Mapping[str, object]) -> Property:
    forms = ("pre", "has", "does", "zh", "zh_pre")
    return Property(
        forms={form: _listed(entry[form]) for form in forms if form in entry},
        only=frozenset(_listed(entry.get("only"))),
        never=frozenset(_listed(entry.get("not"))),
        yes=bool(entry.get("yes", False)),
        count=bool(entry.get("count", False)),
        least=int(str(entry.get("least", 0))),
    )


def _listed(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
