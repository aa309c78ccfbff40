"""Which attribute a quantity means, and the constraints that it makes."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from daogou.ask.amounts import UNNAMED
from daogou.ask.chunks import Chunk
from daogou.ask.cues import Cue
from daogou.ask.lexicon import Lexicon
from daogou.ask.meanings import Kind
from daogou.ask.quantities import Quantity, as_about_size
from daogou.shop.need import PRICE, RATING, TEXT, Constraint, Operator
from daogou.shop.vocabulary import AttributeKind
from daogou.text.units import convert

SCREEN_SIZE = "screen_size"
WEIGHT = "weight"
_WEIGHING = ("weigh", "weighs", "weighing", "or lighter", "or heavier")
# What a thing takes is not what it is: a machine that takes 8 kg does not weigh that.
_TAKING = (
    "take",
    "takes",
    "taking",
    "hold",
    "holds",
    "holding",
    "carry",
    "carries",
    "wash",
    "washes",
    "能装",
    "能洗",
    "能放",
    "可装",
    "承重",
    "能承重",
)
# People round: a 15 inch screen is one of 14.5 to 15.9 inches.
_SCREEN_BELOW, _SCREEN_ABOVE = Decimal("0.5"), Decimal("0.9")
_ABOUT_SIZE = Decimal("0.05")  # "about 2 m" is 2 m give or take this share
_STORAGE_FROM_GB = 100  # nobody asks for 128 GB of memory without saying memory
_REACH = 3  # how many chunks away from its number an attribute's name may stand


def said_attributes(
    chunks: Sequence[Chunk], quantity: Quantity, used: Iterable[int]
) -> tuple[tuple[str, ...], int | None]:
    """The attributes that the words beside a quantity name, and the chunk that named them."""
    taken = set(used)
    for place in range(quantity.start, quantity.end):
        names = _names(chunks[place], measured=False) if chunks[place].amount is None else ()
        if names:
            return names, place
    for places in (
        range(quantity.start - 1, quantity.start - 1 - _REACH, -1),
        range(quantity.end, quantity.end + _REACH),
    ):
        for place in places:
            if not 0 <= place < len(chunks) or place in taken:
                break
            names = _names(chunks[place], measured=bool(quantity.units))
            if names:
                return names, place
            if not chunks[place].has(Cue.FILLER, Cue.OF, Cue.WITH, Cue.WANT) or chunks[place].has(Cue.STOP):
                break
    return (), None


def takes(chunks: Sequence[Chunk], quantity: Quantity) -> bool:
    """Whether a quantity is said to be taken or held: a machine that takes 8 kg."""
    return any(chunk.text in _TAKING for chunk in chunks[max(0, quantity.start - 2) : quantity.start])


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
    quantity: Quantity, said: Sequence[str], category: Sequence[str], lexicon: Lexicon, *, taken: bool = False
) -> str:
    """The attribute that a quantity is about; "" where it can't be told.

    What was said beside it comes first, then what the products of the category have in such a unit and of such a size.
    `taken` says that it is what the thing takes or holds, and not what it weighs itself.
    """
    if quantity.currency and (not quantity.units or PRICE in said):
        return PRICE
    fitting = [name for name in said if _fits(name, quantity, lexicon)]
    if fitting:
        return max(fitting, key=lambda name: lexicon.coverage(name, category))
    if not quantity.units:
        return PRICE if quantity.compared or quantity.scaled else ""
    if quantity.currency in (lexicon.vocabulary.currency, ""):
        return PRICE if quantity.currency else _by_unit(quantity, category, lexicon, taken=taken)
    measured = _by_unit(quantity, category, lexicon)  # pounds in a shop that asks for another money
    return measured if measured and _plausible(quantity, measured, lexicon) else PRICE


def _by_unit(quantity: Quantity, category: Sequence[str], lexicon: Lexicon, *, taken: bool = False) -> str:
    """What the products of the category have in such a unit and of such a size; "" for nothing."""
    dimensions = {unit.dimension for unit in quantity.units}
    names = [name for dimension in dimensions for name in lexicon.measured.get(dimension, ())]
    names = [name for name in names if not (taken and name.endswith(WEIGHT))]
    scores = {name: _score(name, quantity, category, lexicon) for name in names}
    best = max(scores, key=lambda name: (scores[name], name), default="")
    return best if best and scores[best] > 0 else ""


def _plausible(quantity: Quantity, name: str, lexicon: Lexicon) -> bool:
    """Whether any product of the shop has about that much: no laptop weighs 300 pounds."""
    profile, unit = lexicon.vocabulary.attributes[name], unit_of(name, lexicon)
    value = _converted(quantity.high if quantity.low is None else quantity.low, quantity, unit)
    if value is None or profile.minimum is None or profile.maximum is None:
        return False
    return profile.minimum / 2 <= value <= profile.maximum


def _fits(name: str, quantity: Quantity, lexicon: Lexicon) -> bool:
    if not quantity.units or name in (PRICE, RATING):
        return not quantity.units
    profile = lexicon.vocabulary.attributes.get(name)
    if profile is not None and profile.kind is not AttributeKind.NUMBER:
        return False
    unit = unit_of(name, lexicon)
    return unit is None or any(convert(Decimal(1), said.symbol, unit) is not None for said in quantity.units)


def unit_of(name: str, lexicon: Lexicon) -> str | None:
    """The unit that the numbers of an attribute are kept in."""
    profile = lexicon.vocabulary.attributes.get(name)
    concept = lexicon.thesaurus.attributes.get(name)
    return (profile.unit if profile else None) or (concept.unit if concept else None)


def _score(name: str, quantity: Quantity, category: Sequence[str], lexicon: Lexicon) -> float:
    """How likely a quantity is about an attribute, from its unit, its size and how many products have it."""
    profile = lexicon.vocabulary.attributes[name]
    value = quantity.low if quantity.low is not None else quantity.high
    kept = lexicon.unit(name)
    said = _said_unit(quantity, kept)
    if profile.kind is not AttributeKind.NUMBER or not kept or said is None or value is None:
        return 0.0
    amount = convert(value, said, kept)
    coverage = lexicon.coverage(name, category)
    if amount is None or coverage == 0:
        return 0.0
    score = coverage - 0.5 * name.startswith("package")  # people speak of the thing, not of its box
    concept = lexicon.thesaurus.attributes.get(name)
    if concept is not None:
        score += 0.2 + 0.5 * (concept.unit == said)
    if profile.minimum is not None and profile.maximum is not None:
        within = profile.minimum / 2 <= amount <= profile.maximum * 2
        score += (0.7 if name == SCREEN_SIZE else 0.3) * within  # the size of a screen is its diagonal
    return score + _data_leaning(name, amount, kept)


def _data_leaning(name: str, amount: Decimal, unit: str) -> float:
    """8 GB is memory and 512 GB is storage where a product has both."""
    gigabytes = convert(amount, unit, "GB")
    if gigabytes is None or name not in ("memory", "storage"):
        return 0.0
    return 0.5 if (gigabytes >= _STORAGE_FROM_GB) == (name == "storage") else 0.0


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
    if quantity.about:
        quantity = as_about_size(quantity, Decimal(0) if attribute == SCREEN_SIZE else _ABOUT_SIZE)
    low, high = (_converted(bound, quantity, unit) for bound in (quantity.low, quantity.high))
    if attribute == SCREEN_SIZE and quantity.about and not _rounded(quantity):
        return _bounds(_less(low, _SCREEN_BELOW), _less(high, -_SCREEN_BELOW), attribute, unit, said)
    if attribute == SCREEN_SIZE and quantity.exact and _rounded(quantity):
        low = _converted((quantity.low or Decimal(0)) - _SCREEN_BELOW, quantity, unit)
        high = _converted((quantity.high or Decimal(0)) + _SCREEN_ABOVE, quantity, unit)
    return _bounds(low, high, attribute, unit, said)


def _less(bound: Decimal | None, amount: Decimal) -> Decimal | None:
    return None if bound is None else bound - amount


def _rounded(quantity: Quantity) -> bool:
    inches = any(unit.symbol == "in" for unit in quantity.units) or not quantity.units
    return inches and quantity.low is not None and quantity.low == quantity.low.to_integral_value()


def _converted(bound: Decimal | None, quantity: Quantity, unit: str | None) -> Decimal | None:
    said = _said_unit(quantity, unit)
    if bound is None or said is None or unit is None:
        return bound
    amount = convert(bound, said, unit)
    return amount if amount is None else _tidy(amount)


def _tidy(amount: Decimal) -> Decimal:
    """Without the noise of a division: 15.5999999 is 15.6."""
    rounded = round(amount, 6).normalize()
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


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
    """Sizes that the catalogue keeps as text: size 42."""
    number = f"{quantity.low:f}"
    spelled = {
        number,
        said.replace(" ", "").casefold(),
        *(f"{number}{unit.symbol}".casefold() for unit in quantity.units),
    }
    found = tuple(value for value in values if value.replace(" ", "").casefold() in spelled)
    return Constraint(attribute=attribute, operator=Operator.IS, value=found or (number,), said=said)


def spelled_out(quantity: Quantity, said: str) -> Constraint:
    """A quantity that no attribute keeps, as it may stand in a text: 50ml, 50 ml, 50毫升."""
    number = f"{quantity.low:f}"
    names = dict.fromkeys(name for unit in quantity.units for name in unit.names)
    forms = tuple(form for name in names for form in (f"{number}{name}", f"{number} {name}"))
    return Constraint(attribute=TEXT, operator=Operator.IS, value=forms, said=said)
