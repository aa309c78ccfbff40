"""The catalogue's products with their kinds, on their way into an index: each is decoded once and read once for its kind."""

from collections.abc import Iterator
from dataclasses import replace

from daogou.catalog.kinds.product_types import TypeModel
from daogou.catalog.products.product import Product
from daogou.db.catalogue import Given, SqlCatalogue
from daogou.db.database import chunks
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
