"""Make a row's facts comparable: canonical names, one unit, canonical values, and what the title says on top."""

import functools
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.resources import files

from daogou.catalog.facts.title_values import quantities, tidy, values_in, values_of_label
from daogou.catalog.kinds.reader import TypeReader
from daogou.catalog.products.product import Attribute, AttributeValue, Product
from daogou.text.stated import convert, units_named
from daogou.text.thesaurus import AttributeConcept, thesaurus
from daogou.text.words import normalize

# Numbers without a unit are taken to be in these: nobody writes memory in anything but GB without saying so.
ASSUMED = frozenset(
    {"GB", "in", "mAh", "W", "pages", "Hz", "ppm", "MP", "VA", "h", "V", "Wh", "ms", "sheets", "dB", "%"}
)
SEVERAL = re.compile(r"\s*(?:[,;|、，；/]|\s&\s|\sand\s|\s\+\s)\s*")
_SPLITTABLE_WORDS = (
    "colour material connection skin_type hair_type benefit flavour pattern gender age_group season occasion size "
    "storage_media power_source dietary operating_system paper_size printing_colours"
)
SPLITTABLE = frozenset(_SPLITTABLE_WORDS.split())
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


_SETS = frozenset({"skin care set", "makeup set", "hair care set", "gift set", "makeup"})
_OF_ONE_THING = frozenset({"volume", "weight"})
_NETWORKED = ("phone", "tablet", "laptop", "router", "modem", "smartwatch", "handheld computer", "e-book reader")
_TAGS = frozenset(("tag", "tags", "keyword", "keywords", "标签"))  # attributes whose values are labels, one each


def title_facts(product: Product) -> Iterator[Attribute]:
    """What the title says, with source "title"; then what the highlights and the merchant's tags add, with theirs."""
    product_type = _READER.read(product)
    concept = thesaurus().types.get(product_type)
    department = concept.department if concept else ""
    said: set[str] = set()
    for text, source in ((product.title, "title"), ("; ".join(product.highlights), "highlights")):
        facts = list(_facts(text, product, product_type, department)) if text else []
        yield from (
            Attribute(name=fact.name, value=fact.value, unit=fact.unit, source=source)
            for fact in facts
            if fact.name not in said
        )
        said.update(fact.name for fact in facts)
    yield from (fact for fact in _tagged(product, department) if fact.name not in said)


def _facts(text: str, product: Product, product_type: str, department: str) -> Iterator[Attribute]:
    plain = normalize(text)
    facts = (
        *quantities(plain, product_type=product_type, department=department),
        *values_in(plain, brand=product.brand, department=department),
    )
    yield from (fact for fact in facts if _means_it(fact.name, product_type))


def _means_it(attribute: str, product_type: str) -> bool:
    """Whether the whole thing has it: 50 ml is one bottle of a set, 4G the memory of a graphics card."""
    if attribute in _OF_ONE_THING:
        return product_type not in _SETS
    return attribute != "mobile_network" or not product_type or product_type in _networked()


@functools.cache
def _networked() -> frozenset[str]:
    return frozenset(kind for key in _NETWORKED for kind in thesaurus().narrower(key))


def _tagged(product: Product, department: str) -> Iterator[Attribute]:
    for tag in product.attributes:
        if tag.name in _TAGS and isinstance(tag.value, str):
            for fact in values_of_label(normalize(tag.value), brand=product.brand, department=department):
                yield Attribute(name=fact.name, value=fact.value, unit=fact.unit, source=tag.source)


_SEVERAL = frozenset(("connection",))  # attributes of which a thing usually has several values


def enrich(product: Product) -> Product:
    """The product with canonical attributes; a fact read out of the title never contradicts a column.

    Where a thing usually has several values the title adds one: a wired keyboard may well be called a USB keyboard.
    """
    named = _canonical(product.attributes)
    stated = {attribute.name for attribute in named} - _SEVERAL
    said = {(attribute.name, attribute.value) for attribute in named}
    further = [fact for fact in title_facts(product) if fact.name not in stated and (fact.name, fact.value) not in said]
    known = [*named, *further]
    return replace(product, attributes=tuple(dict.fromkeys((*known, *further_sizes(product, known)))))


@dataclass(frozen=True, kw_only=True)
class _Column:
    concept: AttributeConcept
    rank: int  # 0 is the column that means it most surely


def _canonical(attributes: Iterable[Attribute]) -> list[Attribute]:
    best: dict[str, int] = {}
    fitting: list[tuple[Attribute, _Column | None, tuple[Attribute, ...]]] = []
    for attribute in attributes:
        column = _columns().get(attribute.name)
        facts = _as(attribute, column.concept) if column else ()
        fitting.append((attribute, column if facts else None, facts))
        if column and facts:
            best[column.concept.key] = min(column.rank, best.get(column.concept.key, column.rank))
    renamed: list[Attribute] = []
    for attribute, column, facts in fitting:
        chosen = column and best[column.concept.key] == column.rank
        renamed += facts if chosen else [_beside(attribute)]
    return renamed


@functools.cache
def _columns() -> Mapping[str, _Column]:
    columns: dict[str, _Column] = {}
    for concept in thesaurus().attributes.values():
        for rank, name in enumerate(dict.fromkeys((*concept.columns, concept.key))):
            known = columns.get(name)
            if known is None or rank < known.rank:
                columns[name] = _Column(concept=concept, rank=rank)
    return columns


def _as(attribute: Attribute, concept: AttributeConcept) -> tuple[Attribute, ...]:
    """The attribute as that concept has it; nothing where its value is of another kind or dimension."""
    value = attribute.value
    if concept.kind == "bool":
        return (_renamed(attribute, concept, value, attribute.unit),) if isinstance(value, bool) else ()
    if isinstance(value, bool):
        return ()
    if concept.kind == "number":
        return _as_number(attribute, concept)
    if isinstance(value, Decimal):
        return (_renamed(attribute, concept, value, attribute.unit),)
    texts = canonical_texts(concept.key, value)
    return tuple(_renamed(attribute, concept, text, None) for text in texts)


def _as_number(attribute: Attribute, concept: AttributeConcept) -> tuple[Attribute, ...]:
    value, unit = attribute.value, attribute.unit
    number = value if isinstance(value, Decimal) else None
    if isinstance(value, str):
        number, unit = bare_number(value)
    if number is None:
        return ()
    if concept.unit is None:
        return (_renamed(attribute, concept, number, unit),)
    converted = in_unit(number, unit, concept.unit)
    return (_renamed(attribute, concept, *converted),) if converted else ()


def _renamed(attribute: Attribute, concept: AttributeConcept, value: AttributeValue, unit: str | None) -> Attribute:
    return Attribute(name=concept.key, value=value, unit=unit, source=attribute.source)


def _beside(attribute: Attribute) -> Attribute:
    """A column that lost its canonical name to a better one, or does not fit it, keeps a name of its own."""
    column = _columns().get(attribute.name)
    if column is None or column.concept.key != attribute.name:
        return attribute
    return replace(attribute, name=("has_" if isinstance(attribute.value, bool) else "other_") + attribute.name)
