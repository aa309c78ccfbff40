"""A load to be killed: `python -m tests.killed_load SHOP REVISION`; prints each acknowledged id, then "done"."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from daogou.catalog.products.product import Product
from daogou.db.catalogue import SqlCatalogue
from daogou.db.database import open_database
from daogou.index.building import Encoders
from daogou.index.loading import Listener, Loaded, Preparation, Store, load
from tests.contracts.index import ColourEncoder
from tests.contracts.products import fact, product

PRODUCTS = 1_600
REVISIONS = "abcdefghijklmnopqrstuvwxyz"


def feed(revision: int) -> Iterator[Product]:
    """The same ids each time, every title of the same revision."""
    word = f"rev{REVISIONS[revision]}"
    for number in range(PRODUCTS):
        colour = fact("colour", f"colour {number % 7}")
        yield product(f"{number:05}", f"{word} wooden pencil {number}", f"{number}.99", attributes=(colour,))


def load_revision(shop: Path, revision: int) -> Loaded:
    """Load it, telling every acknowledged id at once."""
    shop.mkdir(exist_ok=True)
    engine = open_database(f"sqlite:///{shop / 'shop.db'}")
    try:
        return load(
            feed(revision),
            Store(folder=shop, catalogue=SqlCatalogue(engine)),
            Preparation(
                enrich=lambda product: product, encoders=Encoders(makers={"colour": lambda _: ColourEncoder()})
            ),
            listener=Listener(acknowledged=_tell),
        )
    finally:
        engine.dispose()


def _tell(product_ids: Sequence[str]) -> None:
    print(*product_ids, sep="\n", flush=True)


if __name__ == "__main__":
    print("started", flush=True)
    load_revision(Path(sys.argv[1]), int(sys.argv[2]))
    print("done", flush=True)
