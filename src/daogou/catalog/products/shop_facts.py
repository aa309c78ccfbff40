"""What the merchant says of the shop itself, by topic: shipping, returns, payment ..."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

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
