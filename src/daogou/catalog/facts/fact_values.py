"""Values as the thesaurus has them: numbers in the concept's unit, texts as value keys."""

import functools
import re
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from daogou.text.normalize import normalize
from daogou.text.thesaurus import thesaurus
from daogou.text.units import convert, units_named

# Numbers without a unit are taken to be in these: nobody writes memory in anything but GB without saying so.
ASSUMED = frozenset(
    {"GB", "in", "mAh", "W", "pages", "Hz", "ppm", "MP", "VA", "h", "V", "Wh", "ms", "sheets", "dB", "%"}
)
SEVERAL = re.compile(r"\s*(?:[,;|、，；/]|\s&\s|\sand\s|\s\+\s)\s*")
SPLITTABLE = frozenset(
    [
        "colour",
        "material",
        "connection",
        "skin_type",
        "hair_type",
        "benefit",
        "flavour",
        "pattern",
        "gender",
        "age_group",
        "season",
        "occasion",
        "size",
        "storage_media",
        "power_source",
        "dietary",
        "operating_system",
        "paper_size",
        "printing_colours",
    ]
)
_NUMBER = re.compile(
    r"\s*(?:approx\.?|about|约|~|≈)?\s*(\d+(?:[.,]\d+)?)\s*([^\d\s(（,，;；]+(?:\s?oz)?)?\s*(?:[(（].*)?", re.IGNORECASE
)


def in_unit(number: Decimal, unit: str | None, wanted: str) -> tuple[Decimal, str | None] | None:
    """The number in the wanted unit; as it is where it has none; None where its unit measures something else."""
    if unit is None:
        return number, wanted if wanted in ASSUMED else None
    converted = convert(number, unit, wanted)
    return None if converted is None else (tidy(converted), wanted)


def bare_number(text: str) -> tuple[Decimal | None, str | None]:
    """Read "approx. 1.5 kg" -> 1.5, kg; nothing where the text is more than a number with a unit."""
    match = _NUMBER.fullmatch(normalize(text))
    if match is None:
        return None, None
    units = units_named(match[2]) if match[2] else ()
    if match[2] and not units:
        return None, None
    return Decimal(match[1].replace(",", ".")), units[0].symbol if units else None


def canonical_texts(attribute: str, text: str) -> tuple[str, ...]:
    """The keys of the values that the text names; the text itself where it names none.

    "Black/Silver" is black and silver, "Carbon Blue" is blue, "A4 (210x297 mm)" is a4.
    """
    known = value_names().get(attribute)
    if not known:
        return (text,)
    if (whole := known.get(_fold(text))) is not None:
        return (whole,)
    parts = [part for part in SEVERAL.split(text) if part] if attribute in SPLITTABLE else [text]
    keys = [_key(part, known, attribute) for part in parts]
    if not any(keys):
        return (text,)
    return tuple(dict.fromkeys(key or part for key, part in zip(keys, parts, strict=True)))


def tidy(number: Decimal) -> Decimal:
    """Rounded to six significant digits, without an exponent or trailing zeros: 15.5999999 -> 15.6."""
    rounded = Decimal(f"{number:.6g}")
    return Decimal(int(rounded)) if rounded == rounded.to_integral_value() else rounded.normalize()


@functools.cache
def value_names() -> Mapping[str, Mapping[str, str]]:
    """attribute -> every name of every value, folded -> the value's key; a first mention wins."""
    names: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for (attribute, key), concept in thesaurus().values.items():
        for phrase in (key, *concept.phrases["en"], *concept.phrases["zh"]):
            names[attribute].setdefault(_fold(phrase), key)
    return names


def _key(part: str, known: Mapping[str, str], attribute: str) -> str | None:
    folded = _fold(part)
    found = known.get(folded) or known.get(re.sub(r"\s*\(.*\)$", "", folded))
    if found is None and attribute == "colour" and " " in folded:
        return known.get(folded.rsplit(" ", 1)[1])
    return found


def _fold(text: str) -> str:
    return " ".join(normalize(text).casefold().split())
