"""One amount as people write it: €1,200, 500块, 15.6", 1.5 kg, 三千多元, 2万, "two hundred"."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from daogou.ask.tokens.phrases import Token
from daogou.text.stated import COUNTED, Unit, units_named

_HAN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_HAN_STEPS = {"十": 10, "百": 100, "千": 1000}
_WATTS = 20  # from here on 80w is a lamp's, though 2w may be 20,000
_MYRIADS = {"万": 10_000, "w": 10_000, "亿": 100_000_000}
_SCALES = {"k": 1000, "千": 1000, "百": 100, **_MYRIADS}
MOST = Decimal(10) ** 12  # nobody asks for more of anything: what is larger is a code, and decimals keep 28 digits
ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: i for i, word in enumerate(ONES)} | {word: 10 * (i + 2) for i, word in enumerate(_TENS)}
_WORD_STEPS = {"hundred": 100, "thousand": 1000, "grand": 1000, "million": 1_000_000}


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and how many tokens it takes; `step` is its last place (三千: 1000), for 三千多.

    `upto` is the larger one where two were said in one breath (三四百: 300 to 400).
    """

    value: Decimal
    length: int
    step: Decimal
    upto: Decimal | None = None


def read_numeral(tokens: Sequence[Token], start: int) -> Numeral | None:
    """The number that stands at `start`, or None."""
    numeral = _read(tokens, start)
    return numeral if numeral is not None and max(numeral.value, numeral.upto or numeral.value) <= MOST else None


def _read(tokens: Sequence[Token], start: int) -> Numeral | None:
    token = tokens[start]
    if token.number:
        return _digits(tokens, start)
    if token.text in _HAN_DIGITS and (pair := _pair(tokens, start)):
        return pair
    if token.text in _HAN_DIGITS or token.text == "十" or (token.text == "半" and _follows(tokens, start + 1, "斤")):
        return _han(tokens, start)
    return _english(tokens, start)


def _digits(tokens: Sequence[Token], start: int) -> Numeral:
    value = Decimal(tokens[start].text.replace(",", ""))
    length = 1
    step = _last_place(value)
    while start + length < len(tokens) and value < MOST and (scale := _scale(tokens, start, length, value)):
        value, step, length = value * scale, Decimal(scale), length + 1
    return Numeral(value, length, step)


def _scale(tokens: Sequence[Token], start: int, length: int, value: Decimal) -> int:
    token, before = tokens[start + length], tokens[start + length - 1]
    glued = token.start == before.end
    if token.text == "w" and (value >= _WATTS or not _ends_amount(tokens, start + length + 1)):
        return 0  # 60W is watts; 2w is 20,000 only where money or Chinese stands around it
    return _SCALES.get(token.text, 0) if glued or token.han else 0


def _ends_amount(tokens: Sequence[Token], place: int) -> bool:
    return any(token.han for token in tokens[place : place + 1]) or (place >= 2 and tokens[max(0, place - 3)].han)


def _pair(tokens: Sequence[Token], start: int) -> Numeral | None:
    """三四百, 一两千: two neighbouring digits before one step."""
    texts = [token.text for token in tokens[start : start + 3]]
    if len(texts) < 3 or texts[1] not in _HAN_DIGITS or texts[2] not in {**_HAN_STEPS, "万": 1}:
        return None
    low, high = _HAN_DIGITS[texts[0]], _HAN_DIGITS[texts[1]]
    step = {**_HAN_STEPS, **_MYRIADS}[texts[2]]
    return Numeral(Decimal(low * step), 3, Decimal(step), Decimal(high * step)) if 0 < low == high - 1 else None


def _last_place(value: Decimal) -> Decimal:
    _sign, digits, exponent = value.as_tuple()
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0")) if any(digits) else 0
    return Decimal(10) ** (int(exponent) + zeros)


def _han(tokens: Sequence[Token], start: int) -> Numeral | None:
    total = section = 0
    digit = step = -1
    place = start
    while place < len(tokens):
        text = tokens[place].text
        if text in _HAN_DIGITS:
            digit = _HAN_DIGITS[text] if digit < 0 else digit * 10 + _HAN_DIGITS[text]
        elif text in _HAN_STEPS and (digit != 0 or section):
            step = _HAN_STEPS[text]
            section, digit = section + (digit if digit >= 0 else 1) * step, -1
        elif text in ("万", "亿") and (digit >= 0 or section):
            step = _MYRIADS[text]
            total, section, digit = (total + section + max(digit, 0)) * step, 0, -1
        else:
            break
        place += 1
    if tokens[start].text == "半":
        return Numeral(Decimal("0.5"), 1, Decimal("0.1"))
    last = _trailing(digit, step, tokens[place - 1], tokens[place - 2] if place - start > 1 else None)
    return Numeral(Decimal(total + section + last), place - start, Decimal(max(step, 1) if digit < 0 else 1))


def _trailing(digit: int, step: int, token: Token, before: Token | None) -> int:
    """The last digit: 一千五 is 1,500 and 一千零五 is 1,005."""
    if digit < 0:
        return 0
    follows_step = before is not None and (before.text in _HAN_STEPS or before.text in _MYRIADS)
    return digit * step // 10 if step > 10 and follows_step and digit < 10 else digit


def _english(tokens: Sequence[Token], start: int) -> Numeral | None:
    total, current, place, step = 0, -1, start, 1
    while place < len(tokens):
        text = tokens[place].text
        if text in _WORDS and (current < 0 or current % 100 == 0 or (current % 10 == 0 and _WORDS[text] < 10)):
            current, step = max(current, 0) + _WORDS[text], 1
        elif text in _WORD_STEPS and (current >= 0 or place > start):
            step = _WORD_STEPS[text]
            current = max(current, 1) * step
            if step >= 1000:
                total, current = total + current, 0
        elif text in ("a", "one") and place == start and _follows(tokens, place + 1, *_WORD_STEPS):
            current = 1
        elif text == "and" and place > start and step >= 100 and _follows(tokens, place + 1, *_WORDS):
            pass
        else:
            break
        place += 1
    if place == start:
        return None
    return Numeral(Decimal(total + max(current, 0)), place - start, Decimal(step))


def _follows(tokens: Sequence[Token], place: int, *texts: str) -> bool:
    return place < len(tokens) and tokens[place].text in texts


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
