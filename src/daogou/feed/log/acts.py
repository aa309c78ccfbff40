"""One row of any log as acts: fields by name, and the products of each; wrappers, lists and packed cells taken apart."""

import functools
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

from daogou.catalog.products.event import EventName
from daogou.feed.readers.record import Scalar
from daogou.feed.values import parse_number, says_nothing
from daogou.text.words import normalize

_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ASIDE = re.compile(r"\([^()]*\)|^\[[^\[\]]*\]")  # "Quantity (- Refund)", "[Amplitude] Page Viewed"
_BETWEEN = re.compile(r"[\W_]+")


@functools.lru_cache(maxsize=20_000)
def word_of(name: str) -> str:
    """A column or event as the table writes it: "productViewSku", "Product View SKU" -> product_view_sku."""
    plain = _ASIDE.sub(" ", name) if _ASIDE.sub("", name).strip() else name
    return _BETWEEN.sub("_", _HUMPS.sub("_", normalize(plain)).casefold()).strip("_")


@functools.cache
def event_table() -> Mapping[str, Any]:
    """What systems call the columns of a log, its events and the states of an order (event_words.toml)."""
    read: Mapping[str, Any] = tomllib.loads((files(__package__) / "event_words.toml").read_text(encoding="utf-8"))
    return read


@functools.cache
def words_for(place: str) -> Mapping[str, None]:
    """A list of the table by its place ("states.cancelled"), best first."""
    section, name = place.split(".")
    return dict.fromkeys(event_table()[section][name].split())


@functools.cache
def event_names() -> Mapping[str, EventName]:
    """What an event is called by any system."""
    return {word: EventName(name) for name, text in event_table()["names"].items() for word in text.split()}


