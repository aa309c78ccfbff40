"""A feed's products into a shop: stored chunk by chunk, then typed, counted, encoded, indexed, and changed over to."""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from daogou.catalog.kinds.product_types import TypeModel
from daogou.catalog.products.product import Product
from daogou.db.catalogue import PRODUCTS_PER_TRANSACTION, Given, SqlCatalogue
from daogou.db.database import chunks
from daogou.db.durable import writer_lock
from daogou.index.building import Contents, Encoders, Manifest, build_index, remembering
from daogou.index.documents import encoded_text
from daogou.index.encoding import Ahead
from daogou.progress import Progress, counted, silent

# Products, evenly from the whole catalogue, that kinds are learnt from: they are in memory at once, and more teach nothing new.
LEARNED_FROM = 60_000
_PER_TRANSACTION = 4_000  # products whose kinds are set together


class TypedCatalogue:
    """Learns what kinds of things a catalogue holds, then gives its products once, by id, each with its kind."""

    def __init__(self, catalogue: SqlCatalogue, progress: Progress = silent) -> None:
        self._catalogue, self._progress = catalogue, progress
        self._begun = catalogue.version
        self._own = 0  # versions that setting kinds has made since
        total = len(catalogue)
        every = -(-total // LEARNED_FROM) or 1
        sample = list(counted(catalogue.given(every=every), "types", -(-total // every), progress))
        self.model = TypeModel.learn([given.product for given in sample])
        self._decoded = sample[::-1] if every == 1 else []  # the first last: each is let go of when it has been given

    def products(self) -> Iterator[Product]:
        """Every product; what its kind changes is set in the catalogue on the way."""
        total = len(self._catalogue)
        for some in chunks(counted(self._given(), "index", total, self._progress), _PER_TRANSACTION):
            kinds = [self.model.type_of(product) for product, _ in some]
            changed = {
                product.id: kind
                for (product, known), kind in zip(some, kinds, strict=True)
                if kind != (known or product.product_type)
            }
            self._own += bool(changed and self._catalogue.set_types(changed))
            for (product, _), kind in zip(some, kinds, strict=True):
                yield replace(product, product_type=kind or product.product_type)

    def version(self) -> int:
        """The newest version of the catalogue that the products surely are of, once all have been given."""
        newest = self._begun + self._own
        return newest if self._catalogue.version == newest else self._begun  # else somebody changed products meanwhile

    def _given(self) -> Iterator[Given]:
        if not self._decoded:
            yield from self._catalogue.given()
        while self._decoded:
            yield self._decoded.pop()


INDEX = "index"  # the index's folder inside the shop's
TYPES = "types.json"


@dataclass(frozen=True, kw_only=True)
class Store:
    """Where products go: the shop's folder and its catalogue."""

    folder: Path
    catalogue: SqlCatalogue
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """What is made of a product on its way in: its comparable facts, and its vectors.

    The ready encoders begin in the background while products are still being read.
    """

    enrich: Callable[[Product], Product]
    encoders: Encoders = field(default_factory=Encoders)


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """What may leave the shop, asked once all products were read.

    `missing` are those that the feed lacks: they leave only if it is `complete` (none of it got lost on the way) and
    `agreed` says so to (how many, of how many). What is `hidden` always leaves.
    """

    missing: bool = False
    complete: Callable[[], bool] = lambda: True
    agreed: Callable[[int, int], bool] = lambda lacking, there: True
    hidden: Callable[[], Set[str]] = frozenset


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Who is told how far a load has come, and which ids are on the disk."""

    progress: Progress = silent
    acknowledged: Callable[[Sequence[str]], None] = lambda ids: None


NOBODY = Listener()


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a load did."""

    read: int
    changed: int  # of those read: new, or other than before
    withdrawn: int
    spared: int  # that lacked and would have been withdrawn, had it been agreed to
    manifest: Manifest


def load(
    products: Iterable[Product],
    store: Store,
    preparation: Preparation,
    withdrawal: Withdrawal = Withdrawal(),
    listener: Listener = NOBODY,
) -> Loaded:
    """Store the products, withdraw what may leave, and build the index; ShopError when another process is loading.

    Ids are acknowledged once their products are on the disk.
    """
    catalogue, encoders, index = store.catalogue, preparation.encoders, store.folder / INDEX
    with writer_lock(store.folder), ExitStack() as background:
        ahead = [background.enter_context(Ahead(remembering(index, encoder))) for encoder in encoders.ready]
        before = catalogue.version
        read = _store(products, catalogue, preparation.enrich, ahead, listener)
        withdrawn, spared = _withdraw(read, catalogue, withdrawal)
        changed = catalogue.changed_since(before)
        typed = TypedCatalogue(catalogue, listener.progress)
        manifest = build_index(
            index,
            Contents(products=typed.products(), version=typed.version, files={TYPES: typed.model.to_json()}),
            Encoders(ready=ahead, makers=encoders.makers),
            progress=listener.progress,
            clock=store.clock,
        )
    return Loaded(read=len(read), changed=changed, withdrawn=withdrawn, spared=spared, manifest=manifest)


def _store(
    products: Iterable[Product],
    catalogue: SqlCatalogue,
    enrich: Callable[[Product], Product],
    ahead: Sequence[Ahead],
    listener: Listener,
) -> set[str]:
    """The ids that were read, all of them on the disk."""
    read: set[str] = set()
    for some in chunks(products, PRODUCTS_PER_TRANSACTION):
        catalogue.upsert(map(enrich, some))
        for encoder in ahead:
            encoder.expect(encoded_text(product, encoder.name) for product in some)
        product_ids = [product.id for product in some]
        listener.acknowledged(product_ids)
        read.update(product_ids)
        listener.progress("products", len(read), 0)
    return read


def _withdraw(read: Set[str], catalogue: SqlCatalogue, withdrawal: Withdrawal) -> tuple[int, int]:
    """How many left the shop, and how many were spared."""
    hidden = withdrawal.hidden() - read
    if not (hidden or withdrawal.missing):
        return 0, 0
    there = catalogue.ids()
    lacking = there - read if withdrawal.missing and withdrawal.complete() else set()
    spared = 0 if withdrawal.agreed(len(lacking), len(there)) else len(lacking)
    gone = there & hidden | (set() if spared else lacking)
    return (catalogue.withdraw(gone) if gone else 0), spared
