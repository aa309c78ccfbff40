"""The quantities of a message as constraints: on the price, on a measured property, or on the text."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from daogou.ask.lexicon import Lexicon
from daogou.ask.quantities.amounts import ONES, UNNAMED
from daogou.ask.quantities.measures import attribute_of, constraints_of, measure_of, said_attributes, size_system
from daogou.ask.quantities.quantities import Quantity, as_about, as_ceiling
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.phrases import Cue
from daogou.catalog.facts.facts import SIZE
from daogou.catalog.products.need import MEASURE, PRICE, SUITS, Alternative, Constraint, Notice, Operator, Strength
from daogou.text.stated import COUNTED

_YUAN = "CNY"
_A_PRICE = 0.2  # that a number with a noun after it is a price all the same
_PIECES = 0.3  # that a bare "at least 8" counts pieces
_COUNTS = frozenset(ONES[1:11])  # one to ten
_ITS_OWN = 0.2  # that "for 5 kg" says what the thing itself has


@dataclass(kw_only=True)
class Measured:
    """Constraints of the quantities; `places` are the chunks that named their attributes, `names` those of numbers
    that are only part of a name (iphone 7), `bare` the amounts that stand without a comparison.
    """

    constraints: list[Constraint] = field(default_factory=list)
    bare: tuple[Constraint, ...] = ()
    notices: list[Notice] = field(default_factory=list)
    places: set[int] = field(default_factory=set)
    names: set[int] = field(default_factory=set)
    alternatives: list[Alternative] = field(default_factory=list)


def measured(
    chunks: Sequence[Chunk], amounts: Sequence[Quantity], category: Sequence[str], lexicon: Lexicon, *, first: bool
) -> Measured:
    """Every quantity of a message, placed."""
    result = Measured()
    for amount in amounts:
        named, place = said_attributes(chunks, amount, result.places)
        if amount.currency and any(c.has(Cue.FOR, Cue.PRICE) for c in chunks[max(0, amount.start - 2) : amount.start]):
            named = (*named, PRICE)  # for 300 pounds
        said_names = tuple(lexicon.particular(name, category) for name in named)
        attribute = attribute_of(chunks, amount, said_names, category, lexicon)
        if not attribute and not first and _alone(chunks, amount):
            attribute = PRICE  # "make it 800": after the first message a number by itself is a budget
        if place is not None and attribute in said_names:
            result.places.add(place)
        _place(result, chunks, amount, attribute, lexicon)
    return result


def _place(result: Measured, chunks: Sequence[Chunk], amount: Quantity, attribute: str, lexicon: Lexicon) -> None:
    said = " ".join(chunk.text for chunk in chunks[amount.start : amount.end])
    if attribute == SIZE and (system := size_system(chunks, amount)) is not None:
        said = f"{chunks[system].text} {said}"
        result.places.add(system)
    if attribute == PRICE:
        priced = _priced(chunks, amount, lexicon, said)
        result.constraints += priced
        result.alternatives += _counted(amount, priced)
        result.notices += _currency(amount, lexicon)
    elif attribute == MEASURE:
        found = measure_of(chunks, amount, said)
        result.constraints += found
        result.alternatives += _otherwise(amount, found)
    elif attribute:
        result.constraints += constraints_of(amount, attribute, lexicon, said)
    else:
        result.names |= set(range(amount.start, amount.end))
    if attribute not in ("", MEASURE) and amount.exact and not amount.compared:
        stated = constraints_of(amount, attribute, lexicon, said)
        result.bare += tuple(c for c in stated if c.operator is Operator.IS)


def _otherwise(amount: Quantity, found: Sequence[Constraint]) -> list[Alternative]:
    """Other readings of a measure: at least 10 (cups) may be a price, and 8-10 years no age of who gets it."""
    if all(unit.dimension in COUNTED for unit in amount.units) and amount.compared:
        bounds = tuple(replace(bound, attribute=PRICE, unit=None, aspect="") for bound in found)
        return [Alternative(prior=_A_PRICE, instead_of=tuple(found), constraints=bounds)]
    if any(bound.aspect == SUITS for bound in found):
        plain = tuple(replace(bound, aspect="") for bound in found)
        return [Alternative(prior=_ITS_OWN, instead_of=tuple(found), constraints=plain)]
    return []


def _counted(amount: Quantity, priced: Sequence[Constraint]) -> list[Alternative]:
    """Blades, at least 8: hardly anybody asks for a price from somewhere on without naming money."""
    if amount.currency or amount.scaled or amount.low is None or amount.high is not None:
        return []
    pieces = tuple(replace(bound, attribute=MEASURE, unit="pcs") for bound in priced)
    return [Alternative(prior=_PIECES, instead_of=tuple(priced), constraints=pieces)]


def _alone(chunks: Sequence[Chunk], amount: Quantity) -> bool:
    """Whether nothing but the number is said; "which one" and "1/2" are no budgets."""
    said = "".join(chunk.text for chunk in chunks[amount.start : amount.end])
    if said in _COUNTS or any(chunk.text in "/⁄" for chunk in chunks):
        return False
    others = [chunk for place, chunk in enumerate(chunks) if not amount.start <= place < amount.end]
    return not amount.units and not any((chunk.word and chunk.text[0].isalnum()) or chunk.meanings for chunk in others)


def _priced(chunks: Sequence[Chunk], amount: Quantity, lexicon: Lexicon, said: str) -> list[Constraint]:
    """A bare price is a ceiling after a budget's word ("budget 500", "for 500 euros"), else about that much."""
    if amount.exact and not amount.compared:
        opened = chunks[max(0, amount.start - 2) : amount.start]
        budget = any(chunk.has(Cue.PRICE, Cue.FOR, Cue.WITH) for chunk in opened) or _alone(chunks, amount)
        amount = as_ceiling(amount) if budget else as_about(amount)
    found = constraints_of(amount, PRICE, lexicon, said)
    return [replace(c, strength=Strength.PREFER) for c in found] if _foreign(amount, lexicon) else found


def _foreign(amount: Quantity, lexicon: Lexicon) -> bool:
    """Whether it is in another money than the shop's: nobody knows the rate, so it can't be required."""
    kept = lexicon.vocabulary.currency
    return bool(kept) and amount.currency not in ("", UNNAMED, kept)


def _currency(amount: Quantity, lexicon: Lexicon) -> list[Notice]:
    """Told where it is not the shop's; 元 and 块 are read as the shop's."""
    kept, said = lexicon.vocabulary.currency, _YUAN if amount.currency == UNNAMED else amount.currency
    if not said or not kept or said == kept:
        return []
    return [Notice(code="currency", params={"said": said, "currency": kept})]
