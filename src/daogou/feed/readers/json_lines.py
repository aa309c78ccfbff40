"""JSON: one object a line, an array, or a document with a list of products in it (schema.org, product feeds of agents)."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import chain
from typing import Any, TextIO

from daogou.errors import FeedError
from daogou.feed.nested.headless import plain, unwrapped
from daogou.feed.nested.schema_org import plain_offers
from daogou.feed.readers.record import Record, flatten

_LISTS = (
    "products",
    "items",
    "data",
    "results",
    "feed",
    "entries",
    "rows",
    "edges",
    "nodes",
    "elements",
    "docs",
    "hits",
    "@graph",
    "itemListElement",
)
_OF_THE_GROUP = ("variants", "hasVariant", "options", "id", "@type", "sku")
_SAID = ("value", "values", "options")  # what stands beside the name of an option
_CHUNK = 1 << 18  # characters read at a time
_LONGEST = 1 << 26  # characters of one value
_SHOWN = 4_000  # characters of what can't be read
_FILLING = re.compile(r"[\s,\[]*")  # between two values of an array
_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=Decimal)


def read_json(text: TextIO) -> Iterator[Record]:
    """Every product, good or bad; `number` is the line, or the how-maniest item of an array, from 1."""
    for number, value, raw in json_values(text):
        if isinstance(value, dict):
            for item in _products(value):
                yield Record(number=number, cells=flatten(item))
        else:
            yield Record(number=number, reasons=(no_object(value),), raw=raw)


class Broken(str):
    """Why a piece of JSON can't be read."""


def json_values(text: TextIO) -> Iterator[tuple[int, Any, str]]:
    """(number, value, text) of JSON lines, each by itself; of an array or of objects over many lines, one after the other.

    What can't be read is Broken; FeedError where nothing can.
    """
    first = next((line for line in text if line.strip("\ufeff \t\r\n")), "").lstrip("\ufeff")
    if first.lstrip().startswith("[") or not first.rstrip().endswith("}"):
        yield from _streamed(first, text)
        return
    for number, line in enumerate(chain((first,), text), start=1):
        if line.strip():
            yield number, _parsed(line), line.rstrip("\r\n")


def no_object(value: object) -> str:
    """Why a value of json_values is no row."""
    names = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    kind = names.get(type(value), "a number")
    return str(value) if isinstance(value, Broken) else f"the line is not a JSON object but {kind}"


def _streamed(buffer: str, text: TextIO) -> Iterator[tuple[int, Any, str]]:
    """Value by value, without holding more than one chunk and one value; what follows a broken one is lost."""
    number, place = 0, 0
    while True:
        place = _FILLING.match(buffer, place).end()  # type: ignore[union-attr]
        try:
            value, end = _DECODER.raw_decode(buffer, place)
            if end == len(buffer) and (more := text.read(_CHUNK)):  # a number may go on
                buffer, place = buffer[place:] + more, 0
                continue
        except (ValueError, RecursionError) as error:
            left = len(buffer) - place
            more = "" if left > _LONGEST or isinstance(error, RecursionError) else text.read(max(_CHUNK, left))
            if more:
                buffer, place = buffer[place:] + more, 0
                continue
            if not buffer[place:].strip(" ]\r\n\t") and (number or "]" in buffer):
                return
            because = f"the JSON breaks off or is damaged at item {number + 1} ({error}); what follows is lost"
            if number == 0:
                raise FeedError(because) from error
            yield number + 1, Broken(because), buffer[place : place + _SHOWN]
            return
        number, place = number + 1, end
        yield number, value, ""


def _parsed(line: str) -> Any:
    try:
        return _DECODER.decode(line.strip())
    except json.JSONDecodeError as error:
        return Broken(f"the line is not JSON: {error.msg} at character {error.pos + 1}")
    except (RecursionError, ValueError) as error:
        return Broken(f"the line is not JSON: {error}")


def _products(value: Any) -> Iterator[Mapping[str, Any]]:
    """The products in an object: itself, those of a list in it, or its variants with what they share."""
    if isinstance(value, list):
        for item in value:
            yield from _products(item)
        return
    if not isinstance(value, dict):
        return
    if "@type" not in value and not any(type(inner) in (list, dict) for inner in value.values()):
        yield value  # as most are: no time to lose
        return
    value = unwrapped(value)
    inner = value.get("item") if value.get("@type") == "ListItem" else None
    named = _is_named(value)
    wrapped = next((value[key] for key in _LISTS if isinstance(value.get(key), (list, dict)) and not named), inner)
    if wrapped is None and len(value) == 1 and not named:  # {"data": {"site": {"products": ...}}}
        wrapped = next((inner for inner in value.values() if isinstance(inner, dict)), None)
    if wrapped is not None:
        yield from _products(wrapped)
        return
    if "@type" in value and "Product" not in str(value["@type"]) and not _is_named(value):
        return
    if "@type" in value and not any(kind in str(value["@type"]) for kind in ("Product", "Vehicle", "Book", "ListItem")):
        return
    variants = next((value[key] for key in ("variants", "hasVariant") if _is_objects(value.get(key))), None)
    if variants is None:
        yield _plain(value)
        return
    shared = {key: inner for key, inner in value.items() if key not in _OF_THE_GROUP}
    shared = shared if "@type" in value else dict(plain(shared))
    group = next((value[key] for key in ("productGroupID", "item_group_id", "id", "sku") if value.get(key)), "")
    for variant in variants:
        said = {key: inner for key, inner in variant.items() if inner not in (None, "", [], {})}
        for name in ("title", "name"):  # what is called "S" is a size of its parent
            if "@type" not in value and str(value.get(name, "")) not in str(said.get(name, "")):
                said.pop(name, None)
        chosen = _chosen(value.get("options"), variant)
        yield _plain(
            {**shared, **said, **{k: v for k, v in chosen.items() if v or k not in said}, "item_group_id": group}
        )


def _plain(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return plain_offers(value) if "@type" in value else _with_options(plain(value))


def _chosen(options: object, variant: Mapping[str, Any]) -> Mapping[str, Any]:
    """Options that a parent names and a variant chooses by place (option1 is the first) or by number."""
    named = options if _is_objects(options) and isinstance(options, list) else []
    titles = {option["id"]: option.get("title") or option.get("name") for option in named if "id" in option}
    own = variant.get("options")
    if isinstance(own, list) and own and all(isinstance(one, dict) and one.get("option_id") in titles for one in own):
        return {"options": [{"name": titles[one["option_id"]], "value": one.get("value")} for one in own]}
    numbered = [(option.get("name"), variant.get(f"option{place}")) for place, option in enumerate(named, start=1)]
    return {"options": None} | {
        f"option.{name}": value for name, value in numbered if name and value and name != "Title"
    }


def _is_named(value: Mapping[str, Any]) -> bool:
    return any(key in value for key in ("title", "name", "price", "offers")) and value.get("@type") != "ItemList"


def _is_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _with_options(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """A list of names and values as columns: {"name": "Color", "value": "Red"} -> option.Color."""
    found = dict(value)
    for key, items in value.items():
        if not _is_objects(items) or not all("name" in item for item in items):
            continue
        if said := next((each for each in _SAID if all(each in item for item in items)), ""):
            del found[key]
            found |= {f"option.{item['name']}": item[said] for item in items}
    return found
