"""JSON (lines, arrays, a document with a list of products in it) and Google Merchant XML, one item at a time: one broken item costs one item."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import chain
from typing import Any, TextIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from daogou.errors import FeedError
from daogou.feed.nested import plain, plain_offers, unwrapped
from daogou.feed.readers.record import Cell, Record, Scalar, flatten

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


_GOOGLE = "http://base.google.com/ns/1.0"
_XML_CHUNK = 1 << 16  # characters read at a time
_LONGEST_ASIDE = 1 << 20  # characters; a comment or CDATA that is open for longer was never closed
_MARK = re.compile(r"<!--|<!\[CDATA\[|<(?P<opened>item|entry)(?=[\s>])|</(?P<closed>item|entry)\s*>")
_CLOSING = {"<!--": re.compile("-->"), "<![CDATA[": re.compile(r"\]\]>")}
_NAMESPACE = re.compile(r"""\sxmlns:([\w.-]+)\s*=\s*["']([^"']*)["']""")


def read_merchant_xml(text: TextIO) -> Iterator[Record]:
    """Every item or entry, good or bad; `number` counts them from 1."""
    number, namespaces = 0, ""
    for piece, is_item in _pieces(text):
        if not is_item:
            namespaces = _namespaces(piece)
            continue
        number += 1
        yield _record(number, piece, namespaces)
    if number == 0:
        raise FeedError("the XML has no <item> (RSS) and no <entry> (Atom) in it")


def _pieces(text: TextIO) -> Iterator[tuple[str, bool]]:
    """What stands before the first item, then each item; (text, whether it is an item)."""
    scan = _Scanner(text)
    inside = first = None
    while (mark := scan.next(_MARK)) is not None:
        if mark.group() in _CLOSING:
            scan.next(_CLOSING[mark.group()], within=_LONGEST_ASIDE)
        elif mark.group("opened"):
            before = scan.cut(mark.start())
            if inside or not first:
                yield before, inside is not None  # an item that was never closed, or all that stands before
            inside = first = mark
        elif inside:
            yield scan.cut(mark.end()), True
            inside = None
    if inside:
        yield scan.cut(None), True


class _Scanner:
    """A text that is searched from its beginning and forgotten piece by piece."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._buffer = ""
        self._position = 0

    def next(self, pattern: re.Pattern[str], *, within: int | None = None) -> re.Match[str] | None:
        """The next match, which is then behind us; None (and nothing is behind us) where there is none."""
        begin = self._position
        while (match := pattern.search(self._buffer, begin)) is None:
            begin = max(begin, len(self._buffer) - 32)  # a mark may be cut in two by the end of the buffer
            too_far = within is not None and len(self._buffer) - self._position > within
            if too_far or not (more := self._text.read(_XML_CHUNK)):
                return None
            self._buffer += more
        self._position = match.end()
        return match

    def cut(self, end: int | None) -> str:
        """The text up to there, which is then forgotten."""
        end = len(self._buffer) if end is None else end
        piece, self._buffer = self._buffer[:end], self._buffer[end:]
        self._position = max(self._position - end, 0)
        return piece


def _namespaces(before: str) -> str:
    if "<!DOCTYPE" in before or "<!ENTITY" in before:
        raise FeedError("the XML declares a document type or entities; such feeds are not read, for safety")
    declared = dict(_NAMESPACE.findall(before))
    declared.setdefault("g", _GOOGLE)
    return "".join(f' xmlns:{prefix}="{address}"' for prefix, address in declared.items())


def _record(number: int, item: str, namespaces: str) -> Record:
    if not re.search(r"</(item|entry)\s*>\s*$", item):
        return _broken(number, "the item is never closed", item)
    try:
        element = fromstring(f"<feed{namespaces}>{item}</feed>", forbid_dtd=True)[0]
    except (ParseError, DefusedXmlException, ValueError) as error:
        return _broken(number, f"the item is not well-formed XML: {_where(error)}", item)
    return Record(number=number, cells=_cells(element))


def _broken(number: int, reason: str, item: str) -> Record:
    return Record(number=number, reasons=(reason,), raw=item[:4_000])


def _where(error: Exception) -> str:
    """The parser's words without its line and column, which count from the item's own beginning."""
    return re.sub(r": line (\d+), column \d+$", r", line \1 of the item", str(error)) or type(error).__name__


def _cells(element: Any) -> dict[str, Cell]:
    """The children by name without a namespace; what stands several times is a list; details become columns."""
    found: dict[str, list[Scalar]] = {}
    for child in element:
        name = _local(child.tag)
        if name == "product_detail":
            parts = {_local(part.tag): (part.text or "").strip() for part in child}
            found.setdefault(f"product_detail.{parts.get('attribute_name', '')}", []).append(
                parts.get("attribute_value", "")
            )
        elif len(child):
            for part in child:
                found.setdefault(f"{name}.{_local(part.tag)}", []).append((part.text or "").strip())
        else:
            found.setdefault(name, []).append(_text(child))
    return {name: values[0] if len(values) == 1 else tuple(values) for name, values in found.items()}


def _text(child: Any) -> str:
    """An Atom link carries its address in an attribute."""
    return (child.text or "").strip() or str(child.get("href", ""))


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
