"""What the shopper asks for, as far as it was understood."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias


class Asks(StrEnum):
    """What is asked of the shop."""

    RANGE = "range"  # what do you sell?
    BRANDS = "brands"  # which brands of tea do you carry?
    COUNT = "count"  # how many laptops do you have?
    PRICES = "prices"  # what do drills cost here?
    DEAREST = "dearest"  # the most expensive thing in the shop
    CHEAPEST = "cheapest"
    SERVICE = "service"  # shipping, returns, payment: no row knows it


@dataclass(frozen=True, kw_only=True)
class ShopQuestion:
    """What is asked, and of which kind of thing or on which topic."""

    asks: Asks
    thing: str = ""  # the kind of thing in the shopper's words; "": everything that the shop has
    topic: str = ""  # for SERVICE: shipping, returns ..., or one of the merchant's own; "": none that is known


class Outcome(StrEnum):
    """What a row says of a wish. Silence is not refusal: unknown is never broken."""

    MET = "met"
    NEAR = "near"  # not quite, or only possibly: 3000-3999 mAh for 3500
    UNKNOWN = "unknown"  # the row does not say
    BROKEN = "broken"


_BEST_FIRST = (Outcome.MET, Outcome.NEAR, Outcome.BROKEN, Outcome.UNKNOWN)


def best(outcomes: Iterable[Outcome]) -> Outcome:
    """The best of several statements of one row; silence only where all are silent."""
    return min(outcomes, key=_BEST_FIRST.index, default=Outcome.UNKNOWN)


class Sold(StrEnum):
    """Every answer carries one, and its text agrees."""

    FOUND = "found"  # here it is
    CLOSEST = "closest"  # the closest that there is; no claim either way
    NOT_SOLD = "not_sold"  # this shop has no such thing
    OTHER = "other"  # the answer is about something else: a comparison, thanks, a question about the shop


# What a constraint compares with; a tuple of texts means "any of these".
ConstraintValue: TypeAlias = str | Decimal | bool | tuple[str, ...]

# Attributes that every product has, beside the names of its own attributes.
PRICE = "price"
BRAND = "brand"
CATEGORY = "category"  # the product type
AVAILABILITY = "availability"
CONDITION = "condition"
RATING = "rating"
ON_SALE = "on_sale"  # whether less is asked than the regular price
TEXT = "text"  # a word that stands (or must not stand) in title, highlights, attributes or description
MEASURE = "measure"  # an amount of something that no column is known to keep: 60 bags, 30 m, 10 cups; read off the row
SUITS = "suits"  # the aspect of what a thing must do for: 600 m², a cat of 5 kg, a child of 3
FITS = "fits"  # what it has to fit, go with or be made for: "fluval 107"; read off the row (see fitting)
MODEL = "model"  # what it has to be: "iphone 12"; read off the row (see fitting)
PART = "part"  # the aspect of a FITS wish that may as well name the part itself: HP 61 ink
READ_OFF_ROWS = (FITS, MODEL, MEASURE)  # no index knows them


class Operator(StrEnum):
    """How a value is compared."""

    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class Strength(StrEnum):
    """A must that no shown product meets is told as given up; a preference only moves the order (rank/fit says what is firm)."""

    MUST = "must"
    PREFER = "prefer"


class Act(StrEnum):
    """What the shopper is doing with this message (after the U-NEED pre-sales acts)."""

    FIND = "find"  # a new need
    REFINE = "refine"  # adds to, changes or relaxes the need of earlier turns
    MORE = "more"  # further products for the same need
    COMPARE = "compare"  # of shown products
    ASK = "ask"  # about a shown product
    EXPLAIN = "explain"  # why these?
    SHOP = "shop"  # about the shop itself: what it sells, how it ships
    GREET = "greet"
    THANK = "thank"
    RESET = "reset"  # forget everything
    OTHER = "other"  # nothing that a shop can answer


@dataclass(frozen=True, kw_only=True)
class Constraint:
    """One thing that the shopper asked of the products.

    `attribute` is PRICE, BRAND, CATEGORY, ... or an attribute's canonical name. Numbers are Decimal in `unit`
    (for PRICE an ISO 4217 code, or None when the shopper named no currency). `said` keeps the shopper's words.
    """

    attribute: str
    operator: Operator
    value: ConstraintValue
    unit: str | None = None
    strength: Strength = Strength.MUST
    said_in: int = 0  # the turn, from 0
    said: str = ""
    aspect: str = ""  # what of the thing a number measures: height, weight, capacity, or SUITS; "" for any
    kinds: tuple[str, ...] = ()  # of TEXT: what is a kind of the thing named: hazelnuts, of nuts
    absent: tuple[str, ...] = ()  # of TEXT: words that say that the thing is not in it: decaf, of caffeine

    @property
    def texts(self) -> tuple[str, ...]:
        """The value as texts, one or several."""
        return self.value if isinstance(self.value, tuple) else (str(self.value),)


@dataclass(frozen=True, kw_only=True)
class Sort:
    """An order the shopper asked for: cheapest is price ascending, lightest is weight ascending."""

    attribute: str
    descending: bool = False
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something the shopper should know: what was corrected or not understood.

    `code` is stable ("corrected", "unknown_value", "currency"); `params` are rendered
    by reply/ in the shopper's language.
    """

    code: str
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """Another way to read the message: what it would ask for instead, and how likely it is that this was meant.

    `instead_of` are constraints of the need, `constraints` what stands in their place. The catalogue decides which
    holds (rank/fit): the readings are summed, each with its prior.
    """

    prior: float  # 0 to 1; the need itself has what is left
    instead_of: tuple[Constraint, ...] = ()
    constraints: tuple[Constraint, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Code:
    """A number that a message names (an id, a part number, a barcode), and the products that it means: none where
    nothing here has it.
    """

    said: str  # as typed
    product_ids: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()  # their product types
    whole: bool = True  # their whole number; else a part of it
    alone: bool = False  # nothing else is said


@dataclass(frozen=True, kw_only=True)
class ShopperNeed:
    """The whole need after this message, earlier turns included."""

    query: str = ""  # what to search for, in the shopper's words, without the constraints' words and politeness
    typed: str = ""  # the messages that it came about by, as typed; empty where a part of one asks for it
    bare: bool = False  # nothing but names and their words: a title or keywords, no sentence
    language: str = "en"  # "en" or "zh": the language to answer in
    act: Act = Act.FIND
    category: tuple[str, ...] = ()  # product types, any of them; empty: not said or not recognised
    constraints: tuple[Constraint, ...] = ()
    sort: Sort | None = None
    purpose: str = ""  # "gaming", "露营": a soft wish
    recipient: str = ""  # "my mother", "女朋友": a soft wish
    like: tuple[str, ...] = ()  # ids of products that the answer should resemble
    unlike: tuple[str, ...] = ()  # ids of products that the shopper turned down
    refers_to: tuple[str, ...] = ()  # ids of shown products that this message speaks of
    codes: tuple[Code, ...] = ()  # numbers of products that this message asks for
    about: str = ""  # for ASK: the attribute asked about
    picked: Sort | None = None  # for ASK: the order by which one of the shown products was chosen
    in_unit: str = ""  # for ASK: the unit that the answer is wanted in
    shop: ShopQuestion | None = None  # for SHOP: what is asked
    alternatives: tuple[Alternative, ...] = ()  # other readings of the same words, the likeliest first
    unknown: tuple[str, ...] = ()  # attributes worth asking about
    thing: str = ""  # the noun that was asked for, in the shopper's words
    names: tuple[str, ...] = ()  # all names of that thing, in both languages
    unsold: tuple[str, ...] = ()  # things asked for that no word of the shop names; one doubt among others (rank/sold)
    notices: tuple[Notice, ...] = ()
    said: str = ""  # what the thing was called, where one of several was asked for
    others: tuple["ShopperNeed", ...] = ()  # further things of the same message
    read_by: str = "rules"  # who read this message, and why a language model that was to did not

    @property
    def needs(self) -> tuple["ShopperNeed", ...]:
        """Everything that one message asked for: this and the others."""
        return (replace(self, others=()), *self.others)

    def read_as(self, other: Alternative) -> "ShopperNeed":
        """The same words in another reading; what is read now becomes the other one."""
        kept = tuple(c for c in self.constraints if c not in other.instead_of)
        back = Alternative(prior=other.prior, instead_of=other.constraints, constraints=other.instead_of)
        rest = tuple(back if one is other else one for one in self.alternatives)
        return replace(self, constraints=(*kept, *other.constraints), alternatives=rest)

    @property
    def musts(self) -> tuple[Constraint, ...]:
        """The constraints that an answer meets, or tells that it does not."""
        return tuple(c for c in self.constraints if c.strength is Strength.MUST)

    @property
    def wishes(self) -> tuple[Constraint, ...]:
        """The constraints that only move the order."""
        return tuple(c for c in self.constraints if c.strength is Strength.PREFER)


def kind_of(need: ShopperNeed) -> tuple[Constraint, ...]:
    """The kind that was understood as a constraint; empty where none was."""
    return (Constraint(attribute=CATEGORY, operator=Operator.IS, value=need.category),) if need.category else ()


def indexed(must: Constraint) -> bool:
    """Whether an index can tell who meets it; models, what a thing fits, amounts in texts and refusals are read off the rows."""
    return must.attribute not in READ_OFF_ROWS and not (must.attribute == TEXT and must.operator is Operator.IS_NOT)