def unpacked_hit(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row with an event_name and items of its own; any other row as it is.

    Source: Adobe, "Data column reference" and "product_list" (experienceleague.adobe.com, Analytics data feeds).
    """
    hit_events, hit_products = words_for("hits.events"), words_for("hits.products")
    columns = [name for name in hit_events if name in row]
    if not columns or not any(name in row for name in hit_products):
        return row
    events = next((str(row[name]) for name in columns if row[name]), "")
    products = next((str(row[name]) for name in hit_products if row.get(name)), "")
    cells = {name: cell for name, cell in row.items() if name not in (*hit_events, *hit_products)}
    items = [item for text in products.split(",") if (item := _item(text))]
    return {**cells, "event_name": _act(events), "items": items, **_joined(row)}


def _act(events: str) -> str:
    """What a shop calls the weightiest of the hit's events: "1,200" is a purchase; else all of them."""
    said = {event.partition("=")[0].strip() for event in events.split(",")}
    numbers = event_table()["hits"]["numbers"]
    known = [name for number, name in numbers.items() if number in said or name in map(word_of, said)]
    return known[0] if known else events


def _item(text: str) -> dict[str, Any]:
    """category;product;quantity;revenue, where the revenue is that of all pieces."""
    cells = [cell.strip() for cell in text.split(";")] + [""] * 4
    if not cells[1]:
        return {}
    count, asked = parse_number(cells[2]), parse_number(cells[3])
    each = {"price": asked / count} if asked and count and count > 0 else {}
    return {"product_id": cells[1], "quantity": count or Decimal(1), **each}


def _joined(cells: Mapping[str, Any]) -> dict[str, str]:
    """Numbers that stand in two columns, as one."""
    found: dict[str, str] = {}
    for name, said in event_table()["hits"]["joined"].items():
        choices = [text.split() for text in said.split(",")]
        parts = next(([str(cells[column]) for column in each] for each in choices if all(map(cells.get, each))), [])
        if parts:
            found[name] = "-".join(parts)
    return found


Fields = Mapping[str, Scalar]

# Snowplow's columns of self-describing events and entities: contexts_com_acme_product_1, unstruct_event_com_acme_action_1.
_SELF_DESCRIBING = re.compile(r"(?:contexts|unstruct_event)_.*?([a-z]+(?:_[a-z]+)*?)_\d+(?:_\d+)*")
_NUMBERED = re.compile(
    r"(?:line_?item|order_item|item|product)s?_(\d{1,3})(?:_(.+))?|(?:line_?item|item|product)_(.+?)_(\d{1,3})"
)
_PACKED = re.compile(r"(?:^|[|;,])\s*([A-Za-z_][\w ]{0,40}):([^|;,]*)")  # name:Kettle|sku:K-1|quantity:2
_COUNTED = re.compile(r"(\d+)\s*[×x]\s+(.+?)(?=(?:,\s*\d+\s*[×x]\s)|$)|(.+?)\s+[×x]\s*(\d+)(?:,\s*|$)")


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act: its fields and those of each of its products, by the table's way of writing names."""

    fields: Fields
    items: tuple[Fields, ...] = ()


@dataclass(kw_only=True)
class _Gathered:
    fields: dict[str, Scalar] = field(default_factory=dict)
    items: list[Fields] = field(default_factory=list)
    acts: list[Mapping[str, Any]] = field(default_factory=list)
    numbered: dict[int, dict[str, Scalar]] = field(default_factory=dict)


def acts_of(row: Mapping[str, Any], above: Fields | None = None) -> Iterator[Act]:
    """The acts of a row: one, unless it holds a list of them; what it says itself holds for each."""
    found = _Gathered()
    _gather(unpacked_hit(row), (), found)
    found.items += [fields for _, fields in sorted(found.numbered.items()) if _names_product(fields)]
    fields = {**(above or {}), **found.fields}
    if not found.acts:
        yield Act(fields=fields, items=tuple(found.items))
    for inner in found.acts:
        yield from acts_of(inner, fields)


def _gather(value: Mapping[str, Any], path: tuple[str, ...], into: _Gathered) -> None:
    wrapped: list[tuple[Mapping[str, Any], tuple[str, ...]]] = []
    for key, inner in value.items():
        name = word_of(str(key))
        inner = _unpacked(inner)
        if isinstance(inner, Mapping):
            wraps = name in words_for("nested.wrappers") or _SELF_DESCRIBING.fullmatch(name)
            wrapped.append((inner, () if wraps else (*path, name)))
        elif isinstance(inner, (list, tuple)):
            _gather_list(inner, name, into, wrapped)
        elif (cell := _scalar(inner)) is not None:
            _gather_cell(cell, (*path, name), into)
    for inner, below in wrapped:  # what stands further out counts first
        _gather(inner, below, into)


def _gather_list(
    values: Sequence[Any], name: str, into: _Gathered, wrapped: list[tuple[Mapping[str, Any], tuple[str, ...]]]
) -> None:
    listed = words_for("nested.items")
    self_describing = _SELF_DESCRIBING.fullmatch(name)
    name = self_describing[1].rpartition("_")[2] if self_describing else name
    objects = [one for value in values if isinstance(one := _unpacked(value), Mapping)]
    if objects and (pairs := _pairs(objects)) is not None:
        wrapped.append((pairs, ()))
    elif objects and (name in words_for("nested.acts") or _hold_products(objects)) and not _of_products(objects):
        into.acts += objects
    elif objects and (name in listed or f"{name}s" in listed or _of_products(objects)):
        into.items += [_flat(one) for one in objects]
    elif objects and self_describing:
        wrapped.append((objects[0], ()))
    elif not objects and name in listed:
        into.items += [{"item_id": cell} for value in values if (cell := _scalar(value)) is not None]


def _gather_cell(cell: Scalar, path: tuple[str, ...], into: _Gathered) -> None:
    name = "_".join(path)
    numbered = _NUMBERED.fullmatch(name)
    packed = _packed(cell, name) if isinstance(cell, str) and len(cell) > 3 else []
    if numbered:
        place, rest = int(numbered[1] or numbered[4]), numbered[2] or numbered[3] or ""
        of_one = into.numbered.setdefault(place, {})
        of_one.update(packed[0] if packed else {rest or "item_name": cell})
    elif packed:
        into.items += packed
    else:
        into.fields.setdefault(name, cell)


def _packed(cell: str, name: str) -> list[Fields]:
    """The products in one cell: "name:Kettle|sku:K-1|quantity:2;name:..." or, under such a heading, "2× Kettle, 1× Mug"."""
    if cell.count(":") > 1 and (pairs := _PACKED.findall(cell)):
        items: list[dict[str, Scalar]] = [{}]
        for key, text in pairs:
            if word_of(key) in items[-1]:  # the next product begins
                items.append({})
            items[-1][word_of(key)] = text.strip()
        return [item for item in items if len(item) > 1 and _names_product(item) and _counts(item)]
    if (name in words_for("nested.items") or name in ("product_s", "item_s")) and re.search(
        r"\d\s*[×x]\s|\s[×x]\s*\d", cell
    ):
        return [
            {"item_name": (before or after).strip(), "quantity": Decimal(count or times)}
            for count, before, after, times in _COUNTED.findall(cell)
        ]
    return []


def _names_product(fields: Fields) -> bool:
    return not fields.keys().isdisjoint((*words_for("columns.item_id"), *words_for("columns.item_name")))


def _counts(fields: Fields) -> bool:
    """Whether it is no sentence with a colon in it."""
    return any(word.endswith(("quantity", "qty", "sku", "product_id", "item_id")) for word in fields)


def _pairs(objects: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """GA4's parameters: [{"key": "session", "value": {"int_value": 7}}] -> {"session": 7}; None where they are none."""
    if not all({"key", "value"} <= one.keys() for one in objects):
        return None
    return {str(one["key"]): _typed(one["value"]) for one in objects}


def _typed(value: Any) -> Any:
    if isinstance(value, Mapping) and value and all(str(key).endswith("_value") for key in value):
        return next((one for one in value.values() if one is not None), None)
    return value


def _of_products(objects: Sequence[Mapping[str, Any]]) -> bool:
    names = {word_of(str(key)) for key in objects[0]}
    return bool(names & _PRODUCT) and not names & _ACT


def _hold_products(objects: Sequence[Mapping[str, Any]]) -> bool:
    """Whether each has a list of products of its own: orders under any name."""
    own = ([word_of(str(key)) for key, inner in one.items() if isinstance(inner, list) and inner] for one in objects)
    return all(not words_for("nested.items").keys().isdisjoint(names) for names in own)


def _flat(value: Mapping[str, Any], path: str = "") -> dict[str, Scalar]:
    """A product's own fields; those of what it holds under both names: variant.sku as variant_sku."""
    found: dict[str, Scalar] = {}
    for key, inner in value.items():
        name = f"{path}_{word_of(str(key))}".strip("_")
        if isinstance(inner, Mapping):
            for below, own in _flat(inner, "" if name in words_for("nested.wrappers") else name).items():
                found.setdefault(below, own)
        elif not isinstance(inner, (list, tuple)) and (cell := _scalar(inner)) is not None:
            found[name] = cell
    return found


def _unpacked(value: Any) -> Any:
    """JSON that stands as text in a cell, which is how tables hold lists."""
    if isinstance(value, str) and value[:1] in ("[", "{") and value[-1:] in ("]", "}"):
        try:
            return json.loads(value, parse_float=Decimal)
        except ValueError:
            return value
    return value


def _scalar(value: Any) -> Scalar | None:
    if value is None or (isinstance(value, str) and (says_nothing(value) or value in _NOT_SET)):
        return None
    if isinstance(value, (str, bool, Decimal, datetime)):
        return value
    if isinstance(value, (int, float)):
        return Decimal(repr(value))
    return str(value)


_NOT_SET = frozenset(("(not set)", "(none)", "(not provided)"))  # Google's nothing
_PRODUCT = frozenset(
    ("product_id", "item_id", "sku", "item_sku", "product_sku", "variant_id", "asin", "product", "item")
)
_ACT = frozenset(("event", "event_name", "event_type", "timestamp", "event_timestamp", "created_at", "action_type"))
