"""The shop's memory in SQLite."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sql
from sqlalchemy.dialects import postgresql, sqlite

from daogou.catalog.products.product import Money
from daogou.db.catalogue import Changes, SqlCatalogue
from daogou.db.database import open_database, reading, writing
from daogou.db.events import SqlEvents
from daogou.db.item_weights import ItemWeights, added
from daogou.db.sessions import SqlSessions
from daogou.errors import BackendError, ShopError
from daogou.ports import Catalogue, EventLog, Sessions
from tests.contracts.catalogue import CatalogueContract
from tests.contracts.events import BOUGHT, CRAWLED, SEEN, THEIRS, EventLogContract
from tests.contracts.products import BAG, LAPTOP, MOUSE, SHOP
from tests.contracts.sessions import SessionsContract

DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}


class InSqlite:
    engine: sql.Engine

    @pytest.fixture(autouse=True)
    def _database(self, tmp_path: Path) -> Iterator[None]:
        self.engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
        yield
        self.engine.dispose()


class TestSqlCatalogue(InSqlite, CatalogueContract):
    def catalogue(self) -> Catalogue:
        return SqlCatalogue(self.engine)

    def test_what_changed_since_a_version_is_known(self) -> None:
        catalogue = SqlCatalogue(self.engine)
        catalogue.upsert([LAPTOP, BAG])
        before = catalogue.version
        catalogue.upsert([LAPTOP, MOUSE])
        catalogue.withdraw(["bag"])
        assert catalogue.changes_since(before) == Changes(version=before + 2, changed=("mouse",), withdrawn=("bag",))
        catalogue.upsert([BAG])
        assert catalogue.changes_since(before) == Changes(version=before + 3, changed=("bag", "mouse"), withdrawn=())

    def test_how_many_changed_since_a_version_is_counted(self) -> None:
        catalogue = SqlCatalogue(self.engine)
        catalogue.upsert([LAPTOP, BAG])
        before = catalogue.version
        catalogue.upsert([LAPTOP, MOUSE])
        assert (catalogue.changed_since(0), catalogue.changed_since(before)) == (3, 1)

    def test_products_are_given_as_they_came_beside_the_types_set_since(self) -> None:
        catalogue = SqlCatalogue(self.engine)
        catalogue.upsert([replace(LAPTOP, product_type="Notebooks"), MOUSE])
        catalogue.set_types({"laptop": "laptop"})
        came = replace(LAPTOP, product_type="Notebooks")
        assert list(catalogue.given()) == [(came, "laptop"), (MOUSE, "")]
        assert list(catalogue.given(every=2)) == [(came, "laptop")]

    def test_a_full_cache_forgets_and_reads_again(self) -> None:
        catalogue = SqlCatalogue(self.engine, cached_bytes=300)
        catalogue.upsert(SHOP)
        wanted = {product.id: product for product in SHOP}
        assert [catalogue.get(list(wanted)) for _ in range(3)] == [wanted] * 3

    def test_another_process_sees_the_change_behind_the_cache(self) -> None:
        ours, theirs = SqlCatalogue(self.engine), SqlCatalogue(self.engine)
        ours.upsert([LAPTOP])
        assert theirs.get(["laptop"]) == {"laptop": LAPTOP}
        ours.withdraw(["laptop"])
        assert theirs.get(["laptop"]) == {}


class TestSqlEvents(InSqlite, EventLogContract):
    def log(self) -> EventLog:
        return SqlEvents(self.engine)

    def test_popularity_is_seen_by_another_process(self) -> None:
        ours, theirs = SqlEvents(self.engine), SqlEvents(self.engine)
        assert theirs.popularity() == {}
        ours.append([BOUGHT])
        assert theirs.popularity() == {"laptop": 20.0}

    def test_both_databases_add_to_a_weight_that_is_there(self) -> None:
        texts = {name: str(added(name).compile(dialect=dialect)) for name, dialect in DIALECTS.items()}
        for text in texts.values():
            assert (
                "ON CONFLICT (product_id, period) DO UPDATE SET weight = (item_weights.weight + excluded.weight)"
                in text
            )

    def test_what_changed_alone_is_read_again(self) -> None:
        log, weights = SqlEvents(self.engine), ItemWeights()
        log.append([BOUGHT, SEEN])
        with reading(self.engine) as connection:
            assert weights.popularity(connection, log.version) == {"laptop": 21.0, "bag": 1.0}
        log.append([THEIRS])
        with writing(self.engine) as connection:
            connection.exec_driver_sql("UPDATE item_weights SET weight = 999 WHERE product_id = 'laptop'")
        with reading(self.engine) as connection:
            assert weights.popularity(connection, log.version) == {"laptop": 21.0, "bag": 6.0}

    def test_a_recount_gives_what_was_added_up_as_it_came(self) -> None:
        log = SqlEvents(self.engine)
        log.append([BOUGHT, SEEN, THEIRS, *CRAWLED])
        before = (log.popularity(), log.suspects())
        log.recount()
        assert (SqlEvents(self.engine).popularity(), log.suspects()) == before


class TestSqlSessions(InSqlite, SessionsContract):
    def sessions(self) -> Sessions:
        return SqlSessions(self.engine)


class TestTheDatabase(InSqlite):
    def test_what_is_acknowledged_is_on_the_disk(self) -> None:
        with reading(self.engine) as connection:
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}

    def test_a_failed_write_leaves_nothing(self) -> None:
        catalogue = SqlCatalogue(self.engine)

        def write_half() -> None:
            with writing(self.engine) as connection:
                connection.exec_driver_sql("INSERT INTO withdrawn VALUES ('x', 1)")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            write_half()
        assert catalogue.changes_since(0) == Changes(version=0, changed=(), withdrawn=())

    def test_a_shop_whose_sales_had_no_beginning_still_opens(self) -> None:
        old = '["10", "EUR", "8", "EUR", "2026-12-31T00:00:00+00:00", "in_stock", "new", ""]'
        with writing(self.engine) as connection:
            connection.exec_driver_sql("UPDATE counters SET value = 2 WHERE name = 'schema'")
            body = f'{{"title":"Mug","offers":[{old}],"category":[],"attributes":[],"highlights":[]}}'
            connection.exec_driver_sql("INSERT INTO products VALUES ('m', '', '', '', 1, ?)", (body,))
        [mug] = SqlCatalogue(open_database(str(self.engine.url))).products()
        assert mug.offers[0].price_valid_from is None
        assert mug.price_at(datetime(2026, 12, 1, tzinfo=UTC)) == Money(amount=Decimal(8), currency="EUR")

    def test_a_shop_of_a_newer_daogou_is_refused(self) -> None:
        with writing(self.engine) as connection:
            connection.exec_driver_sql("UPDATE counters SET value = 99 WHERE name = 'schema'")
        with pytest.raises(ShopError, match="newer Daogou \\(schema 99"):
            open_database(str(self.engine.url))


def test_a_damaged_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "shop.db").write_bytes(b"this is no database, whatever its name says" * 100)
    with pytest.raises(ShopError, match=r"shop\.db: the database is damaged"):
        open_database(f"sqlite:///{tmp_path / 'shop.db'}")


def test_a_database_that_cannot_be_reached_says_so(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="unable to open database file"):
        open_database(f"sqlite:///{tmp_path / 'missing' / 'shop.db'}")
