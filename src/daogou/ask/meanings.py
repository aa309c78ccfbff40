"""What a phrase of the shop can mean: a kind of thing, a brand, a value, an attribute, more or less of it."""

from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """What a phrase names."""

    TYPE = auto()
    BRAND = auto()
    VALUE = auto()
    ATTRIBUTE = auto()
    MORE = auto()  # an adjective that asks for more of an attribute: big, 重
    LESS = auto()


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a phrase can mean; `values` are product types, brands or attribute values, any of them.

    `count` is how many products bear it out (0: the shop has none of it), `most` says that it is a superlative.
    """

    kind: Kind
    attribute: str = ""
    values: tuple[str, ...] = ()
    count: int = 0
    most: bool = False
    concept: str = ""  # the thesaurus' key, where it stands there
