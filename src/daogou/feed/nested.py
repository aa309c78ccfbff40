"""Nested documents as rows: answers of interfaces, GraphQL, JSON:API, schema.org and XML are read by one reader, told by what their objects hold."""

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from daogou.feed.asked import NAMES, Object, of_object, plain_offers, with_money
from daogou.feed.readers.headings import fields_named, folded
from daogou.feed.values import words

_KINDS = ("Product", "Vehicle", "Book", "ListItem")  # of schema.org
_OF_OTHERS = re.compile("|".join(NAMES["of_others"]), re.IGNORECASE)
_CONTAINERS, _LABELS, _PRICED = (frozenset(NAMES[name]) for name in ("containers", "labels", "priced"))
_SURE = 0.8  # that a key names a field
_LIFTED = 4  # fields of an inner object that is the product though the outer one has a name


def rows(value: Any) -> Iterator[Object]:
    """The products in a value, each with plain values: itself, those of a list in it, or its variants with what they share."""
    return _products(_connected(value))


def _products(value: Any) -> Iterator[Object]:
    if isinstance(value, list):
        for item in value:
            yield from _products(item)
        return
    if not isinstance(value, dict):
        return
    if "@type" not in value and not any(type(inner) in (list, dict) for inner in value.values()):
        yield value  # as most are: no time to lose
        return
    if listed := _listed(value):
        yield from _products(listed)
        return
    value = _lifted(value)
    if isinstance(value.get("masterVariant"), dict):  # of commercetools, the first of all
        variants = [_numbered(each, value) for each in (value["masterVariant"], *(value.get("variants") or ()))]
        value = {key: inner for key, inner in value.items() if key != "masterVariant"} | {"variants": variants}
    kind = str(value.get("@type", ""))
    if "@type" in value and not any(each in kind for each in (_KINDS if _fields(value) else _KINDS[:1])):
        return
    yield from _of_variants(value, own) if (own := _variants(value)) else [_plain(value)]


def _connected(value: Any) -> Any:
    """Connections of GraphQL, pages and other wrappers as what they hold; of one value in several languages the English one."""
    if isinstance(value, list):
        if _is_objects(value) and all("locale" in each and "data" in each for each in value):
            return _connected(next((each for each in value if str(each["locale"]).startswith("en")), value[0])["data"])
        return [_connected(each) for each in value]
    if not isinstance(value, dict):
        return value
    if [*value] == ["language"]:
        return _connected(value["language"])
    held = [key for key in value if isinstance(value[key], (dict, list))]
    if (
        len(held) == 1
        and held[0] in NAMES["wrappers"]
        and not any(_named(str(key)).intersection(("title", *NAMES["of_a_product"])) for key in value)
    ):
        edged = held[0] == "edges" and _is_objects(inner := value[held[0]])
        return _connected([edge.get("node", edge) for edge in inner] if edged else value[held[0]])
    return {key: _connected(inner) for key, inner in value.items()}


@functools.lru_cache(maxsize=20_000)
def _named(key: str) -> frozenset[str]:
    return frozenset(field for field, sure in fields_named(key).items() if sure >= _SURE)


def _fields(value: Object) -> set[str]:
    """The fields of a product that the keys of an object name, where one of them is its title."""
    filled = {str(key): inner for key, inner in value.items() if inner not in (None, "", [], {})}
    if not any(
        "title" in _named(key) and (not isinstance(inner, dict) or _is_by_language(inner))
        for key, inner in filled.items()
    ):
        return set()
    found = {field for key in filled for field in _named(key) if field in NAMES["telling"]}
    return found | {"title"} | ({"price"} if "offers" in value else set())


def told_of_product(names: Iterable[str]) -> int:
    """How many fields of a product these names tell."""
    return len(_fields(dict.fromkeys(names, "-")))


