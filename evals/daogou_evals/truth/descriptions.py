"""Is every word of a product description borne out by the merchant's raw row? A checker that shares no code with the writer.

It reads the row as the feed has it and the text as anybody would. What stands neither in the row nor in the checker's own
closed list of connecting words (`descriptions.toml` beside this file) is an unsupported claim.
"""

import functools
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib import resources

from daogou.text.stated import UNITS, convert, units_named
from daogou_evals.needs.rows import Row
from daogou_evals.truth.saying import NUMBER, Quantity, folded, read_saying

LEAST_PIECE = 2  # Chinese characters in a row that bear out a word; single ones stand everywhere
STARS = Decimal(5)  # the scale of a rating
NEAR = Decimal("0.006")  # how far a converted measure may be rounded
_WORD = re.compile(r"[a-z][a-z0-9'’]*|\d+[a-z][a-z0-9]*")
_MIXED = re.compile(r"[\u3400-\u9fffa-z0-9.+-]+")
_AMOUNT = re.compile(rf"{NUMBER} ?([a-z]{{1,4}}|毫升|公斤|英寸|厘米|毫米|小时|[克升米寸瓦片张包盒支瓶])(?![a-z])")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_NOTHING = ("", "False", "None")
_KEY = re.compile(r"^attr_[a-z]_")
_MEASURE = re.compile(rf"{NUMBER}[ -]?(?:inch|hour|page|sheet|minute|piece|year)(?:es|s)?\b", re.I)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What was found in one description."""

    claims: int  # quotations, numbers, measures and content words that were looked up
    unsupported: tuple[str, ...]


def check(text: str, row: Row, *, language: str) -> Checked:
    """Look up everything that the text says."""
    ground = _Ground.of(row)
    saying = read_saying(text)
    words = list(_content(saying.plain, language))
    unborne = [rest for word in words if (rest := ground.not_said(word, language))]
    problems = [
        *(f"“{it}” stands nowhere in the row" for it in saying.quotations if not ground.quotes(it)),
        *(f"{it.amount} {it.currency} is no price of the row" for it in saying.money if not ground.has(it.amount)),
        *(f"{it.amount} {it.unit} is not in the row" for it in saying.quantities if not ground.measures(it)),
        *(f"the number {it} is not in the row" for it in saying.numbers if not ground.has(it)),
        *(f"'{it}' is not in the row" for it in unborne),
    ]
    looked_up = len(saying.quotations) + len(saying.money) + len(saying.quantities) + len(saying.numbers)
    return Checked(claims=looked_up + len(words), unsupported=tuple(dict.fromkeys(problems)))


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """A row as text, words and numbers."""

    text: str  # keys and values, casefolded
    values: tuple[str, ...]
    words: frozenset[str]
    numbers: frozenset[Decimal]

    @classmethod
    def of(cls, row: Row) -> "_Ground":
        leaves = [(key, value) for key, value in _leaves("", row, str(row.get("keyword", ""))) if value not in _NOTHING]
        named = [f"{_KEY.sub('', key).replace('_', ' ')}: {value}" for key, value in leaves]
        text = "\n".join(named).casefold().replace("\\n", " ")
        return cls(
            text=text,
            values=tuple(folded(value) for _, value in leaves),
            words=frozenset(_WORD.findall(text)) | frozenset(re.findall(r"[^\W\d_]+", text)),
            numbers=frozenset(_numbers(text)),
        )

    def quotes(self, quotation: str) -> bool:
        """Whether the words stand in one value, as they are."""
        wanted = folded(quotation.strip("… "))
        return any(wanted in value for value in self.values)

    def has(self, number: Decimal) -> bool:
        """The number itself, also as cents of a price, or the scale of a rating."""
        return number in self.numbers or number * 100 in self.numbers or (number == STARS and "rating" in self.text)

    def measures(self, quantity: Quantity) -> bool:
        """The number, or the same measure in another unit, rounded."""
        if quantity.amount in self.numbers:
            return True
        same = [
            converted
            for unit in units_named(quantity.unit)
            for other in _units_like(unit.symbol)
            if (converted := convert(quantity.amount, unit.symbol, other)) is not None
        ]
        return any(abs(number - it) <= NEAR * abs(it) for it in same for number in self.numbers if number)

    def not_said(self, word: str, language: str) -> str:
        """The word, or what of a run of Chinese words, neither the row nor the list bears out; "" where all is."""
        lists = _lists(language)
        if _CHINESE.search(word):
            return self._not_said_in(word, lists)
        if word in lists.properties:
            return "" if lists.properties[word].search(self.text) else word
        inside = [form for form in _forms(word) if len(form) > 3 or form[0].isdigit()]
        return "" if _forms(word) & self.words or any(form in self.text for form in inside) else word

    def _not_said_in(self, run: str, lists: "_Lists") -> str:
        """A run must be a chain of connecting words, property words that hold, and pieces of the row."""
        reached = {0}
        for start in range(len(run)):
            if start in reached:
                reached |= {end for end in range(start + 1, len(run) + 1) if self._is_said(run[start:end], lists)}
        return "" if len(run) in reached else run[max(reached) :]

    def _is_said(self, piece: str, lists: "_Lists") -> bool:
        if piece in lists.properties:
            return lists.properties[piece].search(self.text) is not None
        others = lists.same.get(piece, ())
        in_row = len(piece) >= LEAST_PIECE and piece in self.text
        if re.fullmatch(NUMBER, piece):
            return True  # numbers are looked up by themselves
        return piece in lists.connecting or in_row or any(other in self.text for other in others)


def _content(plain: str, language: str) -> Iterator[str]:
    """The words that claim something: those that are not on the list of connecting words."""
    rest = _AMOUNT.sub(lambda found: " " if units_named(found[1]) else found[0], _MEASURE.sub(" ", plain.casefold()))
    lists = _lists(language)
    if language == "zh":
        yield from (run for run in _MIXED.findall(rest) if _CHINESE.search(run))
        rest = _MIXED.sub(lambda found: " " if _CHINESE.search(found[0]) else found[0], rest)
    for word in _WORD.findall(rest):
        known = units_named(word) or word in _lists("en").units
        is_unit = known and re.search(rf"\d ?{re.escape(word)}\b", rest)
        if word not in lists.connecting and not is_unit:
            yield word
    yield from _CHINESE.findall(rest)


def _forms(word: str) -> set[str]:
    """Singular and plural, British and American, and the words that mean the same."""
    bare = word.removesuffix("'s").removesuffix("’s")
    found = {word, bare, bare + "s", bare.removesuffix("s"), bare.removesuffix("es"), bare.replace("our", "or")}
    found |= {bare.removesuffix("ies") + "y"} if bare.endswith("ies") else set()
    return {form for form in (*found, *_lists("en").same.get(bare, ()), *_lists("zh").same.get(bare, ())) if form}


def _leaves(name: str, value: object, searched: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _leaves(str(key), each, searched)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            yield from _leaves(name, each, searched)
    elif isinstance(value, str) and value.startswith('["'):
        yield name, value
        yield from ((name, between.join(_listed(value))) for between in ("", searched))
    else:
        yield name, str(value).strip()


def _listed(value: str) -> list[str]:
    """A title that its feed keeps as a list, cut where the searched word stood."""
    try:
        return [str(part).strip("\n") for part in json.loads(value, strict=False)]
    except json.JSONDecodeError:
        return [value]


def _numbers(text: str) -> Iterator[Decimal]:
    for found in re.findall(r"\d+(?:[.,]\d+)*", text):
        for written in {found, found.replace(",", ""), found.replace(",", "."), *re.split(r"[.,]", found)}:
            try:
                yield Decimal(written).normalize() + 0
            except InvalidOperation:
                continue


@functools.cache
def _units_like(symbol: str) -> tuple[str, ...]:
    return tuple(unit.symbol for unit in UNITS if convert(Decimal(1), symbol, unit.symbol) is not None)


@dataclass(frozen=True, kw_only=True)
class _Lists:
    connecting: frozenset[str]
    units: frozenset[str]
    properties: Mapping[str, re.Pattern[str]]
    same: Mapping[str, tuple[str, ...]]


@functools.cache
def _lists(language: str) -> _Lists:
    text = resources.files("daogou_evals").joinpath("data/descriptions.toml").read_text(encoding="utf-8")
    entry = tomllib.loads(text)[language]
    return _Lists(
        connecting=frozenset(entry["connecting"].split()),
        units=frozenset(entry["units"].split()),
        properties={word: re.compile(pattern, re.I) for word, pattern in entry["property"].items()},
        same={word: tuple(others) for word, others in entry["same"].items()},
    )
