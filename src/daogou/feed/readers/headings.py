"""What a column's name says: which fields it may be, and how sure that is."""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from daogou.feed.mapping.mapping import PairRule
from daogou.feed.values import CURRENCIES, table
from daogou.text.words import normalize

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|<[^>]*>")
_MARKS = re.compile(r"[^0-9a-z%\u3400-\u9fff]+")
_LOCALE = re.compile(r"[-_ (]([a-z]{2}[-_][a-zA-Z]{2}|[a-z]{2}_[A-Z]{2})\b.*$")
_PLACE = re.compile(r"\w(?:\[[^\]]*\])*#\d+\.\w")  # a path: bullet_point[language_tag=en_US]#2.value
_CHINESE_FILLERS = re.compile(r"^(?:商品|产品|產品|宝贝|货品|貨品)")
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})  # that are no letters with marks
_COMPOSED = 0.8
_EITHER = 0.78  # one of two names: EAN/Barcode
_NET = 0.08  # how much less sure a price before tax is
_LATER = 0.004  # how much less sure each later name of a list is


_INSIDE = re.compile(r"\[(?!audience=(?!ALL\]))[^\]]*\]|#1(?=[.\s]|$)|\.schedule\b|\.value(?:_with_tax)?$")


def shortened(column: str) -> str:
    """Amazon's path to a value without what is the same in all: "bullet_point[language_tag=en_US]#2.value" -> "bullet_point#2",
    "purchasable_offer[audience=ALL]#1.our_price#1.schedule#1.value_with_tax" -> "purchasable_offer.our_price".
    """
    if not _PLACE.search(column):
        return column.removeprefix("::")
    return _INSIDE.sub("", column)


@functools.cache
def folded(column: str) -> str:
    """Lower case, without accents and marks: "Prix d'achat (HT)" -> "prix d achat ht", "productName" -> "product name"."""
    plain = unicodedata.normalize(
        "NFD",
        _CAMEL.sub(" ", normalize(column).replace("ß", "ss").replace("#", " number ")).casefold().translate(_PLAIN),
    )
    return _MARKS.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


@functools.cache
def fields_named(column: str) -> Mapping[str, float]:
    """Field -> how sure its name makes it, from 0 to 1."""
    found: dict[str, float] = {}
    for name, sure in _readings(column):
        for field, rank in _names().get(name, {}).items():
            if sure == _EITHER and field.endswith("price"):  # Price/kg
                continue
            found[field] = max(found.get(field, 0.0), sure - _LATER * min(rank, 40))
    for name, sure in ((column, _COMPOSED), (column.rpartition(".")[2], 0.7)):
        if composed := _composed(folded(name)):
            found[composed] = max(found.get(composed, 0.0), sure)
    if "price" in found and _part("net") & set(folded(column).split()):
        found["price"] -= _NET
    return found


def _composed(name: str) -> str:
    """A field that words of two kinds name together: "promo price starts on", "qty in stock"."""
    words = set(name.split())
    if words & _part("sale") and words & _part("begins"):
        return "price_valid_from"
    if words & _part("sale") and words & _part("ends"):
        return "price_valid_until"
    words = set(name.split()[:2]) if name.startswith("current ") else words  # and at which place
    counted = words & _part("stock") and words <= _part("counted")
    return "availability" if counted or any(mark in name for mark in ("库存", "庫存")) else ""


@functools.cache
def _part(name: str) -> frozenset[str]:
    return frozenset(table()["parts"][name].split())


def currency_named(column: str) -> str:
    """The currency that a column's name ends in: "price_usd", "Price (GBP)", "price-EUR", "售价（元）"."""
    words = re.sub(r"([^ -~]+)", r" \1 ", folded(column)).split()
    if column.rstrip("）) ").endswith("元") or (words and words[-1] == "rmb"):
        return "CNY"
    code = next((word.upper() for word in words[-1:] if len(word) == 3), "")
    sign = next((money for mark, money in (("€", "EUR"), ("£", "GBP"), ("₹", "INR")) if mark in column), "")
    return code if code in CURRENCIES else sign


def _readings(column: str) -> Iterator[tuple[str, float]]:
    """The name in full, then with less and less around it."""
    last = normalize(column.rsplit(":", 1)[-1] if ":" in column[:3] else column)
    full = folded(last)
    yield full, 1.0
    if " " not in full and (whole := _squeezed().get(full)):
        yield whole, 0.98
    bare = folded(_LOCALE.sub("", _ASIDE.sub(" ", last)))
    yield bare, 0.97
    yield _CHINESE_FILLERS.sub("", bare), 0.95
    words = [word for word in bare.split() if word.upper() not in CURRENCIES and word not in _part("languages")]
    yield " ".join(words), 0.94
    yield " ".join(word for word in words if word not in _part("fillers")), 0.85
    yield " ".join(word.rstrip("0123456789") for word in words if not word.isdigit()), 0.8
    yield " ".join(word for word in words if word not in _part("tax")), 0.82
    for part in last.split("/") if "/" in last else ():
        yield folded(part), _EITHER
    if "." in last:
        yield folded(last.rsplit(".", 1)[-1]), 0.7


@functools.cache
def _names() -> Mapping[str, Mapping[str, int]]:
    """Folded name -> field -> how far behind it stands in the field's list."""
    found: dict[str, dict[str, int]] = {}
    for field, names in table()["fields"].items():
        for rank, name in enumerate(names.split(",")):
            found.setdefault(folded(name.strip()), {}).setdefault(field, rank)
    return found


@functools.cache
def _squeezed() -> Mapping[str, str]:
    """The names of several words, by what is left of them without spaces: PRODUCTNAME."""
    return {name.replace(" ", ""): name for name in _names() if " " in name}


_NAME = re.compile(r"\b(?:name|nom|nombre|nome|naam|nazwa|title)\b|名[称稱]")
_VALUE = re.compile(
    r"\b(?:values?(?: s)?|wert(?: e)?|werte|valeurs?(?: s)?|valor(?:es)?(?: es)?|valore|valori|valuta(?: e)?|waarden?|wartosci|description|contents?|choices?)\b|的?值"
)
_NUMBERED = re.compile(r"\d")
_STEM = re.compile(
    r"\b(?:attributes?|attributs?|attribut|atributos?|attributi|attributo|options?|variations?|variants?|custom variant|properties|property|eigenschap(?:pen)?|atrybutu?|additional info)\b|属性|屬性|规格|規格"
)


def paired_columns(columns: Iterable[str]) -> tuple[PairRule, ...]:
    """The pairs, in the order of their names."""
    names: dict[str, str] = {}
    values: dict[str, str] = {}
    for column in columns:
        text = re.sub(r"(?<=[a-z])(?=\d)", " ", folded(column))
        if not _NUMBERED.search(text) or not _STEM.search(text):
            continue
        if _NAME.search(text):
            names.setdefault(_template(_NAME, text), column)
        elif _VALUE.search(text):
            values.setdefault(_template(_VALUE, text), column)
    return tuple(PairRule(name=column, value=values[key]) for key, column in names.items() if key in values)


def is_beside_a_pair(column: str) -> bool:
    """Whether it only says how a numbered fact is shown: "Attribute 1 visible", "Option1 Linked To"."""
    text = re.sub(r"(?<=[a-z])(?=\d)", " ", folded(column))
    return bool(_NUMBERED.search(text) and _STEM.search(text))


def _template(pattern: re.Pattern[str], text: str) -> str:
    """What both names of a pair share: its words, in any order."""
    return " ".join(sorted(pattern.sub(" ", text).split()))
