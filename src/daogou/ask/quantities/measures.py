"""Which attribute a quantity means, and the constraints that it makes."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from daogou.ask.lexicon import Lexicon
from daogou.ask.quantities.amounts import UNNAMED
from daogou.ask.quantities.quantities import Quantity, as_said
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.phrases import Cue, Kind
from daogou.catalog.facts.facts import SIZE, SYSTEMS
from daogou.catalog.matching.measures import aspect_in, aspect_of
from daogou.catalog.products.need import MEASURE, PRICE, RATING, SUITS, Constraint, Operator
from daogou.catalog.products.vocabulary import AttributeKind, AttributeProfile
from daogou.text.stated import convert
from daogou.text.words import stem

WEIGHT = "weight"
_WHOSE = ("my", "our", "his", "her", "their", "我家", "我的", "家里")
_PEOPLE = ("age", "people")  # dimensions that things are made for
_CLAUSE = 6  # chunks
_WEIGHING = ("weigh", "weighs", "weighing", "or lighter", "or heavier")
_REACH = 3  # how many chunks away from its number an attribute's name may stand
_KEPT_BY_FEW = 0.25  # of the products of the category: a column that fewer have is no better than the row's texts
_OCTAVES = 4  # a value that is so many doublings away from the middle of a column is hardly meant for it


def said_attributes(
    chunks: Sequence[Chunk], quantity: Quantity, used: Iterable[int]
) -> tuple[tuple[str, ...], int | None]:
    """The attributes that the words beside a quantity name, and the chunk that named them."""
    taken = set(used)
    for place in range(quantity.start, quantity.end):
        names = _names(chunks[place], measured=False) if chunks[place].amount is None else ()
        if names:
            return names, place
    linked = (Cue.FILLER, Cue.OF, Cue.WITH, Cue.WANT)
    before = range(quantity.start - 1, quantity.start - 1 - _REACH, -1)
    for places, links in ((before, linked), (range(quantity.end, quantity.end + _REACH), (Cue.FILLER, Cue.OF))):
        for place in places:
            if not 0 <= place < len(chunks) or place in taken:
                break
            names = _names(chunks[place], measured=bool(quantity.units))
            if names:
                return names, place
            if not chunks[place].has(*links) or chunks[place].has(Cue.STOP):
                break  # "under 900 with touchscreen" is no number of touchscreens
    return (), None


def _names(chunk: Chunk, *, measured: bool) -> tuple[str, ...]:
    """The attributes that a chunk names; an adjective names one only beside a unit ("2 cm wide", not "5 narrow")."""
    if chunk.has(Cue.PRICE):
        return (PRICE,)
    if chunk.has(Cue.RATING):
        return (RATING,)
    if chunk.text in _WEIGHING and measured:
        return (WEIGHT,)
    if chunk.text in ("码", "号"):
        return ("size",)
    kinds = (Kind.ATTRIBUTE, Kind.MORE, Kind.LESS) if measured else (Kind.ATTRIBUTE,)
    return tuple(meaning.attribute for meaning in chunk.means(*kinds))


def attribute_of(
    chunks: Sequence[Chunk], quantity: Quantity, said: Sequence[str], category: Sequence[str], lexicon: Lexicon
) -> str:
    """The attribute that a quantity is about; MEASURE where the rows have to tell, "" where it is only part of a name.

    What was said beside it comes first, then its unit or the noun after it, and only then the price.
    """
    if quantity.currency and (not quantity.units or PRICE in said):
        return PRICE
    fitting = [name for name in said if _fits(name, quantity, lexicon)]
    if fitting:
        return max(fitting, key=lambda name: lexicon.coverage(name, category))
    if quantity.units:
        measured = _by_unit(quantity, aspect_said(chunks, quantity), category, lexicon)
        pounds = quantity.currency and (quantity.currency == lexicon.vocabulary.currency or not measured)
        return PRICE if pounds else measured or MEASURE
    noun = noun_of(chunks, quantity)
    if noun == SIZE and SIZE in lexicon.vocabulary.attributes and size_system(chunks, quantity) is not None:
        return SIZE
    if noun:
        return MEASURE
    return PRICE if quantity.compared or quantity.scaled else ""


def _by_unit(quantity: Quantity, aspect: str, category: Sequence[str], lexicon: Lexicon) -> str:
    """The column of the category's products that has such a unit, and numbers of that size; "" for none."""
    if aspect == SUITS:
        return ""
    names = {name for unit in quantity.units for name in lexicon.measured.get(unit.dimension, ())}
    kept = {
        name: _likely(name, quantity, category, lexicon)
        for name in names
        if aspect_of(name) in ("", aspect) or not aspect
    }
    best = max(kept, key=lambda name: (kept[name], name), default="")
    return best if best and kept[best] > 0 else ""


