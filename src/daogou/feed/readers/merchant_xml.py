"""Google Merchant XML (RSS 2.0 and Atom), one item at a time, so that one broken item costs one item.

Items are cut out of the text and parsed each alone, by a parser that refuses document types and entities.
"""

import re
from collections.abc import Iterator
from typing import Any, TextIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from daogou.errors import FeedError
from daogou.feed.readers.record import Cell, Record, Scalar

_GOOGLE = "http://base.google.com/ns/1.0"
_CHUNK = 1 << 16  # characters read at a time
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
            if too_far or not (more := self._text.read(_CHUNK)):
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
