"""facts.toml of a shop folder: what the merchant says of shipping, returns, payment and topics of their own."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from daogou.catalog.products.shop_facts import TOPICS, ShopFact, ShopFacts
from daogou.errors import FactsError
from daogou.feed.toml_checks import Checks, from_file, nearest

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
