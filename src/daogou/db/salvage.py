"""A database that is damaged, or holds rows that cannot be read: what is wrong with it, and a new one with all that is whole."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from daogou.db.catalogue import product_from_json
from daogou.db.database import metadata, open_database
from daogou.db.sessions import turn_from

Read = Callable[[Mapping[str, Any]], object]
NAMED = 5  # rows of a kind that are named one by one


def damage(database: Path) -> list[str]:
    """Everything that is wrong with it, in sentences; empty where all can be read."""
    try:
        with closing(_opened(database)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
            problems = [] if found == ["ok"] else [f"{database.name}: {problem}" for problem in found]
            for table in _READ:
                bad = [key for key, row in _rows(connection, table) if not _reads(table, row)]
                problems += [f"{table}: {_listed(bad)} cannot be read"] if bad else []
    except sqlite3.Error as error:
        return [f"{database.name}: {error}"]
    return problems


def salvage(database: Path, aside: Path) -> dict[str, int]:
    """Move the database to `aside` and put a new one in its place, with every row that can be read; how many by table."""
    new = database.with_name(f".{database.name}.part")
    new.unlink(missing_ok=True)
    open_database(f"sqlite:///{new}").dispose()
    kept: dict[str, int] = {}
    with closing(_opened(database)) as old, closing(sqlite3.connect(new)) as connection:
        connection.execute("DELETE FROM counters")
        for table in metadata.sorted_tables:
            rows = [row for _, row in _rows(old, table.name) if _reads(table.name, row)]
            names = [column.name for column in table.columns if not rows or column.name in rows[0]]
            marks = ", ".join("?" * len(names))
            insert = f"INSERT OR IGNORE INTO {table.name} ({', '.join(names)}) VALUES ({marks})"
            kept[table.name] = connection.executemany(insert, ([row[name] for name in names] for row in rows)).rowcount
        connection.execute("DELETE FROM turns WHERE session_id NOT IN (SELECT session_id FROM sessions)")
        _count_on(connection)
        connection.commit()
        connection.execute("PRAGMA journal_mode=DELETE")
    for suffix in ("-wal", "-shm"):
        if (beside := Path(f"{database}{suffix}")).exists():
            os.replace(beside, f"{aside}{suffix}")
    os.replace(database, aside)
    os.replace(new, database)
    return kept


def _count_on(connection: sqlite3.Connection) -> None:
    """Versions never go back, whatever became of the counters: the newest that a row bears counts."""
    newest = "SELECT max(version) FROM (SELECT version FROM products UNION ALL SELECT version FROM withdrawn)"
    for name, wanted in (("catalogue", newest), ("log", "SELECT max(version) FROM item_weights")):
        version = connection.execute(wanted).fetchone()[0]
        connection.execute("INSERT OR IGNORE INTO counters VALUES (?, 0)", (name,))
        connection.execute("UPDATE counters SET value = max(value, ?) + 1 WHERE name = ?", (version or 0, name))
    connection.execute("DELETE FROM counters WHERE name = 'weighed'")  # what events weigh is added up anew


def _opened(database: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(database, timeout=30)
    connection.row_factory = sqlite3.Row
    return connection


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each row that is there with its key; where a page cannot be read, those on both sides of it."""
    for order in ("rowid", "rowid DESC"):
        seen = -1
        try:
            for row in connection.execute(f'SELECT rowid AS "row id", * FROM {table} ORDER BY {order}'):
                seen = row["row id"]
                yield str(row[1]), {key: row[key] for key in row.keys()[1:]}
        except sqlite3.DatabaseError:
            if seen < 0 and order != "rowid":
                return
            continue  # a damaged page: the rest from the other end
        return


def _reads(table: str, row: Mapping[str, Any]) -> bool:
    read = _READ.get(table)
    if read is None:
        return True
    try:
        read(row)
    except (ValueError, KeyError, TypeError, ArithmeticError, AttributeError, AssertionError, RecursionError):
        return False
    return True


def _event(row: Mapping[str, Any]) -> None:
    datetime.fromtimestamp(row["at_us"] / 1e6)
    for item_id, _, _, _, _ in json.loads(row["items"]):
        str(item_id)


def _listed(keys: list[str]) -> str:
    more = f" and {len(keys) - NAMED:,} more" if len(keys) > NAMED else ""
    return ", ".join(keys[:NAMED]) + more


_READ: Mapping[str, Read] = {
    "products": lambda row: product_from_json(row["id"], row["set_type"], row["body"]),
    "events": _event,
    "turns": lambda row: turn_from(row["body"]),
}
