"""Columns that belong together: "Attribute 1 name" and "Attribute 1 value(s)" are one fact."""

import re
from collections.abc import Iterable

from daogou.feed.mapping.mapping import PairRule
from daogou.feed.readers.headings import folded

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
