"""What the recommender knows, kept in step with the products and with what was learnt last."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import numpy as np

from daogou.catalog.products.product import Availability, Product
from daogou.db.durable import Versions
from daogou.errors import ShopError
from daogou.index.live import Refresher
from daogou.ports import Catalogue, EventLog, SearchIndex
from daogou.recommend.artifact import Knowledge, Learned, load
from daogou.recommend.history import ItemTable, Rows
from daogou.recommend.mixture import Mixture, Newcomers, untrained, widened
from daogou.recommend.models.items import Vectors
from daogou.recommend.models.tastes import Taste, traits_of

_log = logging.getLogger(__name__)
RECOMMENDER = "recommender"  # folder in the shop's
View: TypeAlias = Callable[[], tuple[SearchIndex, Sequence[str]]]  # the newest index, and its encoders' names


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What the recommender reads."""

    catalogue: Catalogue
    events: EventLog
    view: View
    versions: Versions
    clock: Callable[[], datetime]


class KnowledgeKeeper:
    """`knowledge()` answers at once: where something changed, from what was known, while the new is being read."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._lock = threading.Lock()
        self._known: Knowledge | None = None
        self._key: object = None
        self.problem = ""  # why what was learnt last could not be read; what was known before answers meanwhile
        self._refresher = Refresher(self.renew)

    def knowledge(self) -> Knowledge:
        """What is known; read at the first call."""
        if self._known is None:
            self.renew()
        elif self._key != self._now():
            self._refresher.wake()
        assert self._known is not None
        return self._known

    def renew(self) -> None:
        """Read what changed, and wait for it."""
        with self._lock:
            key = self._now()
            if key != self._key:
                number, learned = self._learned()
                if not self.problem or self._known is None:
                    self._known = knowledge_of(self._sources, learned, number)
                self._key = key

    def close(self) -> None:
        """Stop reading."""
        self._refresher.close()

    def _now(self) -> object:
        return (self._sources.versions.stamp(), id(self._sources.view()[0]))

    def _learned(self) -> tuple[int, Learned | None]:
        try:
            number = self._sources.versions.number()
            self.problem = ""
            return (0, None) if number is None else (number, load(self._sources.versions.path(number)))
        except ShopError as error:
            self.problem = str(error)
            _log.warning("what was learnt last could not be read: %s", error)
            return 0, None


def knowledge_of(sources: Sources, learned: Learned | None, number: int) -> Knowledge:
    """The products as they are now, with what was learnt of them."""
    products = {product.id: product for product in sources.catalogue.products()}
    known = learned.table.ids if learned is not None else ()
    further = [product_id for product_id in products if learned is None or product_id not in learned.table.rows]
    table = ItemTable([*known, *further])
    index, encoders = sources.view()
    rows = [products.get(product_id) for product_id in table.ids]
    if learned is None:
        there, counts = list(products.values()), sources.events.popularity()
        popularity = np.array([counts.get(product_id, 0.0) for product_id in table.ids], dtype=np.float32)
        vectors = [vectors_of(index, name, table.ids) for name in encoders]
        traits = traits_of(there, sources.clock())
        mixture = untrained(popularity, [product.product_type for product in there], traits, vectors)
    else:
        mixture = _with_further(learned, [products[product_id] for product_id in further], table, sources)
    return Knowledge(
        table=table,
        mixture=mixture,
        counts=learned.counts if learned is not None else None,
        sellable=np.array([one and one.availability is not Availability.OUT_OF_STOCK for one in rows], dtype=np.bool_),
        kinds=_numbers([product.product_type if product else "" for product in rows]),
        brands=_numbers([product.brand.casefold() if product else "" for product in rows]),
        version=number,
    )


def vectors_of(index: SearchIndex, encoder: str, ids: Sequence[str]) -> Vectors:
    """(len(ids), dimensions) what the index holds; zeros for a product that it does not show."""
    found = index.vectors(encoder, ids)
    dimensions = len(next(iter(found.values()))) if found else 1
    vectors = np.zeros((len(ids), dimensions), dtype=np.float32)
    for row, product_id in enumerate(ids):
        if product_id in found:
            vectors[row] = found[product_id]
    return vectors


def _with_further(learned: Learned, further: Sequence[Product], table: ItemTable, sources: Sources) -> Mixture:
    if not further:
        return learned.mixture
    index, encoders = sources.view()
    tastes = [model for model in learned.mixture.models if isinstance(model, Taste)]
    newcomers = Newcomers(
        kinds=[product.product_type for product in further],
        traits=traits_of(further, sources.clock(), like=tastes[0].traits) if tastes else None,
        vectors={name: vectors_of(index, name, table.ids) for name in encoders},
    )
    return widened(learned.mixture, newcomers)


def _numbers(names: Sequence[str]) -> Rows:
    """(n,) one number for each name; -1 for none."""
    numbers = {name: number for number, name in enumerate(sorted({name for name in names if name}))}
    return np.array([numbers.get(name, -1) for name in names], dtype=np.int32)
