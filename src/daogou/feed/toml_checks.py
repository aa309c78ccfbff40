"""One value of a TOML document at a time: right, or a problem to report with all the others; and facts.toml, read so."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar, cast

from rapidfuzz import process

from daogou.catalog.products.vocabulary import TOPICS, ShopFact, ShopFacts
from daogou.errors import FactsError, MappingError
from daogou.feed.values import CURRENCIES

T = TypeVar("T")
_PATTERNS = ("pattern", "matches", "unless", "when")


class Checks:
    """Gathers problems; what is wrong reads as `otherwise`. `place` is where the value stands, with its last dot."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def known(self, table: Mapping[str, Any], known: Iterable[str], place: str) -> None:
        """Reports keys that nobody knows, with the nearest known one."""
        for key in table:
            if key not in known:
                self.problems.append(f"{place}{key} is unknown{nearest(key, known)}")

    def table(self, table: Mapping[str, Any], key: str, place: str) -> Mapping[str, Any]:
        """A table, or an empty one."""
        value = table.get(key, {})
        return value if isinstance(value, Mapping) else self.wrong(f"{place}{key}", value, "a table", {})

    def typed(self, table: Mapping[str, Any], key: str, place: str, kind: type, otherwise: T) -> T:
        """A value of that type (texts, true and false)."""
        value = table.get(key)
        if value is None:
            return otherwise
        if isinstance(value, kind):
            return cast(T, value)
        expected = "true or false" if kind is bool else "a text"
        return self.wrong(f"{place}{key}", value, expected, otherwise)

    def texts(self, table: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
        """A list of texts."""
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(text, str) for text in value):
            return tuple(value)
        return self.wrong(f"{place}{key}", value, "a list of texts", ())

    def choice(self, table: Mapping[str, Any], key: str, place: str, known: tuple[str, ...], otherwise: str) -> str:
        """One of the known words."""
        value = table.get(key, otherwise)
        if value == otherwise or value in known:
            return str(value)
        near = nearest(value, known) if isinstance(value, str) else ""
        return self.wrong(f"{place}{key}", value, " or ".join(map(repr, known)), otherwise, near)

    def currency(self, table: Mapping[str, Any], key: str, place: str) -> str:
        """An ISO 4217 code."""
        value = table.get(key, "")
        if value == "" or value in CURRENCIES:
            return str(value)
        near = nearest(value.upper(), CURRENCIES) if isinstance(value, str) else ""
        return self.wrong(f"{place}{key}", value, "an ISO 4217 code such as EUR or CNY", "", near)

    def positive(self, table: Mapping[str, Any], key: str, place: str, otherwise: T) -> Decimal | T:
        """A number above zero; here `place` comes without its last dot."""
        value = table.get(key)
        if value is None:
            return otherwise
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < float("inf"):
            return Decimal(str(value))
        return self.wrong(f"{place}.{key}", value, "a number above zero", otherwise)

    def pattern(self, table: Mapping[str, Any], key: str, place: str) -> str:
        """A regular expression; here `place` comes without its last dot."""
        pattern = self.typed(table, key, f"{place}.", str, "")
        try:
            re.compile(pattern)
        except re.error as error:
            return self.wrong(f"{place}.{key}", pattern, f"a regular expression ({error})", "")
        return pattern

    def values(self, table: Mapping[str, Any], place: str) -> dict[str, str]:
        """What values mean: folded text -> meaning."""
        value = self.table(table, "values", f"{place}.")
        return {str(key).casefold(): str(meaning) for key, meaning in value.items()}

    def rule(
        self, of: type[T], table: Mapping[str, Any], place: str, *, known: Iterable[str] = (), **given: object
    ) -> T:
        """A dataclass by the types and choices of its fields; some may be given."""
        parts = {each.name: each for each in fields(of)}  # type: ignore[arg-type]
        self.known(table, known or parts, place)
        return of(
            **given, **{name: self._read(part, table, place) for name, part in parts.items() if name not in given}
        )

    def _read(self, of: Field[Any], table: Mapping[str, Any], place: str) -> Any:
        otherwise = of.default if of.default is not MISSING else ""
        if choices := of.metadata.get("one_of"):
            return self.choice(table, of.name, place, choices, otherwise)
        if of.name in _PATTERNS:
            return self.pattern(table, of.name, place[:-1])
        if of.name == "currency":
            return self.currency(table, of.name, place)
        if of.type in (str, bool, str | None):
            return self.typed(table, of.name, place, bool if of.type is bool else str, otherwise)
        if of.type == tuple[str, ...]:
            return self.texts(table, of.name, place)
        if of.type == Mapping[str, str]:
            return self.values(table, place[:-1])
        number = self.positive(table, of.name, place[:-1], otherwise)
        return int(number) if of.type is int else number

    def wrong(self, place: str, value: object, expected: str, otherwise: T, near: str = "") -> T:
        """Reports a wrong value."""
        self.problems.append(f"{place} is {value!r}; expected {expected}{near}")
        return otherwise


