"""Small tests on a raw feed row, written down as data: `price <= 80000`, `title ~ notebook`, `laptop`, `!bag`.

A check is a string or a table:

    "laptop", "!laptop"                     a named check of the shop's file, or its opposite
    "COLUMN OP VALUE"                       OP is one of = != <= >= < > and ~ !~ (regex, case ignored)
    {all = [...]}, {any = [...]}, {none = [...]}
    {number = 'REGEX', in = "COLUMN", op = ">=", value = 8, times = 1}   any number that the first group finds

COLUMN may be `title`, `text` (the feed's own lists), a column, several joined with `|`, or a prefix ending in `*`.
A number that the row does not have meets no comparison.
"""

import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeAlias

from daogou.errors import UserError
from daogou_evals.needs.rows import Feed, Row

Check: TypeAlias = str | Mapping[str, object]

_NUMBERS = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
_ATOM = re.compile(r"(\S+) (=|!=|<=|>=|<|>|~|!~) (.+)", re.DOTALL)
_SLACK = 1e-9


@dataclass(frozen=True, kw_only=True)
class Checks:
    """The named checks of one shop, and which columns its title and text are.

    Named checks are remembered by the row's identity: keep the rows while the checks are in use.
    """

    feed: Feed
    named: Mapping[str, Check] = field(default_factory=dict)
    _known: dict[tuple[str, int], bool] = field(default_factory=dict, compare=False, repr=False)  # by name and row

    def failed(self, checks: Sequence[Check], row: Row) -> list[str]:
        """The checks that the row does not meet, as they are written."""
        return [str(check) for check in checks if not self.meets(check, row)]

    def meets(self, check: Check, row: Row) -> bool:
        """Whether the row meets the check; UserError when it can't be read."""
        if isinstance(check, str):
            return self._atom(check, row)
        if "number" in check:
            return self._number(check, row)
        parts = {name: [self.meets(part, row) for part in _list(value)] for name, value in check.items()}
        if not parts or set(parts) - {"all", "any", "none"}:
            raise UserError(f"check {dict(check)!r} has none of all, any, none, number")
        return all(parts.get("all", [])) and any(parts.get("any", [True])) and not any(parts.get("none", []))

    def values(self, columns: str, row: Row) -> list[object]:
        """What stands in the columns, those that have anything."""
        return [
            value for column in columns.split("|") for value in self._column(column, row) if value not in (None, "")
        ]

    def _atom(self, check: str, row: Row) -> bool:
        match = _ATOM.fullmatch(check)
        if match:
            return _compare(self.values(match[1], row), match[2], match[3])
        wanted = not check.startswith("!")
        name = check.lstrip("!")
        if name not in self.named:
            raise UserError(f"check {check!r} is neither 'COLUMN OP VALUE' nor one of {sorted(self.named)}")
        if (name, id(row)) not in self._known:
            self._known[name, id(row)] = self.meets(self.named[name], row)
        return self._known[name, id(row)] is wanted

    def _number(self, check: Mapping[str, object], row: Row) -> bool:
        text = "\n".join(str(value) for value in self.values(str(check.get("in", "title")), row))
        times, bound = float(str(check.get("times", 1))), str(check["value"])
        found = [float(number) * times for number in _pattern(str(check["number"])).findall(text)]
        return _compare(list(found), str(check["op"]), bound)

    def _column(self, column: str, row: Row) -> list[object]:
        if column in ("title", "text") and getattr(self.feed, column) != (column,):
            names: Sequence[str] = getattr(self.feed, column)
            return [value for name in names for value in self._plain(name, row)]
        return self._plain(column, row)

    def _plain(self, column: str, row: Row) -> list[object]:
        if not column.endswith("*"):
            return _flat(row.get(column))
        return [value for name in row if name.startswith(column[:-1]) for value in _flat(row[name])]


def _compare(values: Sequence[object], op: str, wanted: str) -> bool:
    if op in ("~", "!~"):
        pattern = _pattern(wanted)
        found = any(pattern.search(str(value)) for value in values)
        return found is (op == "~")
    if op in ("=", "!="):
        return any(_same(value, wanted) for value in values) is (op == "=")
    numbers = [number for value in values if (number := _float(value)) is not None]
    bound = float(wanted)
    tolerance = {">=": -1, "<=": 1}.get(op, 0) * _SLACK * max(1.0, abs(bound))
    return any(_NUMBERS[op](number, bound + tolerance) for number in numbers)


@cache
def _pattern(regex: str) -> re.Pattern[str]:
    return re.compile(regex, re.IGNORECASE)


def _same(value: object, wanted: str) -> bool:
    if isinstance(value, bool):
        return str(value).lower() == wanted.lower()
    left, right = _float(value), _float(wanted)
    if left is not None and right is not None:
        return abs(left - right) <= _SLACK * max(1.0, abs(right))
    return str(value).casefold().strip() == wanted.casefold().strip()


def _float(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(str(value))
    except ValueError:
        return None


def _flat(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


def _list(value: object) -> list[Check]:
    if not isinstance(value, list):
        raise UserError(f"{value!r} is not a list of checks")
    return value
