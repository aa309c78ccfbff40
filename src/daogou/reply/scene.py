"""Everything that one answer is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from daogou.reply.phrases import Phrases
from daogou.shop.candidate import Retrieval
from daogou.shop.conversation import Session
from daogou.shop.need import ShopperNeed
from daogou.shop.product import Product


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One turn as the writers see it; `shortlist` has passed the vetoes, best first."""

    shortlist: tuple[Product, ...]
    need: ShopperNeed
    session: Session
    retrieval: Retrieval
    products: Mapping[str, Product]
    at: datetime
    limit: int
    phrases: Phrases

    @property
    def language(self) -> str:
        """The language to answer in."""
        return self.phrases.language

    @property
    def shown(self) -> tuple[Product, ...]:
        """The products that this answer can show."""
        return self.shortlist[: self.limit]