def nearest(key: str, known: Iterable[str]) -> str:
    """The ending of a message that names the nearest known word, if any is near."""
    found = process.extractOne(key, list(known), score_cutoff=60)
    return f"; did you mean {found[0]!r}?" if found else ""


def from_file(path: Path, parse: Callable[[str], T], wrong: type[MappingError] | type[FactsError]) -> T:
    """What `parse` makes of a TOML file; each problem names the file."""
    try:
        return parse(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise wrong([f"{path}: can't be read: {error}"]) from error
    except wrong as error:
        raise wrong([f"{path}: {problem}" for problem in error.problems]) from error


FACTS = "facts.toml"
_KEYS = ("en", "zh", "words")
LONGEST_ANSWER = 600  # characters


def read_shop_facts(folder: Path) -> ShopFacts:
    """The merchant's facts; none without the file. FactsError names every problem with its line and key."""
    path = folder / FACTS
    return from_file(path, parse_shop_facts, FactsError) if path.exists() else ShopFacts()


def parse_shop_facts(text: str) -> ShopFacts:
    """The facts in a TOML text."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FactsError([f"not TOML: {error}"]) from error
    parser = _Parser()
    facts = {topic: parser.fact(topic, document) for topic in document}
    if parser.problems:
        raise FactsError([f"{_line(problem, text)}{problem} (see docs/shop_facts.md)" for problem in parser.problems])
    return ShopFacts(by_topic=facts)


class _Parser(Checks):
    """One topic at a time; problems are gathered."""

    def fact(self, topic: str, document: Mapping[str, Any]) -> ShopFact:
        table = document[topic]
        if not isinstance(table, Mapping):
            return self.wrong(topic, table, f"a table such as [{topic}] with 'en' or 'zh'", ShopFact(answers={}))
        self.known(table, _KEYS, f"{topic}.")
        words = self.texts(table, "words", f"{topic}.")
        answers = {language: self.typed(table, language, f"{topic}.", str, "").strip() for language in ("en", "zh")}
        for language, answer in answers.items():
            if len(answer) > LONGEST_ANSWER:
                self.problems.append(f"{topic}.{language} has {len(answer)} characters; at most {LONGEST_ANSWER}")
        if not any(answers.values()) and not any(key in table for key in ("en", "zh")):
            self.problems.append(f"{topic} has no answer; give 'en', 'zh' or both")
        if topic not in TOPICS and not words:
            near = nearest(topic, TOPICS)
            self.problems.append(f"{topic} is a topic of your own and has no 'words' that shoppers ask for it by{near}")
        return ShopFact(
            answers={language: answer for language, answer in answers.items() if answer},
            words=tuple(word.casefold() for word in words if word.strip()),
        )


def _line(problem: str, text: str) -> str:
    """Where the key that a problem begins with stands in the text, as "line 7: "."""
    topic, _, key = problem.split(" ")[0].partition(".")
    header = re.compile(rf"\s*(?:\[\s*[\"']?{re.escape(topic)}[\"']?\s*\]|[\"']?{re.escape(topic)}[\"']?\s*[=.])")
    inside, found = False, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header.match(line):
            inside, found = True, number
        elif inside and re.match(r"\s*\[", line):
            inside = False
        if inside and key and re.search(rf"(?:^|[{{,.]|\s){re.escape(key)}[\"']?\s*=", line):
            return f"line {number}: "
    return f"line {found}: " if found else ""