def _listed(value: Object) -> Sequence[Any]:
    """The products of a document; nothing where the object is a product itself."""
    own = _fields(value)
    if len(own) > 1 or any(_named(str(key)).intersection(NAMES["of_a_product"]) for key in value):
        return ()
    lists = [(key, each) for key, each in _lists(value) if not own or key in NAMES["lists"]]
    told = [(max(len(_fields(_lifted(item))) for item in items[:5]), items) for _, items in lists]
    best = max(told, key=lambda each: each[0], default=(0, []))
    if best[0] and best[0] > (len(_fields(_lifted(value))) if not own else 0):
        return best[1]
    return next((items for key, items in lists if key in NAMES["lists"]), ())


def _lists(value: Object, depth: int = 0) -> Iterator[tuple[str, list[Object]]]:
    """The lists of objects within, those further out first."""
    inner: list[tuple[str, Any]] = [(key, each) for key, each in value.items() if isinstance(each, (dict, list))]
    yield from ((key, each) for key, each in inner if _is_objects(each) and key not in NAMES["variants"])
    for _, each in inner if depth < 6 else ():
        if isinstance(each, dict):
            yield from _lists(each, depth + 1)


def _lifted(value: Object, depth: int = 0) -> Object:
    """What stands in an inner object that is the product (node, _source, attributes, masterData.current) one level up."""
    if depth > 3 or not any(isinstance(each, dict) for each in value.values()):
        return value
    own = _fields(value)
    inner = {
        key: _lifted(each, depth + 1)
        for key, each in value.items()
        if isinstance(each, dict)
        and not _named(str(key)) - {"title", "id", "description"}
        and not _is_by_language(each)
    }
    key = max(inner, key=lambda each: len(_fields(inner[each])), default="")
    said = len(_fields(inner[key])) if key else 0
    if not said or (own and said < max(_LIFTED, 2 * len(own))):
        return value
    beside = {
        each: value[each]
        for each in value
        if each != key and not each.startswith("_") and not (each in inner and _fields(inner[each]))
    }
    return {**beside, **inner[key]}


def _numbered(variant: Object, product: Object) -> dict[str, Any]:
    """With a number that counts beyond its product."""
    return {
        **variant,
        "id": variant.get("sku") or variant.get("key") or f"{product.get('id', '')}:{variant.get('id', '')}",
    }


def _variants(value: Object) -> Sequence[Object]:
    """The list of its variants: called so, or each with a number, with a price or stock, and with options of its own."""
    lists: dict[str, list[Object]] = {
        key: inner for key, inner in value.items() if _is_objects(inner) and not _OF_OTHERS.search(key)
    }
    if named := next((lists[key] for key in NAMES["variants"] if key in lists), None):
        return named
    return next((items for items in lists.values() if all(map(_is_variant, items))), ()) if _fields(value) else ()


def _is_variant(item: Object) -> bool:
    named = {field for key in item for field in _named(str(key))}
    optional = any(_is_objects(each) and _pairs(each) for each in item.values())
    return bool(named & {"id", "mpn", "gtin"} and named & {"price", "availability"} and optional)


def _of_variants(value: Object, variants: Sequence[Object]) -> Iterator[Object]:
    """Each variant with what its parent says; a price is its own with all that belongs to it, or all its parent's."""
    typed = "@type" in value
    shared = {key: inner for key, inner in value.items() if inner is not variants and key not in NAMES["of_the_group"]}
    shared = shared if typed else dict(_plain(shared))
    group = next((value[key] for key in NAMES["groups"] if value.get(key)), "")
    places = {str(place) for place in range(len(variants) + 2)}
    within = len(variants) > 1 and {str(variant.get("id")) for variant in variants} <= places
    for variant in map(_lifted, variants):
        said = {key: inner for key, inner in variant.items() if inner not in (None, "", [], {})}
        said = _numbered(said, value) if within else said
        called = [  # what is called "S" is a size of its parent
            said.pop(name)
            for name in ("title", "name")
            if not typed and name in said and str(value.get(name, "")) not in str(said[name])
        ]
        own = said if typed else dict(_plain({**said, **_chosen(value.get("options"), variant)}))
        if called and not any(key.startswith("option.") for key in own) and not _is_default(called[0]):
            own["option.variant"] = called[0]
        priced = not typed and any(own.get(key) not in (None, "") and "price" in _named(key) for key in own)
        of_all = {key: inner for key, inner in shared.items() if not (priced and _PRICED & _named(key))}
        whole = {**of_all, **own, "item_group_id": group}
        yield _plain(whole) if typed else whole


