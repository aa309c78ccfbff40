"""JSON: one object a line, an array, or a document with a list of products in it (schema.org, product feeds of agents)."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, TextIO

from daogou.errors import FeedError
from daogou.feed.readers.record import Record, flatten

_LISTS = ("products", "items", "data", "results", "feed", "entries", "rows", "@graph", "itemListElement")
_SAID = ("value", "values", "options")  # what stands beside the name of an option
_CHUNK = 1 << 16  # characters read at a time
_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=Decimal)


def read_json(text: TextIO) -> Iterator[Record]:
    """Every product, good or bad; `number` is the line, or the how-maniest item of an array, from 1."""
    first = text.readline()
    while first and not first.strip():
        first = text.readline()
    if first.lstrip().startswith("["):
        yield from _read_array(first, text)
    elif _is_whole(first):
        yield from _read_lines(first, text)
    else:
        rest = text.read()
        document = _loaded(first + rest)
        if isinstance(document, str):
            yield from _read_lines(first, iter(rest.splitlines(keepends=True)))
        else:
            for number, item in enumerate(_products(document), start=1):
                yield Record(number=number, cells=flatten(item))


def _read_lines(first: str, rest: Iterator[str]) -> Iterator[Record]:
    yield from _records(1, first)
    for number, line in enumerate(rest, start=2):
        if line.strip():
            yield from _records(number, line)


def _records(number: int, line: str) -> Iterator[Record]:
    value = _loaded(line.rstrip("\r\n"))
    if isinstance(value, str) and not _is_whole(line):
        yield _broken(number, f"the line is not JSON: {value}", line)
    elif not isinstance(value, dict):
        yield _broken(number, f"the line is not a JSON object but {_kind(value)}", line)
    else:
        for item in _products(value):
            yield Record(number=number, cells=flatten(item))


def _read_array(buffer: str, text: TextIO) -> Iterator[Record]:
    """One item of an array at a time; what follows a broken one is lost."""
    position, number = buffer.index("[") + 1, 0
    while True:
        while position < len(buffer) and buffer[position] in " \t\r\n,":
            position += 1
        if position < len(buffer) and buffer[position] == "]":
            return
        try:
            if position == len(buffer):
                raise json.JSONDecodeError("the array is never closed", buffer, position)
            value, end = _DECODER.raw_decode(buffer, position)
            if end == len(buffer) and (more := text.read(_CHUNK)):  # a number may go on
                buffer += more
                continue
        except (json.JSONDecodeError, RecursionError) as error:
            if more := text.read(max(_CHUNK, len(buffer) - position)):
                buffer, position = buffer[position:] + more, 0
                continue
            raise FeedError(
                f"item {number + 1} of the JSON array can't be read ({error}); what follows is lost"
            ) from error
        number, position = number + 1, end
        if isinstance(value, dict):
            for item in _products(value):
                yield Record(number=number, cells=flatten(item))
        else:
            yield _broken(number, f"the item is not a JSON object but {_kind(value)}", str(value))
        if position > _CHUNK:
            buffer, position = buffer[position:], 0


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
    inner = value.get("item") if value.get("@type") == "ListItem" else None
    named = _is_named(value)
    wrapped = next((value[key] for key in _LISTS if isinstance(value.get(key), (list, dict)) and not named), inner)
    if wrapped is not None:
        yield from _products(wrapped)
        return
    if "@type" in value and "Product" not in str(value["@type"]) and not _is_named(value):
        return
    if "@type" in value and not any(kind in str(value["@type"]) for kind in ("Product", "Vehicle", "Book", "ListItem")):
        return
    variants = next((value[key] for key in ("variants", "hasVariant") if _is_objects(value.get(key))), None)
    if variants is None:
        yield _with_options(value)
        return
    shared = {key: inner for key, inner in value.items() if key not in ("variants", "hasVariant", "id", "@type", "sku")}
    group = next((value[key] for key in ("productGroupID", "item_group_id", "id", "sku") if value.get(key)), "")
    for variant in variants:
        said = {key: inner for key, inner in variant.items() if inner not in (None, "", [], {})}
        if str(value.get("title", "")) not in str(said.get("title", "")):  # what is called "S" is a size of its parent
            said.pop("title", None)
        yield _with_options({**shared, **_chosen(value.get("options"), variant), **said, "item_group_id": group})


def _chosen(options: object, variant: Mapping[str, Any]) -> Mapping[str, Any]:
    """Options that a parent names and a variant chooses by place: option1 is the first."""
    named = options if isinstance(options, list) else []
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
        said = next(
            (each for each in _SAID if _is_objects(items) and all({"name", each} <= one.keys() for one in items)), ""
        )
        if said:
            del found[key]
            found |= {f"option.{item['name']}": item[said] for item in items}
    return found


def _loaded(text: str) -> Any:
    """What a text says as JSON, or what is wrong with it."""
    try:
        return _DECODER.decode(text.strip())
    except json.JSONDecodeError as error:
        return f"{error.msg} at character {error.pos + 1}"
    except (RecursionError, ValueError) as error:
        return str(error)


def _is_whole(line: str) -> bool:
    try:
        _DECODER.decode(line.strip())
    except (ValueError, RecursionError):
        return False
    return True


def _broken(number: int, reason: str, line: str) -> Record:
    return Record(number=number, reasons=(reason,), raw=line.rstrip("\r\n"))


def _kind(value: object) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
