"""Values as the thesaurus has them: numbers in the concept's unit, texts as value keys."""

import functools
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from importlib.resources import files

from daogou.catalog.kinds.reader import TypeReader
from daogou.catalog.products.product import Attribute, Product
from daogou.text.stated import convert, units_named
from daogou.text.thesaurus import thesaurus
from daogou.text.words import normalize

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


SIZE = "size"
SYSTEMS = frozenset(("eu", "uk", "us", "fr"))
_READER = TypeReader()
_WRITTEN = re.compile(
    r"(?:(EU|UK|US|FR)[ -]?)?(\d+(?:\.5)?|[A-Z]½)((?<=\d\d)[A-E])?(?: ?(EU|UK|US|FR))?", re.IGNORECASE
)
_CHILDREN = frozenset(("girls", "boys", "kids", "baby", "toddler"))


def further_sizes(product: Product, named: Sequence[Attribute]) -> Iterator[Attribute]:
    """What the product's sizes are called elsewhere; nothing where its row leaves open whose they are.

    What men's and women's tables say alike (EU and UK) holds for a row that names neither.
    """
    whose = {str(one.value) for one in named if one.name in ("gender", "age_group")}
    said = {str(one.value): one.source for one in named if one.name == SIZE}
    tables = _tables_of(_READER.read(product), whose) if said else []
    for text, source in said.items() if tables else ():
        first, *others = (_elsewhere(text, table) for table in tables)
        alike = (each for each in first if all(each in other for other in others))
        yield from (Attribute(name=SIZE, value=each, source=source) for each in alike if each not in said)


def _tables_of(kind: str, whose: set[str]) -> list[str]:
    tables = [name for name, table in _tables().items() if kind in thesaurus().narrower(table["kind"])]
    if whose & _CHILDREN:
        return [name for name in tables if name == "kids"]
    named = [name for name in tables if name in whose]
    return named if len(named) == 1 else [name for name in tables if name != "kids"]


def _elsewhere(text: str, table: str) -> list[str]:
    """The sizes of a table's row that has this one, in every system but its own."""
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        return []
    number, cup = match[2].upper(), (match[3] or "").upper()
    system = (match[1] or match[4] or "").upper()
    if not system and number[0].isdigit() and float(number) >= float(_tables()[table]["bare"]):
        system = "EU"
    if not system and cup:
        system = "UK"
    row = next((row for row in _rows(table) if row.get(system) == number), {})
    return [f"{other} {value}{cup}" for other, value in row.items() if other != system or not (match[1] or match[4])]


@functools.cache
def _rows(table: str) -> tuple[Mapping[str, str], ...]:
    lines = _tables()[table]["rows"].strip().splitlines()
    return tuple(dict(zip(words[::2], words[1::2], strict=True)) for words in map(str.split, lines))


@functools.cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files(__package__).joinpath("sizes.toml").read_text(encoding="utf-8"))
