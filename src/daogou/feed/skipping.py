"""Rows that are no products by the merchant's own rule (postage, fees), and products that shoppers are not shown."""

import re
from collections.abc import Sequence

from daogou.feed.mapping.mapping import SkipRule
from daogou.feed.publication import says_hidden, says_shown
from daogou.feed.readers.headings import folded
from daogou.feed.readers.record import Record
from daogou.feed.row import FeedRow
from daogou.feed.values.vocabulary import words


class Skipper:
    """Knows the rules of a mapping, compiled once."""

    def __init__(self, skip: Sequence[SkipRule], hide: Sequence[SkipRule] = ()) -> None:
        self._skip = [(rule, re.compile(rule.matches or rule.unless)) for rule in skip]
        self._hide = [(rule, re.compile(rule.matches or rule.unless, re.IGNORECASE)) for rule in hide]

    def check(self, record: Record) -> FeedRow | None:
        """The row rejected or left out by the first rule that takes it out; None where none does."""
        if record.reasons:
            return None
        if record.left_out:
            return FeedRow(number=record.number, left_out=record.left_out)
        for rule, pattern in self._skip:
            if (pattern.fullmatch(record.text(rule.column)) is not None) == bool(rule.matches):
                return FeedRow(number=record.number, reasons=(f"skipped: {rule.because}",), raw=record.as_text())
        because = self.hidden(record)
        return FeedRow(number=record.number, left_out=because) if because else None

    def hidden(self, record: Record) -> str:
        """Why shoppers are not shown it; empty where they are."""
        for rule, pattern in self._hide:
            text = record.text(rule.column)
            if not (rule.singles and record.group) and _is_hidden(text, rule, pattern):
                return rule.because or f"hidden ({rule.column} is {text!r})"
        return ""


def _is_hidden(text: str, rule: SkipRule, pattern: re.Pattern[str]) -> bool:
    """By the rule's own pattern, else by the words for it."""
    if rule.matches or rule.unless:
        return (pattern.fullmatch(text) is not None) == bool(rule.matches)
    if words("values.reversed").keys() & set(folded(rule.column).split()):
        return bool(text) and says_shown(text)
    return says_hidden(text)
