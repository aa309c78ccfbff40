"""A feed's products into a shop: stored chunk by chunk, then typed, counted, encoded, indexed, and changed over to."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from daogou.catalog.kinds.product_types import TypeModel
from daogou.catalog.products.product import Product
from daogou.db.catalogue import PRODUCTS_PER_TRANSACTION, SqlCatalogue
from daogou.db.database import chunks
from daogou.db.durable import writer_lock
from daogou.index.ahead import Ahead
from daogou.index.building import Artefacts, EncoderMaker, build_index, remembering
from daogou.index.documents import encoded_text
from daogou.index.manifest import Manifest
from daogou.index.vocabulary import build_vocabulary
from daogou.ports import Encoder
from daogou.progress import Progress, counted, silent

INDEX = "index"  # the index's folder inside the shop's
TYPES = "types.json"
LEARNED_FROM = (
    60_000  # products, evenly from the whole catalogue: they are in memory at once, and more teach nothing new
)

Enrich = Callable[[Product], Product]
Acknowledged = Callable[[Sequence[str]], None]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a load did."""

    read: int
    changed: int  # of those read: new, or other than before
    withdrawn: int
    spared: int  # that `replace` would have withdrawn, had `may_withdraw` agreed
    manifest: Manifest
    seconds: Mapping[str, float]  # by step


def load(
    products: Iterable[Product],
    *,
    shop: Path,
    catalogue: SqlCatalogue,
    enrich: Enrich,
    encoders: Mapping[str, EncoderMaker],
    ready: Sequence[Encoder] = (),
    replace: bool = False,
    complete: Callable[[], bool] = lambda: True,
    may_withdraw: Callable[[int, int], bool] = lambda lacking, there: True,
    hidden: Callable[[], Set[str]] = frozenset,
    progress: Progress = silent,
    acknowledged: Acknowledged = lambda product_ids: None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Loaded:
    """Store the products and build the index; with `replace`, withdraw what was not among them.

    The `ready` encoders, which learn nothing from the catalogue, begin in the background while products are still
    being read; `encoders` says how to make those that learn. Ids are acknowledged once their products are on the disk. Nothing is withdrawn unless the products were read to
    their end, `complete`, asked then, says that none of them got lost on the way, and `may_withdraw` agrees to (how many, of how many); but what is
    `hidden` by then always is. ShopError when another process is loading into the same shop.
    """
    watch = _Watch()
    with writer_lock(shop), ExitStack() as background:
        ahead = [background.enter_context(Ahead(remembering(shop / INDEX, encoder))) for encoder in ready]
        before = catalogue.version
        read = _store(products, catalogue, enrich, ahead, progress, acknowledged)
        there = catalogue.ids()
        lacking = there - read if replace and complete() else set()
        spared = 0 if may_withdraw(len(lacking), len(there)) else len(lacking)
        gone = there & hidden() - read | (set() if spared else lacking)
        withdrawn = catalogue.withdraw(gone) if gone else 0
        changed = len(catalogue.changes_since(before).changed)
        watch.lap("products")
        types = type_products(catalogue, progress)
        watch.lap("types")
        vocabulary = build_vocabulary(counted(catalogue.products(), "vocabulary", len(catalogue), progress))
        watch.lap("vocabulary")
        manifest = build_index(
            shop / INDEX,
            catalogue=catalogue,
            encoders={encoder.name: partial(_made, encoder) for encoder in ahead} | dict(encoders),
            artefacts=Artefacts(vocabulary=vocabulary, files={TYPES: types.to_json()}),
            progress=progress,
            clock=clock,
        )
        watch.lap("index")
    return Loaded(
        read=len(read), changed=changed, withdrawn=withdrawn, spared=spared, manifest=manifest, seconds=watch.seconds
    )


def type_products(catalogue: SqlCatalogue, progress: Progress = silent) -> TypeModel:
    """Learn what kinds of things the catalogue holds, and set every product's type."""
    total = len(catalogue)
    every = -(-total // LEARNED_FROM) or 1
    given = counted(catalogue.products(as_given=True), "types", 2 * total, progress)
    model = TypeModel.learn(islice(given, None, None, every))
    for some in chunks(catalogue.products(as_given=True), 8 * PRODUCTS_PER_TRANSACTION):
        catalogue.set_types({product.id: model.type_of(product) for product in some})
    progress("types", 2 * total, 2 * total)
    return model


def _store(
    products: Iterable[Product],
    catalogue: SqlCatalogue,
    enrich: Enrich,
    ahead: Sequence[Ahead],
    progress: Progress,
    acknowledged: Acknowledged,
) -> set[str]:
    """The ids that were read, all of them on the disk."""
    read: set[str] = set()
    for some in chunks(products, PRODUCTS_PER_TRANSACTION):
        catalogue.upsert(map(enrich, some))
        for encoder in ahead:
            encoder.expect(encoded_text(product, encoder.name) for product in some)
        product_ids = [product.id for product in some]
        acknowledged(product_ids)
        read.update(product_ids)
        progress("products", len(read), 0)
    return read


def _made(encoder: Encoder, texts: Iterable[str]) -> Encoder:
    """An encoder that learns nothing from the texts."""
    return encoder


class _Watch:
    """Seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = round(now - self._last, 2)
        self._last = now
