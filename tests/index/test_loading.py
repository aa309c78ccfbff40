"""A feed's products into a shop, and what is there when the load is killed."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from daogou.catalog.kinds.product_types import TypeModel
from daogou.catalog.products.product import Product
from daogou.db.catalogue import SqlCatalogue
from daogou.db.database import open_database
from daogou.db.durable import writer_lock
from daogou.errors import ShopError
from daogou.index.building import Encoders, read_manifest
from daogou.index.live import open_index
from daogou.index.loading import INDEX, TYPES, Listener, Loaded, Preparation, Store, Withdrawal, load
from tests.contracts.index import ColourEncoder, ids
from tests.contracts.products import BAG, LAPTOP, MOUSE, product
from tests.killed_load import PRODUCTS, REVISIONS, feed, load_revision

KILLS = 20
COLOUR = Encoders(makers={"colour": lambda texts: ColourEncoder()})
ROOT = Path(__file__).parents[2]


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[SqlCatalogue]:
    engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    yield SqlCatalogue(engine)
    engine.dispose()


def loaded(shop: Path, catalogue: SqlCatalogue, *products: Product, replacing: bool = False) -> Loaded:
    return load(
        products,
        Store(folder=shop, catalogue=catalogue),
        Preparation(enrich=lambda given: replace(given, description="enriched"), encoders=COLOUR),
        Withdrawal(missing=replacing),
    )


def test_a_ready_encoder_gives_the_same_vectors_as_one_that_is_made(tmp_path: Path, catalogue: SqlCatalogue) -> None:
    encoder = ColourEncoder()
    for _ in ("a new index", "one that remembers"):
        load(
            [LAPTOP, MOUSE],
            Store(folder=tmp_path, catalogue=catalogue),
            Preparation(enrich=lambda given: given, encoders=Encoders(ready=[encoder])),
        )
        vectors = open_index(tmp_path / INDEX).index.vectors(encoder.name, ["laptop", "mouse"])
        expected = encoder.encode([LAPTOP.title, MOUSE.title])
        assert [vectors["laptop"].tolist(), vectors["mouse"].tolist()] == expected.tolist()


def test_a_load_enriches_types_and_indexes(tmp_path: Path, catalogue: SqlCatalogue) -> None:
    untyped = [replace(given, product_type="") for given in (LAPTOP, MOUSE, BAG)]
    report = loaded(tmp_path, catalogue, *untyped)
    opened = open_index(tmp_path / INDEX)
    assert (report.read, report.changed, report.withdrawn) == (3, 3, 0)
    types = {one.id: one.product_type for one in catalogue.products()}
    assert types["laptop"] == "laptop"
    assert opened.index.vocabulary.types == dict.fromkeys(types.values(), 1)
    assert sorted(ids(opened.index.lexical(["enriched"]))) == ["bag", "laptop", "mouse"]
    assert (report.manifest.product_count, report.manifest.catalogue_version) == (3, catalogue.version)
    model = TypeModel.from_json(opened.text(TYPES) or "")
    assert model.type_of(untyped[0]) == "laptop"


def test_loading_again_changes_nothing(tmp_path: Path, catalogue: SqlCatalogue) -> None:
    first = loaded(tmp_path, catalogue, LAPTOP, BAG)
    version = catalogue.version
    again = loaded(tmp_path, catalogue, LAPTOP, BAG)
    assert (first.changed, again.read, again.changed, catalogue.version) == (2, 2, 0, version)


def test_what_a_feed_lacks_stays_unless_it_replaces(tmp_path: Path, catalogue: SqlCatalogue) -> None:
    loaded(tmp_path, catalogue, LAPTOP, BAG, MOUSE)
    assert loaded(tmp_path, catalogue, LAPTOP).withdrawn == 0
    assert sorted(open_index(tmp_path / INDEX).index.matching([])) == ["bag", "laptop", "mouse"]
    assert loaded(tmp_path, catalogue, LAPTOP, product("pen", "Pen"), replacing=True).withdrawn == 2
    assert sorted(open_index(tmp_path / INDEX).index.matching([])) == ["laptop", "pen"]


def test_a_feed_that_breaks_off_withdraws_nothing(tmp_path: Path, catalogue: SqlCatalogue) -> None:
    loaded(tmp_path, catalogue, LAPTOP, BAG)

    def broken() -> Iterator[Product]:
        yield MOUSE
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        load(
            broken(),
            Store(folder=tmp_path, catalogue=catalogue),
            Preparation(enrich=lambda given: given),
            Withdrawal(missing=True),
        )
    assert catalogue.ids() >= {"laptop", "bag"}
    assert sorted(open_index(tmp_path / INDEX).index.matching([])) == ["bag", "laptop"]


def test_an_empty_feed_makes_an_empty_shop(tmp_path: Path, catalogue: SqlCatalogue) -> None:
    assert loaded(tmp_path, catalogue).manifest.product_count == 0
    index = open_index(tmp_path / INDEX).index
    assert (index.count([]), index.lexical(["pen"])) == (0, [])


def test_two_loads_into_one_shop_are_one_too_many(tmp_path: Path, catalogue: SqlCatalogue) -> None:
    with writer_lock(tmp_path), pytest.raises(ShopError, match="is being written by process"):
        loaded(tmp_path, catalogue, LAPTOP)
    assert len(catalogue) == 0


def test_every_step_tells_how_far_it_is(tmp_path: Path, catalogue: SqlCatalogue) -> None:
    told: dict[str, tuple[int, int]] = {}
    load(
        feed(0),
        Store(folder=tmp_path, catalogue=catalogue),
        Preparation(enrich=lambda given: given, encoders=COLOUR),
        listener=Listener(progress=lambda step, done, total: told.__setitem__(step, (done, total))),
    )
    assert told == {
        "products": (PRODUCTS, 0),
        "types": (PRODUCTS, PRODUCTS),
        "encoders": (1, 1),
        "index": (PRODUCTS, PRODUCTS),
    }


@pytest.mark.slow
def test_a_killed_load_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    load_revision(shop, 0)
    seconds = _load_and_kill(shop, 1, after=600.0)[1]
    moments = random.Random(7)
    outcomes: list[str] = []
    for revision in range(2, 2 + KILLS):
        acknowledged, _ = _load_and_kill(shop, revision, after=moments.uniform(0, seconds))
        outcomes.append(_check(shop, revision, acknowledged))
    final = load_revision(shop, 25)
    assert _indexed_revision(shop) == 25
    assert final.manifest.product_count == PRODUCTS
    assert len(outcomes) == KILLS
    assert "old index" in outcomes, outcomes


def _load_and_kill(shop: Path, revision: int, *, after: float) -> tuple[list[str], float]:
    """The acknowledged ids, and how long it ran after its start."""
    command = [sys.executable, "-m", "tests.killed_load", str(shop), str(revision)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        begun = time.monotonic()
        try:
            process.wait(timeout=after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        told = process.stdout.read().split("\n")
        return [line for line in told if line.isdecimal() and len(line) == 5], time.monotonic() - begun


def _check(shop: Path, revision: int, acknowledged: list[str]) -> str:
    """What the kill left; every acknowledged product must be there as acknowledged, and the index of one revision."""
    engine = open_database(f"sqlite:///{shop / 'shop.db'}")
    there = SqlCatalogue(engine).get([f"{number:05}" for number in range(PRODUCTS)])
    engine.dispose()
    word = f"rev{REVISIONS[revision]} "
    assert [key for key in acknowledged if not there[key].title.startswith(word)] == []
    assert len(there) == PRODUCTS
    indexed = _indexed_revision(shop)
    assert indexed <= revision
    if len(acknowledged) < PRODUCTS:
        return "partly acknowledged" if acknowledged else "nothing acknowledged"
    return "new index" if indexed == revision else "old index"


def _indexed_revision(shop: Path) -> int:
    """The one revision that all indexed products are of."""
    manifest = read_manifest(shop / INDEX)
    assert manifest is not None
    index = open_index(shop / INDEX).index
    assert index.count([]) == manifest.product_count == PRODUCTS
    counts = {
        number: len(index.lexical([f"rev{letter}"], limit=PRODUCTS, fields={"title": 1.0}))
        for number, letter in enumerate(REVISIONS)
    }
    found = {number: count for number, count in counts.items() if count}
    assert list(found.values()) == [PRODUCTS]
    return next(iter(found))