def _likely(name: str, quantity: Quantity, category: Sequence[str], lexicon: Lexicon) -> float:
    """How many products have it, how near its numbers are, and whether they are kept in the very unit that was said."""
    coverage, said = lexicon.coverage(name, category), _said_unit(quantity, lexicon.unit(name))
    value = _converted(quantity.high if quantity.low is None else quantity.low, quantity, lexicon.unit(name))
    if coverage < _KEPT_BY_FEW or said is None or value is None or name.startswith("package"):
        return 0.0
    closeness = _closeness(value, lexicon.vocabulary.attributes[name])
    return coverage * closeness * (2 if said == lexicon.unit(name) else 1)


def _closeness(value: Decimal, profile: AttributeProfile) -> float:
    """1 in the middle of a column's numbers, on a scale of doublings: 8 GB is memory, 512 GB is storage."""
    low, high = profile.minimum, profile.maximum
    if low is None or high is None or low <= 0 or value <= 0 or not low / 2 <= value <= high * 2:
        return 0.0
    middle = math.sqrt(low * high)
    return 1 / (1 + abs(math.log2(float(value) / middle)) / _OCTAVES)


def _fits(name: str, quantity: Quantity, lexicon: Lexicon) -> bool:
    """Whether numbers of that kind are kept under the name; one value may also be a text's (size 42)."""
    if name in (PRICE, RATING):
        return not quantity.units
    profile, concept = lexicon.vocabulary.attributes.get(name), lexicon.thesaurus.attributes.get(name)
    kind = profile.kind if profile else concept.kind if concept else ""
    if kind != AttributeKind.NUMBER:
        return kind == AttributeKind.TEXT and not quantity.units and quantity.exact
    unit = unit_of(name, lexicon)
    if not quantity.units:
        return name != SIZE or unit is None
    return unit is None or any(convert(Decimal(1), said.symbol, unit) is not None for said in quantity.units)


def unit_of(name: str, lexicon: Lexicon) -> str | None:
    """The unit that the numbers of an attribute are kept in."""
    profile = lexicon.vocabulary.attributes.get(name)
    concept = lexicon.thesaurus.attributes.get(name)
    return (profile.unit if profile else None) or (concept.unit if concept else None)


def _said_unit(quantity: Quantity, kept: str | None) -> str | None:
    """The spelling's unit that converts to the unit which is kept."""
    if kept is None:
        return None
    return next((u.symbol for u in quantity.units if convert(Decimal(1), u.symbol, kept) is not None), None)


def constraints_of(quantity: Quantity, attribute: str, lexicon: Lexicon, said: str) -> list[Constraint]:
    """A quantity as bounds on an attribute, in the unit that its numbers are kept in."""
    if attribute == PRICE:
        unit = None if quantity.currency in ("", UNNAMED) else quantity.currency
        return _bounds(quantity.low, quantity.high, PRICE, unit, said)
    profile = lexicon.vocabulary.attributes.get(attribute)
    if profile is not None and profile.kind is AttributeKind.TEXT and quantity.exact:
        return [_as_text(quantity, attribute, profile.values, said)]
    unit = unit_of(attribute, lexicon)
    quantity = as_said(quantity)
    low, high = (_converted(bound, quantity, unit) for bound in (quantity.low, quantity.high))
    return _bounds(low, high, attribute, unit, said)


def _converted(bound: Decimal | None, quantity: Quantity, unit: str | None) -> Decimal | None:
    said = _said_unit(quantity, unit)
    if bound is None or said is None or unit is None:
        return bound
    amount = convert(bound, said, unit)
    # Without the noise of a division: 15.5999999 is 15.6.
    return amount if amount is None else Decimal(f"{round(amount, 6).normalize():f}")


def _bounds(low: Decimal | None, high: Decimal | None, attribute: str, unit: str | None, said: str) -> list[Constraint]:
    if low is not None and low == high:
        return [Constraint(attribute=attribute, operator=Operator.IS, value=low, unit=unit, said=said)]
    bounds = ((Operator.AT_LEAST, low), (Operator.AT_MOST, high))
    return [
        Constraint(attribute=attribute, operator=operator, value=bound, unit=unit, said=said)
        for operator, bound in bounds
        if bound is not None
    ]


