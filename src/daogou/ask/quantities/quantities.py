"""Numbers with their comparison: under 800 euros, 16GB or more, 100到200元, 两千左右, between 10 and 20 cm."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from daogou.ask.quantities.amounts import Amount
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.phrases import Cue, Kind
from daogou.text.stated import COUNTED, Unit

# "around 500" is 500 give or take this share.
ABOUT_SHARE = Decimal("0.15")
_DENIED = re.compile(r"\w+n't\b.*|cannot|not|never|nothing|none|nobody|不.*|别.*")
_GAP = 2  # words that may stand between a comparison and its number: "under a 1000"


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount and how it is compared; `start` and `end` count chunks.

    `low` and `high` bound it (both the same: exactly this), in the units and the currency that were said.
    """

    start: int
    end: int
    low: Decimal | None
    high: Decimal | None
    units: tuple[Unit, ...] = ()
    currency: str = ""
    compared: bool = False  # more was said than the bare amount
    scaled: bool = False  # a scale was said: 1.5k, 2万
    about: bool = False  # about that much was said: the bounds are ABOUT_SHARE away

    @property
    def exact(self) -> bool:
        """Whether one value was asked for."""
        return self.low is not None and self.low == self.high


def as_ceiling(quantity: Quantity) -> Quantity:
    """That much at most."""
    return replace(quantity, low=None)


def as_about(quantity: Quantity) -> Quantity:
    """That much, give or take ABOUT_SHARE."""
    low, high = quantity.low, quantity.high
    return replace(quantity, low=low and low * (1 - ABOUT_SHARE), high=high and high * (1 + ABOUT_SHARE), compared=True)


def as_said(quantity: Quantity) -> Quantity:
    """The bare amount of "about 60 cm": how near is near enough, the row's outcome knows."""
    if not quantity.about or quantity.low is None or quantity.high is None:
        return quantity
    return replace(quantity, low=quantity.low / (1 - ABOUT_SHARE), high=quantity.high / (1 + ABOUT_SHARE))


def quantities(chunks: Sequence[Chunk]) -> list[Quantity]:
    """Every amount of the message with its comparison, in order; counted things (两个) are left out."""
    found: list[Quantity] = []
    for place, chunk in enumerate(chunks):
        if chunk.amount is None or (found and place < found[-1].end):
            continue
        quantity = _read(chunks, place, found[-1].end if found else 0)
        if not _to_buy(chunks, chunk.amount, quantity):
            found.append(quantity)
    return found


def _to_buy(chunks: Sequence[Chunk], amount: Amount, quantity: Quantity) -> bool:
    """Whether it only says how many are wanted: two of them, 两个, 2 bags of rice; not so where it is compared."""
    counted = bool(amount.units) and all(unit.dimension in COUNTED for unit in amount.units)
    portion = counted and quantity.end < len(chunks) and chunks[quantity.end].text == "of"
    return (amount.counts or portion) and not (quantity.compared and counted)


def _read(chunks: Sequence[Chunk], place: int, floor: int) -> Quantity:
    start, cue = _before(chunks, place, floor)
    amount = chunks[place].amount
    assert amount is not None
    ranged = _range(chunks, place, amount, opened=cue is Cue.BETWEEN)
    if ranged is not None:
        return replace(ranged, start=start)
    end, after = _after(chunks, place + 1)
    if cue is Cue.BETWEEN:
        cue = Cue.AT_LEAST if chunks[start].text in ("from", "从") else None
    end, cue = _refused(chunks, end, after or cue)
    return _bounded(start, end, amount, cue)


def _refused(chunks: Sequence[Chunk], place: int, cue: Cue | None) -> tuple[int, Cue | None]:
    """超过500就不考虑了: what is refused above is a ceiling."""
    if cue is not Cue.AT_LEAST:
        return place, cue
    ahead = place
    while ahead < len(chunks) and chunks[ahead].has(Cue.FILLER, Cue.OF) and not chunks[ahead].has(Cue.NOT_AFTER):
        ahead += 1
    return (ahead + 1, Cue.AT_MOST) if ahead < len(chunks) and chunks[ahead].has(Cue.NOT_AFTER) else (place, cue)


