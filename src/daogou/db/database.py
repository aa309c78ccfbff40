"""The shop's database: the tables, and how they are read and written. SQLite by default, PostgreSQL by URL."""

import contextlib
import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias, TypeVar

import sqlalchemy as sql
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError

from daogou.errors import BackendError, ShopError

SCHEMA = 3  # 2: the log's weights; 3: an event weighs for others or not, an offer may say when its sale begins
BUSY_TIMEOUT_MS = 10_000
IDS_PER_QUERY = 500
WAL_PAGES = 16_000  # of 4 KB that writes run ahead before they are moved into the database: bulk loads pay less often

metadata = sql.MetaData()

counters = sql.Table(
    "counters",
    metadata,
    sql.Column("name", sql.String, primary_key=True),
    sql.Column("value", sql.BigInteger, nullable=False),
)

products = sql.Table(
    "products",
    metadata,
    sql.Column("id", sql.String, primary_key=True),
    sql.Column("given_type", sql.String, nullable=False),  # the product type that it came with
    sql.Column("set_type", sql.String, nullable=False),  # the one that was set for it since; empty: none
    sql.Column("digest", sql.String, nullable=False),  # of the body: tells a changed row without reading it
    sql.Column("version", sql.BigInteger, nullable=False, index=True),  # of the catalogue, when the row last changed
    sql.Column("body", sql.Text, nullable=False),
)

withdrawn = sql.Table(
    "withdrawn",
    metadata,
    sql.Column("id", sql.String, primary_key=True),
    sql.Column("version", sql.BigInteger, nullable=False, index=True),
)

events = sql.Table(
    "events",
    metadata,
    sql.Column("event_id", sql.String, primary_key=True),
    sql.Column("name", sql.String, nullable=False),
    sql.Column("at_us", sql.BigInteger, nullable=False),  # microseconds since 1970, UTC
    sql.Column("user_id", sql.String, nullable=False),
    sql.Column("session_id", sql.String, nullable=False),
    sql.Column("search_term", sql.String, nullable=False),
    sql.Column("items", sql.Text, nullable=False),
    sql.Column("weighs", sql.Boolean, nullable=False, server_default=sql.true()),  # for others than its shopper
    sql.Index("events_by_time", "at_us", "event_id"),
    sql.Index("events_by_user", "user_id", "at_us"),
    sql.Index("events_by_session", "session_id", "at_us"),
)

item_weights = sql.Table(  # what events say of products, added up as they come (db/popularity.py)
    "item_weights",
    metadata,
    sql.Column("product_id", sql.String, primary_key=True),
    sql.Column("period", sql.Integer, primary_key=True),
    sql.Column("weight", sql.BigInteger, nullable=False),
    sql.Column("version", sql.BigInteger, nullable=False, index=True),  # of the log, when the row last changed
)

suspects = sql.Table(  # who acts faster than a person (db/suspects.py)
    "suspects",
    metadata,
    sql.Column("who", sql.String, primary_key=True),
)

sessions = sql.Table(
    "sessions",
    metadata,
    sql.Column("session_id", sql.String, primary_key=True),
    sql.Column("user_id", sql.String, nullable=False, index=True),
)

turns = sql.Table(
    "turns",
    metadata,
    sql.Column("session_id", sql.String, sql.ForeignKey("sessions.session_id", ondelete="CASCADE"), primary_key=True),
    sql.Column("number", sql.Integer, primary_key=True),  # from 0
    sql.Column("body", sql.Text, nullable=False),
)

T = TypeVar("T")
Row: TypeAlias = sql.Row[*tuple[Any, ...]]


def open_database(url: str) -> sql.Engine:
    """The database at that URL (e.g. sqlite:////shop/shop.db), with its tables made where they are missing.

    Raises ShopError where it is damaged or was written by a newer Daogou, BackendError where it can't be reached.
    """
    engine = sql.create_engine(url, pool_size=8, max_overflow=32)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    with writing(engine) as connection:
        metadata.create_all(connection)
        _check_schema(connection)
    return engine


