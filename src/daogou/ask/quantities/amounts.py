"""One amount as people write it: €1,200, 500块, 15.6", 1.5 kg, 128G, 三千多元."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from daogou.ask.tokens.numerals import read_numeral
from daogou.ask.tokens.tokens import Token
from daogou.text.units import COUNTED, Unit, units_named

UNNAMED = "XXX"  # ISO 4217: no currency; 元 and 块 are money of whatever country
CURRENCIES = {
    "EUR": "€|eur|euro|euros|欧元|欧",
    "USD": "$|usd|us$|us dollars|dollar|dollars|bucks|buck|美元|美金|美刀|刀",
    "GBP": "£|gbp|quid|pound|pounds|pounds sterling|pound sterling|英镑|镑",
    "CNY": "¥|rmb|cny|yuan|人民币|元人民币|块人民币",
    "JPY": "jpy|yen|日元|日圆",
    "KRW": "₩|krw|won|韩元|韩币",
    "HKD": "hk$|hkd|港币|港元",
    "TWD": "nt$|ntd|twd|新台币|台币",
    "INR": "₹|inr|rupee|rupees|卢比",
    "CAD": "cad|c$|canadian dollars|加元|加币",
    "AUD": "aud|a$|australian dollars|澳元|澳币",
    "CHF": "chf|swiss francs|瑞士法郎",
    UNNAMED: "元|块|块钱|元钱|圆",
}
_CURRENCY_OF = {name: code for code, names in CURRENCIES.items() for name in names.split("|")}
_HUNDREDTHS = {"GBP": ("p", "pence", "penny", "便士"), "USD": ("¢", "cent", "cents", "美分"), "EUR": ("欧分",)}
_CENT_OF = {name: code for code, names in _HUNDREDTHS.items() for name in names}
# Signs and words that more than one country uses: the shop's own money where it is one of these.
_SHARED = {
    **dict.fromkeys(("$", "dollar", "dollars", "buck", "bucks"), ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD")),
    **dict.fromkeys(("¥", "yen"), ("CNY", "JPY")),
    **dict.fromkeys(("cent", "cents", "¢"), ("USD", "EUR", "CAD", "AUD")),
}
# Too common to open an amount.
_AFTER_ONLY = frozenset(["欧", "刀", "块", "圆", "镑", "pound", "pounds", "quid", "buck", "bucks", "won"])
# Chinese counts things with these; they say how many to buy unless 装 or 入 follows (10片装).
_CLASSIFIERS = frozenset("个台部款件条双套把张本只支片包瓶盒袋枚粒颗卷份杯块种位")
_GLUED_ONLY = frozenset(("a", "s", "t", "'", "''", '"', "in"))
_LONGEST_UNIT = 3
_CENT = Decimal("0.01")
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


def read_amount(tokens: Sequence[Token], start: int, currency: str = "") -> Amount | None:
    """The amount that begins at `start`, or None; `currency` is the shop's own.

    Pounds are money and mass: such an amount has both a currency and units.
    """
    before, place = _currency(tokens, start, currency, opening=True)
    numeral = read_numeral(tokens, start + place) if start + place < len(tokens) else None
    if numeral is None:
        return None
    end = start + place + numeral.length
    many = _text(tokens, end) in _MANY and tokens[start].text != "几"
    end += many
    cents, cent_length = _cents(tokens, end, currency)
    after, length = (cents, cent_length) if cents else _currency(tokens, end, currency, opening=False)
    units, unit_length = ((), 0) if before else _unit(tokens, end)
    if after and not all(unit.dimension == "mass" for unit in units):
        units, unit_length = (), 0
    end += max(length if not before or after == before else 0, unit_length)
    end += bool(unit_length) and _text(tokens, end) in ("装", "入")
    end += _old(tokens, end) if units and units[0].dimension == "age" else 0
    counts = not before and not after and not unit_length and _text(tokens, end) in _CLASSIFIERS
    if counts:
        units = tuple(unit for unit in units_named(_text(tokens, end)) if unit.dimension in COUNTED)
    share = _CENT if cents else Decimal(1)
    return Amount(
        numeral.value * share,
        numeral.step * share,
        end + counts - start,
        units,
        before or after,
        many,
        counts,
        numeral.upto,
        scaled=tokens[start + place + numeral.length - 1].text in _SCALED,
    )


def _currency(tokens: Sequence[Token], start: int, own: str, *, opening: bool) -> tuple[str, int]:
    for length in (3, 2, 1):
        name = _joined(tokens, start, length)
        if name in _CURRENCY_OF and not (opening and name in _AFTER_ONLY):
            return (own if own in _SHARED.get(name, ()) else _CURRENCY_OF[name]), length
    return "", 0


def _cents(tokens: Sequence[Token], place: int, own: str) -> tuple[str, int]:
    """The currency of an amount in its hundredths: 50p in a shop that is in pounds, 99 cents."""
    name = _text(tokens, place)
    code = own if name in _CENT_OF and own in _SHARED.get(name, ()) else _CENT_OF.get(name, "")
    return ("", 0) if not code or (name == "p" and own != code) else (code, 1)


def _old(tokens: Sequence[Token], place: int) -> int:
    """How many tokens say no more than that a number of years is an age: 4 years old, 6个月大."""
    return next((n for n in (2, 1) if _joined(tokens, place, n).strip(" -") in ("old", "olds", "of age", "大")), 0)


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
    if name in _CLASSIFIERS:
        return False
    glued = tokens[start].start == tokens[start - 1].end
    return glued or name not in _GLUED_ONLY or (name == "in" and _text(tokens, start + 1) in ("", "screen", "display"))


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
