"""Headless shops (commercetools, Saleor, Vendure, Medusa, Shopify's GraphQL): their lists, variants, money and options in plain words."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from daogou.feed.nested.money import with_money

_LOCALE = re.compile(r"(?!id$)[a-z]{2}(?:[-_][A-Za-z]{2,4})?")
_INNER, _HAS_NAME = ("node", "_source"), {"name", "title"}  # an edge of GraphQL, a hit of a search engine
_OPTION = ("attribute", "group", "facet", "option", "property")  # where the name of a value stands
_NAMES = ("name", "title", "label", "code")
_SHOWN = ("label", "name", "title", "value", "key")  # of a value, the likeliest to be for people
_TRANSLATED = ("en", "zh")  # what a title may be told in beside its own language


def unwrapped(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object of an API's answer as a product: GraphQL's edges are lists, the master variant is the first of them."""
    inner = next((value[key] for key in _INNER if isinstance(value.get(key), dict)), None)
    if inner is not None and not _HAS_NAME & value.keys():
        return unwrapped(inner)
    found = {key: _listed(inner) if isinstance(inner, dict) else inner for key, inner in value.items()}
    data = found.get("masterData")
    if isinstance(data, dict) and isinstance(data.get("current"), dict):
        said = {key: inner for key, inner in data.items() if key not in ("current", "staged")}
        found = {**{key: inner for key, inner in found.items() if key != "masterData"}, **said, **data["current"]}
    if isinstance(found.get("masterVariant"), dict):
        variants = [found.pop("masterVariant"), *(found.get("variants") or ())]
        found["variants"] = [_numbered(variant, found) for variant in variants]
    return found


def plain(product: Mapping[str, Any]) -> Mapping[str, Any]:
    """A product, or what its variants share, or one of them, with its price, options and texts as plain values."""
    found: dict[str, Any] = {}
    for key, inner in product.items():
        if key.startswith("__"):  # GraphQL's own
            continue
        if isinstance(inner, dict) and _is_by_language(inner):
            found |= _in_languages(key, inner)
        elif isinstance(inner, list) and (pairs := list(_pairs(inner))):
            found |= {f"option.{name}": value for name, value in pairs if value not in (None, "", [])}
        elif (kept := _without_references(inner)) not in ({}, []):
            found[key] = kept
    if isinstance(text := found.get("description"), str) and text.startswith("{"):
        found["description"] = _of_blocks(text)
    return with_money(product, found)


def _listed(value: Mapping[str, Any]) -> Any:
    """A connection of GraphQL as the list that it is."""
    if isinstance(value.get("nodes"), list):
        return value["nodes"]
    edges = value.get("edges")
    return [edge.get("node", edge) for edge in edges if isinstance(edge, dict)] if isinstance(edges, list) else value


def _numbered(variant: Mapping[str, Any], product: Mapping[str, Any]) -> dict[str, Any]:
    """A variant's own number counts only within its product."""
    code = variant.get("sku") or variant.get("key") or f"{product.get('id', '')}:{variant.get('id', '')}"
    return {**variant, "id": code, "sku": variant.get("sku")}


def _pairs(items: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Name and value of each, where all are that: {"name": "size", "value": {"label": "S"}}, {"name": "S", "group": {"name": "Size"}}."""
    if not all(isinstance(item, dict) for item in items):
        return
    found = []
    for item in items:
        of = next((item[key] for key in _OPTION if isinstance(item.get(key), dict)), None)
        name = next((of[key] for key in _NAMES if isinstance(of.get(key), str)), "") if of else item.get("name")
        said = [
            item[key]
            for key in ("value", "values", "terms", *(("name", "title", "code") if of else ()))
            if item.get(key)
        ]
        if (
            not isinstance(name, str)
            or not name
            or not (said or {"value", "values"} & item.keys())
            or "options" in item
        ):
            return
        found.append((name, _shown(said[0]) if said else None))
    yield from found


def _shown(value: Any) -> Any:
    """What people read of a value: the label of an enumeration, one language of several, all of a set."""
    if isinstance(value, list):
        texts = [_shown(each) for each in value]
        return texts[0] if len(texts) == 1 else [text for text in texts if not isinstance(text, (dict, list))]
    if not isinstance(value, dict):
        return value
    if _is_by_language(value):
        return _in_languages("", value)[""]
    return next((_shown(value[key]) for key in _SHOWN if value.get(key) not in (None, "")), None)


def _in_languages(key: str, texts: Mapping[str, str]) -> dict[str, str]:
    """One language under the text's own name, English where it is there; the translations that count beside it."""
    said = {language: text for language, text in texts.items() if text}
    first = next((language for language in said if language.startswith("en")), next(iter(said), ""))
    others = {f"{key}.{name[:2]}": text for name, text in said.items() if name[:2] in _TRANSLATED and name != first}
    return {key: said.get(first, ""), **{name: text for name, text in others.items() if first[:2] != name[-2:]}}


def _of_blocks(text: str) -> str:
    """The paragraphs of a text that an editor keeps as blocks (Editor.js, which Saleor uses)."""
    try:
        blocks = json.loads(text).get("blocks")
    except (ValueError, AttributeError):
        return text
    if not isinstance(blocks, list):
        return text
    data = [block.get("data") for block in blocks if isinstance(block, dict)]
    return "\n".join(str(each["text"]) for each in data if isinstance(each, dict) and each.get("text"))


def _is_by_language(value: Mapping[str, Any]) -> bool:
    return bool(value) and all(_LOCALE.fullmatch(str(key)) and isinstance(text, str) for key, text in value.items())


def _without_references(value: Any) -> Any:
    """Without what only points elsewhere, {"typeId": "category", "id": "c-1"}; what it points at, where that is there."""
    if isinstance(value, list):
        return [kept for each in value if (kept := _without_references(each)) not in (None, {})]
    if not isinstance(value, dict):
        return value
    if "typeId" in value:
        inner = value.get("obj")
        return (
            {key: _shown(inner[key]) for key in ("name", "key") if inner.get(key)} if isinstance(inner, dict) else None
        )
    return value