@contextlib.contextmanager
def reading(engine: sql.Engine) -> Iterator[sql.Connection]:
    """One consistent view."""
    with _translated(engine), engine.connect() as connection:
        yield connection


@contextlib.contextmanager
def writing(engine: sql.Engine) -> Iterator[sql.Connection]:
    """One transaction, durable at its end; writers wait for each other."""
    with _translated(engine), engine.connect() as connection:
        connection = connection.execution_options(daogou_writes=True)
        with connection.begin():
            yield connection


def counter(connection: sql.Connection, name: str) -> int:
    """A counter's value; 0 where it never grew."""
    value = connection.execute(sql.select(counters.c.value).where(counters.c.name == name)).scalar()
    return int(value or 0)


def advance(connection: sql.Connection, name: str) -> int:
    """Add one to a counter inside a transaction; its new value."""
    value = counter(connection, name) + 1
    if value == 1:
        connection.execute(sql.insert(counters).values(name=name, value=value))
    else:
        connection.execute(sql.update(counters).where(counters.c.name == name).values(value=value))
    return value


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    return iter(lambda: list(itertools.islice(iterator, size)), [])


def rows_with_ids(
    connection: sql.Connection, columns: Sequence[sql.Column[Any]], key: sql.Column[Any], ids: Iterable[str]
) -> Iterator[Row]:
    """The rows whose key is one of the ids, in as many queries as that takes."""
    for some in chunks(ids, IDS_PER_QUERY):
        yield from connection.execute(sql.select(*columns).where(key.in_(some)))


def insert_into(table: sql.Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    """An insert that may say what to do on a conflict: both databases can; SQLAlchemy has it under each one's name."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def insert_rows(connection: sql.Connection, statement: sql.Insert, rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert tuples in the order of the table's columns: as `execute`, at half the cost for a long list. How many were written."""
    compiled = statement.compile(dialect=connection.dialect)
    if compiled.positional:
        return connection.exec_driver_sql(str(compiled), list(rows)).rowcount
    columns = statement.table.columns.keys()
    return connection.execute(statement, [dict(zip(columns, row, strict=True)) for row in rows]).rowcount


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy says when a transaction begins
    waits = (f"busy_timeout={BUSY_TIMEOUT_MS}", f"wal_autocheckpoint={WAL_PAGES}")
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", *waits):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sql.Connection) -> None:
    # A writer takes the lock at once: a reader that turns into a writer halfway would fail instead of waiting.
    writes = connection.get_execution_options().get("daogou_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextlib.contextmanager
def _translated(engine: sql.Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        where = engine.url.render_as_string(hide_password=True)
        if "malformed" in str(error.orig) or "not a database" in str(error.orig):
            raise ShopError(
                f"{where}: the database is damaged ({error.orig}); run daogou check --repair, or daogou restore a backup"
            ) from error
        if isinstance(error, OperationalError):
            raise BackendError(f"{where}: {error.orig}") from error
        raise


def _check_schema(connection: sql.Connection) -> None:
    schema = counter(connection, "schema")
    if schema > SCHEMA:
        raise ShopError(f"the shop was written by a newer Daogou (schema {schema}, known: {SCHEMA}); update Daogou")
    if schema == 1:  # the log's weights are added up anew by db/events.py
        by_session = next(index for index in events.indexes if index.name == "events_by_session")
        by_session.create(connection, checkfirst=True)
        connection.exec_driver_sql("DROP TABLE IF EXISTS item_counts")
    if 0 < schema < 3 and "weighs" not in {column["name"] for column in sql.inspect(connection).get_columns("events")}:
        connection.exec_driver_sql("ALTER TABLE events ADD COLUMN weighs BOOLEAN NOT NULL DEFAULT TRUE")
    while schema < SCHEMA:
        schema = advance(connection, "schema")
