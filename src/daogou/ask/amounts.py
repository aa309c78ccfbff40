"""One amount as people write it: €1,200, 500块, 15.6", 1.5 kg, 128G, 三千多元."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from daogou.ask.numerals import read_numeral
from daogou.ask.tokens import Token
from daogou.text.units import Unit, units_named

CURRENCIES = {
    "EUR": "€|eur|euro|euros|欧元|欧",
    "USD": "$|usd|us$|dollar|dollars|bucks|buck|美元|美金|刀",
    "GBP": "£|gbp|quid|pounds sterling|英镑",
    "CNY": "¥|rmb|cny|yuan|元|块|块钱|人民币|元人民币|元钱|圆",
    "JPY": "jpy|yen|日元|日圆",
}
_CURRENCY_OF = {name: code for code, names in CURRENCIES.items() for name in names.split("|")}
_AFTER_ONLY = frozenset(("欧", "刀", "块", "圆"))  # too common to open an amount
# Chinese counts things with these; they say how many to buy unless 装 or 入 follows (10片装).
_CLASSIFIERS = frozenset("个台部款件条双套把张本只支片包瓶盒袋枚粒块种位")
_GLUED_ONLY = frozenset(("a", "s", "t", "'", "''", '"', "in"))
_LONGEST_UNIT = 3
_SCALED = frozenset("k千百万w")
_MANY = frozenset("多来几余")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with what stands around it; `step` is the number's last place, `many` that more was said (三千多).

    `units` holds every unit the spelling may mean ("g": gram, gigabyte); `counts` says that it only counts things
    to buy (两个, 一台).
    """

    value: Decimal
    step: Decimal
    length: int
    units: tuple[Unit, ...] = ()
    currency: str = ""
    many: bool = False
    counts: bool = False
    upto: Decimal | None = None
    scaled: bool = False  # a scale was said: 2千, 1.5k


def read_amount(tokens: Sequence[Token], start: int) -> Amount | None:
    """The amount that begins at `start`, or None."""
    before, place = _currency(tokens, start, opening=True)
    numeral = read_numeral(tokens, start + place) if start + place < len(tokens) else None
    if numeral is None:
        return None
    end = start + place + numeral.length
    many = _text(tokens, end) in _MANY and tokens[start].text != "几"
    end += many
    after, length = _currency(tokens, end, opening=False)
    units, unit_length = ((), 0) if before or after else _unit(tokens, end)
    end += max(length if not before or after == before else 0, unit_length)
    end += bool(unit_length) and _text(tokens, end) in ("装", "入")
    counts = not before and not after and not unit_length and _text(tokens, end) in _CLASSIFIERS
    return Amount(
        numeral.value,
        numeral.step,
        end + counts - start,
        units,
        before or after,
        many,
        counts,
        numeral.upto,
        scaled=tokens[start + place + numeral.length - 1].text in _SCALED,
    )


def _currency(tokens: Sequence[Token], start: int, *, opening: bool) -> tuple[str, int]:
    for length in (3, 2, 1):
        name = _joined(tokens, start, length)
        if name in _CURRENCY_OF and not (opening and name in _AFTER_ONLY):
            return _CURRENCY_OF[name], length
    return "", 0


def _unit(tokens: Sequence[Token], start: int) -> tuple[tuple[Unit, ...], int]:
    for length in range(_LONGEST_UNIT, 0, -1):
        name = _joined(tokens, start, length)
        units = units_named(name) if name else ()
        if units and _may_stand(tokens, start, name):
            return units, length
    return (), 0


def _may_stand(tokens: Sequence[Token], start: int, name: str) -> bool:
    if name == "码":
        return False  # a size of shoes, hardly ever yards
    if name in _CLASSIFIERS and not _packed(tokens, start + 1):
        return False
    glued = tokens[start].start == tokens[start - 1].end
    return glued or name not in _GLUED_ONLY or (name == "in" and _text(tokens, start + 1) in ("", "screen", "display"))


def _packed(tokens: Sequence[Token], place: int) -> bool:
    return _text(tokens, place) in ("装", "入") or _text(tokens, place - 1) in ("装", "入")


def _joined(tokens: Sequence[Token], start: int, length: int) -> str:
    """The text of that many tokens, as typed but with single spaces; "" past the end."""
    piece = tokens[start : start + length]
    if len(piece) < length:
        return ""
    parts = [piece[0].text]
    for left, right in pairwise(piece):
        parts += [" " if right.start > left.end else "", right.text]
    return "".join(parts)


def _text(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].text if 0 <= place < len(tokens) else ""
