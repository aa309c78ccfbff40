"""Products on their way into an index: decoded once, each with its kind, and of a version that misses no change."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from daogou.db import catalogue as database
from daogou.db.catalogue import SqlCatalogue
from daogou.db.database import open_database
from daogou.index import loading
from daogou.index.building import Contents, Encoders, build_index, refresh_index
from daogou.index.live import open_index
from daogou.index.loading import Preparation, Store, TypedCatalogue, load
from tests.contracts.products import BAG, LAPTOP, MOUSE, SHOP, product


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[SqlCatalogue]:
    engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    yield SqlCatalogue(engine)
    engine.dispose()


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the products that were decoded."""
    ids: list[str] = []
    decode = database.product_from_json

    def told(product_id, set_type, text):
        ids.append(product_id)
        return decode(product_id, set_type, text)

    monkeypatch.setattr(database, "product_from_json", told)
    return ids


def untyped(*products):
    return [replace(given, product_type="") for given in products]


def test_a_load_decodes_each_product_once(tmp_path: Path, catalogue: SqlCatalogue, decoded: list[str]) -> None:
    load(SHOP, Store(folder=tmp_path, catalogue=catalogue), Preparation(enrich=lambda given: given))
    assert sorted(decoded) == sorted(one.id for one in SHOP)


def test_the_products_come_by_id_with_the_kinds_that_the_catalogue_then_has(catalogue: SqlCatalogue) -> None:
    catalogue.upsert(untyped(MOUSE, LAPTOP, BAG))
    given = list(TypedCatalogue(catalogue).products())
    assert given == list(catalogue.products())
    assert [(one.id, one.product_type) for one in given[1:]] == [("laptop", "laptop"), ("mouse", "mouse")]


def test_kinds_are_learnt_from_a_part_of_a_large_catalogue(
    catalogue: SqlCatalogue, decoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "LEARNED_FROM", 3)
    catalogue.upsert(product(f"mouse {number}", f"Wireless mouse {number}") for number in range(7))
    learned = TypedCatalogue(catalogue)
    assert decoded == ["mouse 0", "mouse 3", "mouse 6"]
    assert [(one.id, one.product_type) for one in learned.products()] == [(f"mouse {n}", "mouse") for n in range(7)]


def test_what_changes_while_products_are_read_is_seen_by_the_next_refresh(
    tmp_path: Path, catalogue: SqlCatalogue
) -> None:
    catalogue.upsert(untyped(LAPTOP, MOUSE))
    learned = TypedCatalogue(catalogue)

    def meanwhile():
        yield from learned.products()
        catalogue.upsert([product("pen", "Zebra pen")])

    first = build_index(tmp_path, Contents(products=meanwhile(), version=learned.version), Encoders())
    assert open_index(tmp_path).index.matching([]) == ["laptop", "mouse"]
    assert first.catalogue_version < catalogue.version
    second = refresh_index(tmp_path, catalogue=catalogue, encoders=[])
    assert sorted(open_index(tmp_path).index.matching([])) == ["laptop", "mouse", "pen"]
    assert second.catalogue_version == catalogue.version


def test_setting_kinds_is_no_change_that_an_index_lacks(tmp_path: Path, catalogue: SqlCatalogue) -> None:
    catalogue.upsert(untyped(LAPTOP, MOUSE))
    learned = TypedCatalogue(catalogue)
    first = build_index(tmp_path, Contents(products=learned.products(), version=learned.version), Encoders())
    assert first.base_version == first.catalogue_version == catalogue.version
    assert refresh_index(tmp_path, catalogue=catalogue, encoders=[]) == first
