"""What one message says by itself, and how it changes what was said before: price doesn't matter, forget the colour, 便宜一点的."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from daogou.ask.lexicon import Lexicon
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.phrases import Cue, Kind
from daogou.catalog.products.need import BRAND, CATEGORY, PRICE, RATING, Alternative, Constraint, Notice, Operator, Sort
from daogou.catalog.products.product import Money, Product


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Cheaper ones; a bit more expensive is ok: a price relative to what was shown."""

    more: bool
    loosens: bool = False  # only allows it, does not ask for it
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One message by itself.

    `dropped` are attributes that no longer matter, `dropped_values` the words of wishes to take back. `words` are what is
    left to search for.
    """

    category: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    sort: Sort | None = None
    purpose: str = ""
    recipient: str = ""
    unsold: tuple[str, ...] = ()  # what no word of the shop names
    names: tuple[str, ...] = ()  # of what is asked for, the shopper's noun first
    notices: tuple[Notice, ...] = ()
    words: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    dropped_values: tuple[str, ...] = ()
    moved: Moved | None = None
    bare: tuple[Constraint, ...] = ()  # amounts without any comparison, as they stand: "make it 16GB"
    kept: tuple[str, ...] = ()  # attributes that stay as they were, whatever else is asked for: 价格不变
    widens: bool = False  # values come on top of those of before: red is fine too
    retracts: bool = False  # what is turned down was wanted before: not the red one any more
    permits: bool = False  # what was refused before is fine after all
    alternatives: tuple[Alternative, ...] = ()  # other readings of the same words

    @property
    def empty(self) -> bool:
        """Whether it says nothing about products."""
        return self == Reading(notices=self.notices, retracts=self.retracts, permits=self.permits)


_REACH = 4  # how many chunks away "doesn't matter" may stand from what doesn't
_LIMITS = ("限制", "要求", "limit", "restriction", "requirement", "constraint", "filter", "condition")
_CENT = Decimal("0.01")
_COLOUR, _SIZE = dict.fromkeys(("color", "colour", "颜色"), "colour"), dict.fromkeys(("size", "尺寸", "尺码"), "size")
_NAMES = {**_COLOUR, **_SIZE, "type": CATEGORY}


@dataclass(frozen=True, kw_only=True)
class Changes:
    """The attributes and the words of wishes that are dropped, how the price moves, and the chunks that say so."""

    dropped: tuple[str, ...] = ()
    dropped_values: tuple[str, ...] = ()
    moved: Moved | None = None
    kept: tuple[str, ...] = ()  # the price stays the same
    used: frozenset[int] = field(default_factory=frozenset)


def changes(chunks: Sequence[Chunk], negated: Collection[int], used: Collection[int], lexicon: Lexicon) -> Changes:
    """The changes that a message asks for."""
    dropped: dict[str, None] = {}
    values: dict[str, None] = {}
    kept: dict[str, None] = {}
    places: set[int] = set()
    # "Any" and "doesn't matter" may only frame an exception: anything but HP is fine.
    excepted = any(chunks[place].has(Cue.EXCEPT, Cue.EXCEPT_AFTER) for place in negated)
    for place, chunk in enumerate(chunks):
        target: int | None = None
        if chunk.has(Cue.SAME) and (same := _attribute_near(chunks, place, used)) is not None:
            kept[attribute_named(chunks[same])] = None
            places |= {place, same}
        elif chunk.has(Cue.INDIFFERENT) and not excepted:
            target = _attribute_near(chunks, place, used)
        elif chunk.has(Cue.FORGET, Cue.NOT, Cue.NOT_AFTER) and not chunk.meanings:
            target = _forgotten(chunks, place, lexicon)
            value = _value_after(chunks, place) if target is None else None
            if value is not None:
                values[chunks[value].text] = None
                places.add(value)
        elif chunk.has(Cue.ANY) and not excepted:
            target = _next_attribute(chunks, place + 1)
        if target is not None:
            dropped[attribute_named(chunks[target])] = None
            places |= {place, target, *_limits(chunks, target)}
    moved = next((p for p in range(len(chunks)) if p not in used and p not in negated and _moves(chunks[p])), None)
    return Changes(
        dropped=tuple(dropped),
        dropped_values=tuple(values),
        kept=tuple(kept),
        moved=None if moved is None else _moved(chunks, moved),
        used=frozenset(places if moved is None else places | {moved}),
    )


def attribute_named(chunk: Chunk) -> str:
    """The attribute that a chunk names: price, brand, colour; "" for none."""
    for cue, name in ((Cue.PRICE, PRICE), (Cue.BRAND, BRAND), (Cue.RATING, RATING)):
        if chunk.has(cue):
            return name
    if chunk.text in _NAMES:
        return _NAMES[chunk.text]
    return next((meaning.attribute for meaning in chunk.means(Kind.ATTRIBUTE)), "")


def _attribute_near(chunks: Sequence[Chunk], place: int, used: Collection[int]) -> int | None:
    before = range(place - 1, max(-1, place - 1 - _REACH), -1)
    after = range(place + 1, min(len(chunks), place + 1 + _REACH))
    for reach in (before, after):
        for near in reach:
            if chunks[near].has(Cue.STOP):
                break
            if near not in used and attribute_named(chunks[near]):
                return near
    return None


def _next_attribute(chunks: Sequence[Chunk], place: int) -> int | None:
    while place < len(chunks) and chunks[place].has(Cue.FILLER, Cue.OF) and not attribute_named(chunks[place]):
        place += 1
    return place if place < len(chunks) and attribute_named(chunks[place]) else None


def _forgotten(chunks: Sequence[Chunk], place: int, lexicon: Lexicon) -> int | None:
    """The attribute to forget: "forget the colour", 不要颜色限制了; "no bluetooth" turns bluetooth down instead."""
    found, firm = _next_attribute(chunks, place + 1), chunks[place].has(Cue.FORGET)
    if found is None or (not firm and any(meaning.count for meaning in chunks[found].means(Kind.VALUE))):
        return None  # 不是无线的 turns a value down
    name = attribute_named(chunks[found])
    forgets = firm or _limits(chunks, found) or name in (PRICE, BRAND) or not lexicon.yes_no(name)
    return found if forgets else None


def _limits(chunks: Sequence[Chunk], place: int) -> list[int]:
    return [near for near in range(place + 1, min(place + 3, len(chunks))) if chunks[near].text in _LIMITS]


def _value_after(chunks: Sequence[Chunk], place: int) -> int | None:
    """The value after "forget" / "doesn't have to be"."""
    if not chunks[place].has(Cue.FORGET) or chunks[place].has(Cue.EXCEPT):
        return None
    place += 1
    while place < len(chunks) and chunks[place].has(Cue.FILLER, Cue.OF, Cue.WITH) and not chunks[place].meanings:
        place += 1
    named = place < len(chunks) and (chunks[place].means(Kind.BRAND, Kind.VALUE, Kind.ATTRIBUTE) or chunks[place].word)
    return place if named else None


def _moves(chunk: Chunk) -> bool:
    return chunk.has(Cue.CHEAPER, Cue.DEARER) or chunk.text == "cheaper than"


def _moved(chunks: Sequence[Chunk], place: int) -> Moved:
    """Cheaper, dearer; "a bit more expensive is ok" only allows it."""
    more = chunks[place].has(Cue.DEARER) and not chunks[place].has(Cue.CHEAPER)
    allowed = any(one.has(Cue.INDIFFERENT, Cue.ALSO) or one.text in ("ok", "okay", "fine", "可以") for one in chunks)
    return Moved(more=more, loosens=more and allowed, said=chunks[place].text)


def bound_beyond(move: Moved, shown: Sequence[Product], at: datetime, turn: int) -> Constraint | None:
    """The bound beyond the prices of everything shown; None where none has one."""
    prices = prices_of(shown, at)
    if not prices:
        return None
    edge = (max if move.more else min)(prices, key=lambda price: price.amount)
    value = edge.amount + (_CENT if move.more else -_CENT)
    operator = Operator.AT_LEAST if move.more else Operator.AT_MOST
    unit = edge.currency or None
    return Constraint(attribute=PRICE, operator=operator, value=value, unit=unit, said=move.said, said_in=turn)


def prices_of(shown: Sequence[Product], at: datetime) -> list[Money]:
    """What the shown products cost at that moment."""
    return [price for product in shown if (price := product.price_at(at))]


def order_of(move: Moved | None) -> Sort | None:
    """The order that "cheaper" asks for where there is nothing to be cheaper than."""
    return Sort(attribute=PRICE, descending=move.more, said=move.said) if move else None
