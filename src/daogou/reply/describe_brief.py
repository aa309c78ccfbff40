"""How a description shall be: language, tone, length, for whom, with or without the price."""

from dataclasses import dataclass
from enum import StrEnum

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
