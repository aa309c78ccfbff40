"""Steps 2 and 3 for one need: which products could answer, how well each fits, and which are shown."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from daogou.catalog.products.candidate import Candidate, Found, Retrieval
from daogou.catalog.products.conversation import Session, Turn
from daogou.catalog.products.need import ShopperNeed
from daogou.catalog.products.product import Product
from daogou.catalog.products.turn import list_views
from daogou.find.retrieve import CANDIDATES, retrieve, variants, with_variants
from daogou.ports import Catalogue, Encoder, EventLog, SearchIndex
from daogou.rank.fit import Fit
from daogou.rank.kinds import STANDARD, KindBelief, Weights
from daogou.rank.likelihood import SILENT, Silent
from daogou.rank.order import order, ranked_by
from daogou.rank.shelf import shelve
from daogou.recommend.recommender import Customer


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """The candidates in the order of their fit, with the rows they read and those that the need names."""

    need: ShopperNeed
    found: Found
    products: Mapping[str, Product]
    ranked: Sequence[Candidate]
    judged: Mapping[str, Fit]
    kinds: KindBelief


@dataclass(frozen=True, kw_only=True)
class SearchEngine:
    """Proposes products by words and vectors, and decides by their rows."""

    catalogue: Catalogue
    index: SearchIndex
    encoders: Sequence[Encoder]
    events: EventLog
    likelihood: Silent = SILENT  # a language model's voice in the order
    weights: Weights = STANDARD  # of fit: those of every shop, or what this one learnt

    def order(
        self,
        need: ShopperNeed,
        *,
        at: datetime,
        customer: Customer | None = None,
        limit: int = CANDIDATES,
        without: Collection[str] = (),
    ) -> Ordered:
        """Every candidate but those `without`, the best fitting first; without a customer the same for everybody."""
        found = retrieve(need, index=self.index, encoders=self.encoders, limit=limit, without=without)
        products = self.catalogue.get([*found.ids, *need.refers_to, *need.like, *need.unlike])
        ranked, judged, kinds = order(
            found,
            need,
            products=products,
            popularity=self.events.popularity(),
            at=at,
            likelihood=self.likelihood,
            behaviour=customer.lifts(found.ids) if customer else {},
            weights=self.weights,
        )
        return Ordered(need=need, found=found, products=products, ranked=ranked, judged=judged, kinds=kinds)

    def shortlist(
        self,
        need: ShopperNeed,
        *,
        at: datetime,
        customer: Customer,
        limit: int = CANDIDATES,
        without: Collection[str] = (),
    ) -> tuple[Retrieval, Mapping[str, Product]]:
        """What of the order is shown, in the reading of the need as it stands."""
        ordered = self.order(need, at=at, customer=customer, limit=limit, without=without)
        retrieval = shelve(
            ordered.ranked,
            need,
            judged=ordered.judged,
            kinds=ordered.kinds,
            products=ordered.products,
            popularity=self.events.popularity(),
            index=self.index,
            at=at,
        )
        return retrieval, ordered.products

    def variants(self, products: Iterable[Product]) -> Mapping[str, tuple[Product, ...]]:
        """Item group id -> its products, for those groups of these products that have several."""
        return variants(products, index=self.index, catalogue=self.catalogue)

    def with_variants(self, product_ids: Collection[str]) -> frozenset[str]:
        """These products and every other size and colour of each."""
        return with_variants(product_ids, index=self.index, catalogue=self.catalogue)

    def log(self, turn: Turn, session: Session) -> None:
        """What was shown becomes an event like any other."""
        self.events.append(list_views(turn, session))

    def ranked_by(self, retrieval: Retrieval, need: ShopperNeed) -> str:
        """Who gave the order."""
        return ranked_by(retrieval.candidates, need, self.likelihood, self.weights)
