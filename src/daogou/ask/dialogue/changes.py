"""How a message changes what was said before: price doesn't matter, forget the colour, 便宜一点的, red is fine too."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from daogou.ask.lexicon import Lexicon
from daogou.ask.reading import Moved
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.cues import Cue
from daogou.ask.tokens.phrases import Kind
from daogou.catalog.products.need import BRAND, CATEGORY, PRICE, RATING, Constraint, Operator, Sort
from daogou.catalog.products.product import Product

_REACH = 4  # how many chunks away "doesn't matter" may stand from what doesn't
_LIMITS = ("限制", "要求", "limit", "restriction", "requirement", "constraint", "filter", "condition")


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What is dropped, moved or widened, and the chunks that say so."""

    dropped: tuple[str, ...] = ()
    dropped_values: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    widens: bool = False
    kept: tuple[str, ...] = ()
    used: frozenset[int] = field(default_factory=frozenset)


def changes(chunks: Sequence[Chunk], negated: Collection[int], used: Collection[int], lexicon: Lexicon) -> Changes:
    """The changes that a message asks for."""
    dropped: dict[str, None] = {}
    values: dict[str, None] = {}
    kept: dict[str, None] = {}
    places: set[int] = set()
    for place, chunk in enumerate(chunks):
        target = None
        if chunk.has(Cue.SAME) and (same := _attribute_near(chunks, place, used)):
            kept[same[0]] = None
            places |= {place, same[1]}
        elif chunk.has(Cue.INDIFFERENT) and not _excepted(chunks, negated):
            target = _attribute_near(chunks, place, used)
        elif chunk.has(Cue.FORGET, Cue.NOT, Cue.NOT_AFTER) and not chunk.meanings:
            target = _forgotten(chunks, place, lexicon)
            values.update(dict.fromkeys(_values_after(chunks, place) if target is None else ()))
            places.update(_value_places(chunks, place) if target is None else ())
        elif chunk.has(Cue.ANY) and not _excepted(chunks, negated):
            target = _next_attribute(chunks, place + 1)
        if target is not None:
            dropped[target[0]] = None
            places |= {place, target[1], *_limits(chunks, target[1])}
    moved, moved_places = _moved(chunks, negated, used)
    return Changes(
        dropped=tuple(dropped),
        dropped_values=tuple(values),
        moved=moved,
        widens=any(chunk.has(Cue.ALSO) for chunk in chunks),
        kept=tuple(kept),
        used=frozenset(places | moved_places),
    )


def _excepted(chunks: Sequence[Chunk], negated: Collection[int]) -> bool:
    """Whether "any" or "doesn't matter" only frames an exception: anything but HP is fine."""
    return any(chunks[place].has(Cue.EXCEPT, Cue.EXCEPT_AFTER) for place in negated)


def attribute_named(chunk: Chunk) -> str:
    """The attribute that a chunk names: price, brand, colour; "" for none."""
    for cue, name in ((Cue.PRICE, PRICE), (Cue.BRAND, BRAND), (Cue.RATING, RATING)):
        if chunk.has(cue):
            return name
    if chunk.text in _NAMES:
        return _NAMES[chunk.text]
    return next((meaning.attribute for meaning in chunk.means(Kind.ATTRIBUTE)), "")


_NAMES = {
    "color": "colour",
    "colour": "colour",
    "颜色": "colour",
    "size": "size",
    "尺寸": "size",
    "尺码": "size",
    "type": CATEGORY,
}


def _attribute_near(chunks: Sequence[Chunk], place: int, used: Collection[int]) -> tuple[str, int] | None:
    before = range(place - 1, max(-1, place - 1 - _REACH), -1)
    after = range(place + 1, min(len(chunks), place + 1 + _REACH))
    for reach in (before, after):
        for near in reach:
            if chunks[near].has(Cue.STOP):
                break
            if near not in used and (name := attribute_named(chunks[near])):
                return name, near
    return None


def _next_attribute(chunks: Sequence[Chunk], place: int) -> tuple[str, int] | None:
    while place < len(chunks) and chunks[place].has(Cue.FILLER, Cue.OF) and not attribute_named(chunks[place]):
        place += 1
    name = attribute_named(chunks[place]) if place < len(chunks) else ""
    return (name, place) if name else None