def _as_text(quantity: Quantity, attribute: str, values: Iterable[str], said: str) -> Constraint:
    """Sizes that the catalogue keeps as text: size 42, which may be called EU 42."""
    number = f"{quantity.low:f}"
    spelled = {
        number,
        said.replace(" ", "").casefold(),
        *([f"eu{number}"] if attribute == SIZE else []),  # a bare 42 is what Europe calls so
        *(f"{number}{unit.symbol}".casefold() for unit in quantity.units),
    }
    found = tuple(value for value in values if value.replace(" ", "").casefold() in spelled)
    return Constraint(attribute=attribute, operator=Operator.IS, value=found or (number,), said=said)


def measure_of(chunks: Sequence[Chunk], quantity: Quantity, said: str) -> list[Constraint]:
    """A quantity that no column keeps, to be read off the rows: its unit or its noun says what is compared."""
    telling = [unit.symbol for unit in quantity.units if unit.dimension != "count"]  # 60包 is bags before pieces
    unit = (telling or ["pcs"])[0] if quantity.units else noun_of(chunks, quantity)
    quantity = as_said(quantity)
    aspect = aspect_said(chunks, quantity)
    return [replace(bound, aspect=aspect) for bound in _bounds(quantity.low, quantity.high, MEASURE, unit, said)]


def noun_of(chunks: Sequence[Chunk], quantity: Quantity) -> str:
    """The stem of the noun that a bare number counts, or the word that it is a size of; "" for none."""
    if quantity.units or quantity.currency:
        return ""
    if _sized(chunks, quantity):
        return SIZE
    noun = chunks[quantity.end] if quantity.end < len(chunks) else None
    if noun is None or not quantity.compared or noun.cues or noun.amount is not None:
        return ""
    if not noun.text[0].isalpha() or not noun.text.isascii() or stem(noun.text) == noun.text:
        return ""  # no plural
    asked = noun.means(Kind.TYPE) and not any(c.means(Kind.TYPE) for c in chunks if c is not noun)
    return "" if asked else stem(noun.text)  # "under 50 headphones" asks for headphones


def noun_places(chunks: Sequence[Chunk], amounts: Sequence[Quantity]) -> set[int]:
    """The places of the nouns that are counted: 3 trays asks for no tray."""
    return {amount.end for amount in amounts if noun_of(chunks, amount) not in ("", SIZE)}


def _sized(chunks: Sequence[Chunk], quantity: Quantity) -> bool:
    """Size 43, in 43, EU 43."""
    before = chunks[quantity.start - 1].text if quantity.start else ""
    after = chunks[quantity.end].text if quantity.end < len(chunks) else ""
    return (
        quantity.exact
        and not quantity.compared
        and (before in ("in", "size", "eu", "uk", "fr", "尺码", "码数") or after == "码")
    )


def size_system(chunks: Sequence[Chunk], quantity: Quantity) -> int | None:
    """The place of what says whose size it is: 9 US, UK size 8."""
    beside = (quantity.end, quantity.start - 1, quantity.start - 2)
    return next((place for place in beside if 0 <= place < len(chunks) and chunks[place].text in SYSTEMS), None)


def aspect_said(chunks: Sequence[Chunk], quantity: Quantity) -> str:
    """What of the thing is measured; SUITS for what it must do for; "" where nothing tells."""
    near = [chunk.text for chunk in _clause(chunks, quantity.start)]
    following = [chunk.text for chunk in chunks[quantity.end : quantity.end + 2]]
    compared = [chunk.text for chunk in chunks[quantity.start : quantity.end] if chunk.amount is None]
    told = aspect_in(" ".join([*near[-_CLAUSE // 2 :], *compared]), " ".join(following))
    if told and told != SUITS:
        return told
    if any(unit.dimension in _PEOPLE for unit in quantity.units):
        return SUITS
    served = quantity.exact and _serves(chunks, quantity)
    return SUITS if served else ""


def _serves(chunks: Sequence[Chunk], quantity: Quantity) -> bool:
    """For 600 square metres, for a cat of 5 kg, my 20 kg dog, 20公斤的狗用的."""
    before = _clause(chunks, quantity.start)[-_CLAUSE:]
    after = chunks[quantity.end : quantity.end + _CLAUSE // 2 + 1]
    return any(c.has(Cue.FOR) or c.text in _WHOSE for c in before) or any(c.has(Cue.FOR_AFTER) for c in after)


def _clause(chunks: Sequence[Chunk], end: int) -> Sequence[Chunk]:
    """The chunks of the same clause before a place."""
    start = end
    while start > 0 and not (chunks[start - 1].has(Cue.STOP) or chunks[start - 1].amount):
        start -= 1
    return chunks[start:end]
