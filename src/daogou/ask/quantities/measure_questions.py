"""How big is the 27 inch monitor in cm? A question about a product that is named, whether it was shown or not."""

import re
from dataclasses import dataclass

from daogou.text.units import units_named

_DEGREES = "big|large|heavy|long|tall|high|wide|thick|deep|fast|loud|powerful"
_ENGLISH = re.compile(
    rf"^\W*(?:and )?how (?:{_DEGREES}) (?:is|are) (?:the|your) (?P<thing>[a-z0-9][^,?]*?)(?: in (?P<unit>[a-z]+))?\W*$"
)
_CHINESE = re.compile(
    r"^(?P<thing>[^,，?？]*[\u3400-\u9fff])(?:是|有|到底)*(?:多[大重长高宽厚深]|(?:等于|合|是|有)(?:多少|几)(?P<unit>厘米|公分|毫米|米|英寸|寸|公斤|克|斤|毫升|升))[?？]*$"
)
_UNIT = re.compile(r"\bin (?P<en>[a-z]+)\W*$|(?:多少|几)(?P<zh>[\u3400-\u9fff]{1,2})[?？]*$")
_POINTS = re.compile(r"\b(?:it|this|that|these|those|first|second|third|last|one|ones)\b|[这那它]|第[一二三四五六]")


@dataclass(frozen=True, kw_only=True)
class MeasureQuestion:
    """What is asked about, in the shopper's words, and the unit that is wanted ("" where none is named)."""

    thing: str
    unit: str = ""


def measure_question(text: str) -> MeasureQuestion | None:
    """The question of a folded message about one thing that it names; None where it points at what was shown."""
    found = _ENGLISH.search(text) or _CHINESE.search(text)
    if found is None or _POINTS.search(found["thing"]):
        return None
    return MeasureQuestion(thing=found["thing"], unit=wanted_unit(text))


def wanted_unit(text: str) -> str:
    """The symbol of the unit that an answer is wanted in."""
    found = _UNIT.search(text)
    units = units_named(found["en"] or found["zh"]) if found else ()
    return units[0].symbol if units else ""