def _forgotten(chunks: Sequence[Chunk], place: int, lexicon: Lexicon) -> tuple[str, int] | None:
    """The attribute to forget: "forget the colour", 不要颜色限制了; "no bluetooth" turns bluetooth down instead."""
    found = _next_attribute(chunks, place + 1)
    if found is None:
        return None
    if any(meaning.count for meaning in chunks[found[1]].means(Kind.VALUE)) and not chunks[place].has(Cue.FORGET):
        return None  # 不是无线的 turns a value down
    firm = chunks[place].has(Cue.FORGET) or _limit_follows(chunks, found[1])
    return found if firm or found[0] in (PRICE, BRAND) or not lexicon.yes_no(found[0]) else None


def _limit_follows(chunks: Sequence[Chunk], place: int) -> bool:
    return bool(_limits(chunks, place))


def _limits(chunks: Sequence[Chunk], place: int) -> list[int]:
    return [near for near in range(place + 1, min(place + 3, len(chunks))) if chunks[near].text in _LIMITS]


def _value_places(chunks: Sequence[Chunk], place: int) -> list[int]:
    """The values after "forget" / "doesn't have to be"."""
    if not chunks[place].has(Cue.FORGET) or chunks[place].has(Cue.EXCEPT):
        return []
    place += 1
    while place < len(chunks) and chunks[place].has(Cue.FILLER, Cue.OF, Cue.WITH) and not chunks[place].meanings:
        place += 1
    named = place < len(chunks) and (chunks[place].means(Kind.BRAND, Kind.VALUE, Kind.ATTRIBUTE) or chunks[place].word)
    return [place] if named else []


def _values_after(chunks: Sequence[Chunk], place: int) -> list[str]:
    return [chunks[near].text for near in _value_places(chunks, place)]


def _moved(
    chunks: Sequence[Chunk], negated: Collection[int], used: Collection[int]
) -> tuple[tuple[Moved, ...], set[int]]:
    """Cheaper, dearer: what is wanted relative to what was shown."""
    moved: list[Moved] = []
    places: set[int] = set()
    allowed = any(
        chunk.has(Cue.INDIFFERENT, Cue.ALSO) or chunk.text in ("ok", "okay", "fine", "可以") for chunk in chunks
    )
    for place, chunk in enumerate(chunks):
        if place in used or place in negated:
            continue
        if chunk.has(Cue.CHEAPER) or chunk.text == "cheaper than":
            moved.append(Moved(attribute=PRICE, more=False, said=chunk.text))
        elif chunk.has(Cue.DEARER):
            moved.append(Moved(attribute=PRICE, more=True, loosens=allowed, said=chunk.text))
        else:
            continue
        places.add(place)
    return tuple(moved), places


# "A bit more expensive is ok" lifts the ceiling by this share.
DEARER_SHARE = Decimal("0.25")
_CENT = Decimal("0.01")
_BEYOND = Decimal("0.012")  # lighter means lighter by more than rounding


def lifted(constraint: Constraint) -> Constraint:
    """A ceiling lifted by DEARER_SHARE; any other wish as it is."""
    if constraint.operator is not Operator.AT_MOST or not isinstance(constraint.value, Decimal):
        return constraint
    return replace(constraint, value=constraint.value * (1 + DEARER_SHARE))


def bound_beyond(move: Moved, shown: Sequence[Product], at: datetime, turn: int) -> Constraint | None:
    """The bound beyond everything shown; None where the shown rows do not say."""
    facts = [fact for product in shown for fact in numbers_of(product, move.attribute, at)]
    if not facts:
        return None
    edge, unit = max(facts) if move.more else min(facts)
    if move.attribute == PRICE:
        value = edge + _CENT if move.more else edge - _CENT
    else:
        value = edge * (1 + _BEYOND) if move.more else edge * (1 - _BEYOND)
    operator = Operator.AT_LEAST if move.more else Operator.AT_MOST
    return Constraint(
        attribute=move.attribute, operator=operator, value=value, unit=unit or None, said=move.said, said_in=turn
    )


def numbers_of(product: Product, attribute: str, at: datetime) -> list[tuple[Decimal, str]]:
    """What a product has of an attribute at that moment, in numbers with their unit or currency."""
    if attribute == PRICE:
        price = product.price_at(at)
        return [(price.amount, price.currency)] if price else []
    return [(a.value, a.unit or "") for a in product.values(attribute) if isinstance(a.value, Decimal)]


def order_of(moved: Iterable[Moved]) -> Sort | None:
    """The order that a relative wish asks for where there is nothing to be relative to."""
    move = next(iter(moved), None)
    return Sort(attribute=move.attribute, descending=move.more, said=move.said) if move else None
