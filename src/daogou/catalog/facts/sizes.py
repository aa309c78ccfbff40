"""The same size in other systems, by the table sizes.toml: a men's shoe UK 8 is also EU 42 and US 9."""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

from daogou.catalog.kinds.reader import TypeReader
from daogou.catalog.products.product import Attribute, Product
from daogou.text.thesaurus import thesaurus

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
