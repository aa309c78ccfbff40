"""One request laid open: what steps 1 to 3 found, how it fits, and what speaks for the thing being sold at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from daogou.find.codes import with_codes
from daogou.find.retrieve import retrieve
from daogou.guide import CANDIDATES, Guide
from daogou.ports import Encoder
from daogou.rank.fit import Fit
from daogou.rank.kinds import KindBelief
from daogou.rank.order import order
from daogou.rank.sold import Evidence, evidence
from daogou.shop.candidate import Candidate
from daogou.shop.conversation import Session
from daogou.shop.need import ShopperNeed
from daogou.shop.product import Product
from daogou.store.memory import MemoryEvents, MemorySessions


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """A need and the candidates in the order of their fit."""

    need: ShopperNeed
    ranked: Sequence[Candidate]
    judged: Mapping[str, Fit]
    products: Mapping[str, Product]
    kinds: KindBelief
    shop_size: int

    @cached_property
    def evidence(self) -> Evidence:
        """What P(sold) is made from."""
        return evidence(self.need, self.ranked, self.products, self.kinds, self.shop_size)

    def total(self, product_id: str) -> float | None:
        """The product's fit as the formula sums it; None where it is no candidate."""
        return next((one.score("total") for one in self.ranked if one.product_id == product_id), None)


def weigh(guide: Guide, need: ShopperNeed) -> Weighed:
    """Steps 2 and 3 of the guide for this need, without the shopper's past."""
    found = with_codes(retrieve(need, index=guide.index, encoders=guide.encoders, limit=CANDIDATES), need)
    products = guide.catalogue.get([*(one.product_id for one in found.candidates), *need.like, *need.unlike])
    ranked, judged, kinds = order(
        found,
        need,
        products=products,
        popularity=guide.events.popularity(),
        at=guide.clock(),
        likelihood=guide.likelihood,
        weights=guide.weights,
    )
    return Weighed(
        need=need,
        ranked=ranked,
        judged=judged,
        products=products,
        kinds=kinds,
        shop_size=guide.index.vocabulary.product_count,
    )


def understood(guide: Guide, message: str) -> ShopperNeed:
    """The need of a first message; of several things the first."""
    return guide.understand(message, Session(session_id="")).needs[0]


class MeasuredGuide(Guide):
    """A guide whose understanding may be bent, to see what a step is worth."""

    bend: Callable[[ShopperNeed], ShopperNeed] | None = None

    def understand(self, message: str, session: Session, *, locale: str = "") -> ShopperNeed:
        """The guide's, bent."""
        need = super().understand(message, session, locale=locale)
        return self.bend(need) if self.bend else need


def aside(
    guide: Guide,
    *,
    encoders: Sequence[Encoder] | None = None,
    bend: Callable[[ShopperNeed], ShopperNeed] | None = None,
) -> MeasuredGuide:
    """The same guide with a memory of its own: what it is asked leaves no trace in the shop."""
    other = MeasuredGuide(
        catalogue=guide.catalogue,
        index=guide.index,
        encoders=guide.encoders if encoders is None else encoders,
        lexicon=guide.lexicon,
        sessions=MemorySessions(),
        events=MemoryEvents(),
        clock=guide.clock,
        shown=guide.shown,
        chooser=guide.chooser,
        reader=guide.reader,
        meant=guide.meant,
        likelihood=guide.likelihood,
        weights=guide.weights,
        facts=guide.facts,
    )
    other.bend = bend
    return other