def _chosen(options: object, variant: Object) -> Object:
    """Options that a parent names and a variant chooses by place (option1 is the first) or by number."""
    named: Sequence[Object] = options if _is_objects(options) else []  # type: ignore[assignment]
    titles = {option["id"]: option.get("title") or option.get("name") for option in named if "id" in option}
    own = variant.get("options")
    if isinstance(own, list) and own and all(isinstance(one, dict) and one.get("option_id") in titles for one in own):
        return {"options": [{"name": titles[one["option_id"]], "value": one.get("value")} for one in own]}
    numbered = [(option.get("name"), variant.get(f"option{place}")) for place, option in enumerate(named, start=1)]
    return {f"option.{name}": value for name, value in numbered if name and value and name != "Title"}


def _is_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


_CODES = ("code", "key")
_TRANSLATED = ("en", "zh")  # what a title may be told in beside its own language
_LOCALE = re.compile(r"(?!id$)[a-z]{2}(?:[-_][A-Za-z]{2,4})?")


def _plain(product: Object) -> Object:
    """A product, or what its variants share, or one of them, with its price, options and texts as plain values."""
    if "@type" in product and "offers" in product:
        return plain_offers(product)
    product, asked = with_money(product)
    found: dict[str, Any] = {}
    for key, inner in product.items():
        if key.startswith("__") or (_is_nested(inner) and (key.startswith("_") or _OF_OTHERS.search(key))):
            continue  # GraphQL's own, a search engine's, other products
        items = inner if isinstance(inner, list) else [inner] if isinstance(inner, dict) else []
        pairs = _pairs(items) if folded(key) not in ("price", "weight") else None
        if isinstance(inner, dict) and _is_by_language(inner):
            found |= _in_languages(key, inner)
        elif pairs is not None:
            told = {
                name: value for name, value in pairs.items() if value not in (None, "", []) and not _is_default(value)
            }
            place = key if key == "product_detail" else "option"
            named = {re.sub("^option", place, name): value for name, value in told.items()}
            found |= {name: value for name, value in named.items() if name not in product and name not in found}
        elif (
            isinstance(inner, dict)
            and _CONTAINERS & {*folded(key).split()[-1:]}
            and not any(map(_is_nested, inner.values()))
        ):
            found |= {f"option.{name}": value for name, value in inner.items() if value not in (None, "", [])}
        elif (
            isinstance(inner, dict) and key.casefold().startswith("pric") and of_object(inner)[0] is None
        ):  # pricing, priceData
            found |= {name: value for name, value in _inner(inner, key, found).items() if name not in product}
        elif (
            isinstance(inner, dict)
            and _named(key) & {"brand", "category"}
            and isinstance(said := _shown(_lifted(inner)), str)
        ):
            found[key] = said
        elif (kept := _inner(inner, key, found)) not in ({}, []):
            found[key] = kept
    if isinstance(text := found.get("description"), str) and text.startswith("{"):
        found["description"] = _of_blocks(text)
    return {**found, **asked}


def _is_default(value: Any) -> bool:
    return isinstance(value, str) and value.casefold() in words("values.no_title")


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict) or _is_objects(value)


def _inner(value: Any, key: str, beside: dict[str, Any]) -> Any:
    """Without what only points elsewhere, {"typeId": "category", "id": "c-1"}; money as its amount, with the currency beside it."""
    if isinstance(value, list):
        kept = [said for each in value if (said := _inner(each, key, beside)) not in (None, {})]
        named = [each["name"] for each in kept if isinstance(each, dict) and "name" in each and each.keys() <= _LABELS]
        if not kept or len(named) < len(kept):
            return kept
        return " > ".join(map(str, named)) if key.casefold().endswith("path") else named
    if not isinstance(value, dict):
        return value
    if "typeId" in value:
        of = value.get("obj")
        return {key: _shown(of[key]) for key in ("name", "key") if of.get(key)} if isinstance(of, dict) else None
    amount, currency = of_object(value, minor=key.endswith("_money"))
    whole = isinstance(value.get("amount"), int) and not key.endswith("_money")  # it may be cents: layouts.toml knows
    if amount is not None and currency and not whole:
        beside.setdefault("currency", currency)
        return amount
    found: dict[str, Any] = {}
    return found | {each: _inner(inner, each, found) for each, inner in value.items()} | found


