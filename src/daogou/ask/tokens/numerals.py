"""Numbers as people write them: 1,200.50, 1.5k, 2万, 一千五, 两百, "two hundred"."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from daogou.ask.tokens.tokens import Token

_HAN_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_HAN_STEPS = {"十": 10, "百": 100, "千": 1000}
_WATTS = 20  # from here on 80w is a lamp's, though 2w may be 20,000
_MYRIADS = {"万": 10_000, "w": 10_000, "亿": 100_000_000}
_SCALES = {"k": 1000, "千": 1000, "百": 100, **_MYRIADS}
MOST = Decimal(10) ** 12  # nobody asks for more of anything: what is larger is a code, and decimals keep 28 digits
_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: i for i, word in enumerate(_ONES)} | {word: 10 * (i + 2) for i, word in enumerate(_TENS)}
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
