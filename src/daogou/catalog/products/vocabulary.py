"""What one shop can be asked: the catalogue's own words, and what the merchant says of the shop itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType


class AttributeKind(StrEnum):
    """What the values of an attribute are."""

    TEXT = "text"
    NUMBER = "number"
    BOOL = "bool"


@dataclass(frozen=True, kw_only=True)
class AttributeProfile:
    """One attribute over the whole catalogue.

    `values` are the text values with their product counts, most frequent first (capped by the builder);
    `unit` is the unit that its numbers are kept in; `by_type` counts the products of each product type that have it.
    """

    name: str  # canonical, as in Attribute.name
    label: str  # as the feed wrote it, for people
    kind: AttributeKind
    product_count: int
    unit: str | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    values: Mapping[str, int] = field(default_factory=dict)
    by_type: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Everything that `ask` needs to know about a catalogue, in one noun that fits in memory and in a JSON file.

    `types` maps a product type to its product count; `type_phrases` maps further surface forms, as the catalogue
    writes them, to the product types they mean (the last parts of category paths, mined phrases); `words` counts in how
    many products each word of the titles stands (lower case, Chinese cut).
    """

    types: Mapping[str, int] = field(default_factory=dict)
    type_phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    departments: Mapping[str, int] = field(default_factory=dict)  # the broadest of the merchant's own categories
    brands: Mapping[str, int] = field(default_factory=dict)
    attributes: Mapping[str, AttributeProfile] = field(default_factory=dict)
    words: Mapping[str, int] = field(default_factory=dict)
    other_names: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # no title's word -> titles' (text.dictionary)
    currency: str = ""  # the one most products are priced in
    languages: tuple[str, ...] = ("en",)  # of the texts, most frequent first
    product_count: int = 0


# What shoppers ask of any shop; a merchant may add topics with words of their own.
TOPICS = ("shipping", "returns", "payment", "warranty", "contact", "opening_hours", "location", "orders")


@dataclass(frozen=True, kw_only=True)
class ShopFact:
    """The merchant's answer on one topic, in one language or both; `words` are how shoppers ask for it."""

    answers: Mapping[str, str]  # language -> answer
    words: tuple[str, ...] = ()

    def answer(self, language: str) -> str:
        """In that language, or in the one that there is."""
        return self.answers.get(language) or next(iter(self.answers.values()), "")


@dataclass(frozen=True, kw_only=True)
class ShopFacts:
    """Every topic that the merchant speaks of."""

    by_topic: Mapping[str, ShopFact] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """How shoppers ask for each topic, as far as the merchant says."""
        return {topic: fact.words for topic, fact in self.by_topic.items() if fact.words}


NO_FACTS = ShopFacts()
