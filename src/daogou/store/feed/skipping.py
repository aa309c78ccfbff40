"""Rows that are no products by the merchant's own rule: postage, fees, corrections."""

import re
from collections.abc import Sequence

from daogou.store.feed.mapping import SkipRule
from daogou.store.feed.record import Record, text_of
from daogou.store.feed.rows import FeedRow


class Skipper:
    """Knows the rules of a mapping, compiled once."""

    def __init__(self, rules: Sequence[SkipRule]) -> None:
        self._rules = [(rule, re.compile(rule.matches or rule.unless)) for rule in rules]

    def check(self, record: Record) -> FeedRow | None:
        """The row rejected by the first rule that takes it out; None where none does."""
        if record.reasons:
            return None
        for rule, pattern in self._rules:
            cell = record.cells.get(rule.column)
            text = "" if cell is None or isinstance(cell, tuple) else text_of(cell).strip()
            if (pattern.fullmatch(text) is not None) == bool(rule.matches):
                return FeedRow(number=record.number, reasons=(f"skipped: {rule.because}",), raw=record.as_text())
        return None