def _pairs(items: Sequence[Any]) -> dict[str, Any] | None:
    """Column and value of each, where all are facts: {"name": "size", "value": {"label": "S"}}, {"attribute_code": "size", "value": "S"},
    {"name": "S", "group": {"name": "Size"}}; None where they are something else.
    """
    found = [_pair(item) if isinstance(item, dict) else None for item in items]
    if not found or not all(found):
        return None
    return dict(pair for pair in reversed(found) if pair and not pair[0].startswith(("_", "option._")))


def _pair(item: Object) -> tuple[str, Any] | None:
    of = next((item[key] for key in NAMES["named_by"] if isinstance(item.get(key), dict)), None)
    if of is not None:
        name = next((of[key] for key in NAMES["titles"] if isinstance(of.get(key), str)), "")
        said = next((item[key] for key in (*NAMES["values"], *NAMES["titles"]) if item.get(key)), None)
        return (f"option.{name}", _shown(said)) if name and said is not None else None
    said = {key: folded(key).split() for key in item}
    valued = [key for word in NAMES["values"] for key in item if word in said[key] and "id" not in said[key]]
    named = [
        key
        for word in NAMES["called"]
        for key in item
        if word in said[key]
        and key not in valued
        and isinstance(item[key], str)
        and (said[key][-1] in (*NAMES["titles"], *_CODES) or said[key] == ["attribute", "id"])
    ]
    if not valued or not named or not item[named[0]]:
        return None
    coded = said[named[0]][-1] in (*_CODES, "id") and "name" not in item
    shown, unit = _shown(item[valued[0]]), item.get("unit")
    shown = f"{shown} {unit}" if unit and isinstance(unit, str) and not isinstance(shown, list) else shown
    return (item[named[0]] if coded else f"option.{item[named[0]]}"), shown


def _shown(value: Any) -> Any:
    """What people read of a value: the label of an enumeration, one language of several, all of a set."""
    if isinstance(value, list):
        texts = [_shown(each) for each in value]
        return texts[0] if len(texts) == 1 else [text for text in texts if not isinstance(text, (dict, list))]
    if not isinstance(value, dict):
        return value
    if _is_by_language(value):
        return _in_languages("", value)[""]
    keys = (*NAMES["shown"], *(key for key in value if "name" in key and isinstance(value[key], str)))
    return next((_shown(value[key]) for key in keys if value.get(key) not in (None, "")), None)


def _in_languages(key: str, texts: Mapping[str, str]) -> dict[str, str]:
    """One language under the text's own name, English where it is there; the translations that count beside it."""
    said = {language: text for language, text in texts.items() if text}
    first = next((language for language in said if language.startswith("en")), next(iter(said), ""))
    others = {f"{key}.{name[:2]}": text for name, text in said.items() if name[:2] in _TRANSLATED and name != first}
    return {key: said.get(first, ""), **{name: text for name, text in others.items() if first[:2] != name[-2:]}}


def _is_by_language(value: Object) -> bool:
    return bool(value) and all(_LOCALE.fullmatch(str(key)) and isinstance(text, str) for key, text in value.items())


def _of_blocks(text: str) -> str:
    """The paragraphs of a text that an editor keeps as blocks (Editor.js, which Saleor uses)."""
    try:
        said = [block["data"].get("text") for block in json.loads(text)["blocks"]]
    except (ValueError, TypeError, KeyError, AttributeError):
        return text
    return "\n".join(str(each) for each in said if each)
