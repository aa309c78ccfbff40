"""JSON (lines, arrays, a document with a list of products in it) and Google Merchant XML, one item at a time: one broken item costs one item."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from typing import Any, TextIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from daogou.errors import FeedError
from daogou.feed.nested import rows, told_of_product
from daogou.feed.readers.record import Record, flatten

_CHUNK = 1 << 18  # characters read at a time
_LONGEST = 1 << 26  # characters of one value
_SHOWN = 4_000  # characters of what can't be read
_FILLING = re.compile(r"[\s,\[]*")  # between two values of an array
_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=Decimal)


def read_json(text: TextIO) -> Iterator[Record]:
    """Every product, good or bad; `number` is the line, or the how-maniest item of an array, from 1."""
    for number, value, raw in _families(json_values(text)):
        if not isinstance(value, dict):
            yield Record(number=number, reasons=(no_object(value),), raw=raw)
            continue
        try:
            for item in rows(value):
                yield Record(number=number, cells=flatten(item))
        except RecursionError:
            yield Record(number=number, reasons=("the JSON is nested too deep",), raw=raw[:_SHOWN])


def _families(values: Iterator[tuple[int, Any, str]]) -> Iterator[tuple[int, Any, str]]:
    """With what names its parent in the lines before inside of it: a variant has a price, a fact a key, all else is an image or the like.

    Source: shopify.dev, "Perform bulk operations with the GraphQL Admin API", the JSONL data format.
    """
    root: tuple[int, Any, str] | None = None
    family: dict[str, Any] = {}
    for number, value, raw in values:
        parent = family.get(str(value.get("__parentId"))) if isinstance(value, dict) and "__parentId" in value else None
        if parent is not None:
            name = "variants" if "price" in value else "metafields" if {"key", "value"} <= value.keys() else "others"
            inner = parent.setdefault(name, [])
            if isinstance(inner, list):
                inner.append(value)
        else:
            if root is not None:
                yield root
            root, family = (number, value, raw), {}
        if isinstance(value, dict) and "id" in value:
            family[str(value["id"])] = value
    if root is not None:
        yield root


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


_GOOGLE = "http://base.google.com/ns/1.0"
_XML_CHUNK = 1 << 16  # characters read at a time
_LOOKED_AT = 1 << 18  # characters in which the element of a product is told
_LONGEST_ASIDE = 1 << 20  # characters; a comment or CDATA that is open for longer was never closed
_ELEMENT = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<(/?)([\w.:-]+)[^<>]*?(/?)>", re.DOTALL)
_CLOSING = {"<!--": re.compile("-->"), "<![CDATA[": re.compile(r"\]\]>")}
_NAMESPACE = re.compile(r"""\sxmlns:([\w.-]+)\s*=\s*["']([^"']*)["']""")
_USUAL = "item|entry"  # of RSS, of Atom


def read_merchant_xml(text: TextIO) -> Iterator[Record]:
    """Every item, entry or other element of a product, good or bad; `number` counts them from 1."""
    number, namespaces = 0, ""
    for piece, is_item in _pieces(text):
        if not is_item:
            namespaces = _namespaces(piece)
            continue
        number += 1
        yield from _records(number, piece, namespaces)
    if number == 0:
        raise FeedError("the XML has no <item> (RSS) and no <entry> (Atom) in it")


def _pieces(text: TextIO) -> Iterator[tuple[str, bool]]:
    """What stands before the first item, then each item; (text, whether it is an item)."""
    scan = _Scanner(text)
    tag = _element_of_products(scan.ahead())
    marks = re.compile(rf"<!--|<!\[CDATA\[|<(?P<opened>{tag})(?=[\s>])|</(?P<closed>{tag})\s*>")
    inside = first = None
    while (mark := scan.next(marks)) is not None:
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


def _element_of_products(text: str) -> str:
    """The element, as a pattern, whose children's names tell most of a product; of two, the one further out."""
    children: dict[tuple[str, ...], set[str]] = {}
    path: list[str] = []
    for mark in _ELEMENT.finditer(text):
        if mark[2] and mark[1]:
            del path[path.index(mark[2]) if mark[2] in path else len(path) :]
        elif mark[2]:
            children.setdefault(tuple(path), set()).add(mark[2].rpartition(":")[2])
            path += [] if mark[3] else [mark[2]]
    if any(path[-1:] in (("item",), ("entry",)) for path in children) or not children:
        return _USUAL
    told = {path: told_of_product(names) for path, names in children.items() if path}
    best = max(told, key=lambda path: told[path], default=())
    return re.escape(best[-1]) if best and told[best] else _USUAL


class _Scanner:
    """A text that is searched from its beginning and forgotten piece by piece."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._buffer = ""
        self._position = 0

    def ahead(self) -> str:
        """What comes first."""
        self._buffer += self._text.read(_LOOKED_AT)
        return self._buffer

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
    if "<!ENTITY" in before or re.search(r"<!DOCTYPE[^>]*\[", before):  # what only names a type is never looked up
        raise FeedError("the XML declares a document type or entities; such feeds are not read, for safety")
    declared = dict(_NAMESPACE.findall(before))
    declared.setdefault("g", _GOOGLE)
    return "".join(f' xmlns:{prefix}="{address}"' for prefix, address in declared.items())


def _records(number: int, item: str, namespaces: str) -> Iterator[Record]:
    try:
        if not re.fullmatch(r"\s*<([\w.:-]+).*</\1\s*>\s*", item, re.DOTALL):
            raise ValueError
        element = fromstring(f"<feed{namespaces}>{item}</feed>", forbid_dtd=True)[0]
    except (ParseError, DefusedXmlException) as error:
        yield _broken(number, f"the item is not well-formed XML: {_where(error)}", item)
    except ValueError:
        yield _broken(number, "the item is never closed", item)
    else:
        for row in rows(_object(element)):
            yield Record(number=number, cells=flatten(row))


def _broken(number: int, reason: str, item: str) -> Record:
    return Record(number=number, reasons=(reason,), raw=item[:4_000])


def _where(error: Exception) -> str:
    """The parser's words without its line and column, which count from the item's own beginning."""
    return re.sub(r": line (\d+), column \d+$", r", line \1 of the item", str(error)) or type(error).__name__


def _object(element: Any) -> Any:
    """An element as JSON would say it: its attributes and children by name without a namespace, what stands several times as a list.

    A text stands for itself, or is the value beside attributes; a list whose items are called as it is (variants of variant) has them at once.
    """
    text = (element.text or "").strip()
    if not len(element) and (text or set(element.keys()) <= {"href"}):
        said = {_local(key): value for key, value in element.items() if text and _local(key) not in ("lang", "href")}
        said = {} if _local(element.tag) == "language" else said
        return {**said, "value": text} if said else text or str(element.get("href", ""))
    found: dict[str, list[Any]] = {_local(key): [value] for key, value in element.items()}
    for child in element:
        found.setdefault(_local(child.tag), []).append(_object(child))
    if len(found) == 1 and (name := next(iter(found))) and _local(element.tag).startswith(name[:-1]) and len(element):
        return found[name]
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