def _before(chunks: Sequence[Chunk], place: int, floor: int) -> tuple[int, Cue | None]:
    """Where the quantity starts and the comparison that opens it."""
    for start in range(place - 1, max(floor, place - 2 - _GAP) - 1, -1):
        for cue in (Cue.AT_MOST, Cue.AT_LEAST, Cue.ABOUT, Cue.BETWEEN):
            if chunks[start].has(cue):
                return _negated(chunks, start, floor, cue)
        if not chunks[start].has(Cue.FILLER, Cue.OF, Cue.PRICE) or chunks[start].has(Cue.STOP):
            break
    return place, None


def _negated(chunks: Sequence[Chunk], start: int, floor: int, cue: Cue) -> tuple[int, Cue]:
    """Not over 500, can't go above 150, don't want to spend more than 20: the refusal turns the comparison around."""
    flipped = {Cue.AT_MOST: Cue.AT_LEAST, Cue.AT_LEAST: Cue.AT_MOST}
    for place in range(start - 1, floor - 1, -1):
        chunk = chunks[place]
        if (chunk.has(Cue.NOT) or _DENIED.fullmatch(chunk.text)) and cue in flipped:
            return place, flipped[cue]
        if chunk.meanings or not chunk.cues or chunk.has(Cue.STOP, Cue.BUT):
            break
    return start, cue


def _after(chunks: Sequence[Chunk], place: int) -> tuple[int, Cue | None]:
    """Where the quantity ends and the comparison that closes it, past one attribute's name (16GB内存以上)."""
    for skip in (0, 1):
        if place + skip >= len(chunks):
            break
        for cue in (Cue.AT_MOST_AFTER, Cue.AT_LEAST_AFTER, Cue.ABOUT_AFTER):
            if chunks[place + skip].has(cue):
                return (place if skip else place + 1), _AFTER[cue]
        if not (chunks[place].means(Kind.ATTRIBUTE) or chunks[place].has(Cue.RATING)):
            break
    return place, None


_AFTER = {Cue.AT_MOST_AFTER: Cue.AT_MOST, Cue.AT_LEAST_AFTER: Cue.AT_LEAST, Cue.ABOUT_AFTER: Cue.ABOUT}


def _range(chunks: Sequence[Chunk], place: int, first: Amount, *, opened: bool) -> Quantity | None:
    """100-200, between 100 and 200, 从100到200, 一千到两千元."""
    if place + 2 >= len(chunks):
        return None
    second = chunks[place + 2].amount
    joined = chunks[place + 1].has(Cue.TO) or (opened and chunks[place + 1].has(Cue.AND, Cue.AT_MOST))
    joined = joined or (chunks[place + 1].has(Cue.OR) and bool(second and (second.units or second.currency)))
    if second is None or second.counts or not joined:
        return None
    low, high = _same_scale(first, second), second.value
    if low > high and (opened or second.currency or first.currency):
        low, high = high, low  # between 900 and 300
    if low > high or (first.units and second.units and first.units != second.units):
        return None
    end, _ = _after(chunks, place + 3)
    return Quantity(
        place, end, low, high, second.units or first.units, second.currency or first.currency, compared=True
    )


def _same_scale(first: Amount, second: Amount) -> Decimal:
    """1到2千 is 1,000 to 2,000."""
    scaled = first.value * second.step
    return (
        scaled if second.scaled and not first.scaled and first.value < 100 and scaled <= second.value else first.value
    )


def _bounded(start: int, end: int, amount: Amount, cue: Cue | None) -> Quantity:
    low: Decimal | None = amount.value
    high: Decimal | None = amount.upto or amount.value
    if cue is Cue.AT_MOST:
        low = None
    elif cue is Cue.AT_LEAST:
        high = None
    elif cue is Cue.ABOUT:
        low, high = amount.value * (1 - ABOUT_SHARE), (amount.upto or amount.value) * (1 + ABOUT_SHARE)
    elif amount.many:
        high = amount.value + amount.step
    compared = cue is not None or amount.many or amount.upto is not None
    about = cue is Cue.ABOUT
    return Quantity(start, end, low, high, amount.units, amount.currency, compared, amount.scaled, about)
