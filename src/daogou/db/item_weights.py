"""What the log says of each product, kept added up in the database, and read again as far as it changed."""

from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sql

from daogou.db.database import insert_into, insert_rows, item_weights
from daogou.db.popularity import popularity


class ItemWeights:
    """The weights as of some version of the log, in memory."""

    def __init__(self) -> None:
        self._version = 0
        self._weights: dict[str, dict[int, int]] = {}
        self._popularity: dict[str, float] = {}

    def popularity(self, connection: sql.Connection, version: int) -> dict[str, float]:
        """As of that version: what changed since the last call is read, the rest is known."""
        if version != self._version:
            columns = (item_weights.c.product_id, item_weights.c.period, item_weights.c.weight)
            changed = connection.execute(sql.select(*columns).where(item_weights.c.version > self._version)).all()
            for product_id, period, weight in changed:
                self._weights.setdefault(product_id, {})[period] = weight
            self._version = version
            self._popularity = popularity(self._weights) if changed else self._popularity
        return self._popularity


def add_weights(connection: sql.Connection, weights: Iterable[tuple[str, int, int]], version: int) -> None:
    """(product id, period, weight) onto what is there."""
    more: Counter[tuple[str, int]] = Counter()
    for product_id, period, weight in weights:
        more[product_id, period] += weight
    rows = [(product_id, period, weight, version) for (product_id, period), weight in more.items() if weight]
    if rows:
        insert_rows(connection, added(connection.dialect.name), rows)


def clear_weights(connection: sql.Connection) -> None:
    """As if nothing had happened."""
    connection.execute(sql.delete(item_weights))


def added(dialect: str) -> sql.Insert:
    """The statement of "postgresql" or "sqlite"."""
    more = insert_into(item_weights, dialect)
    total = {"weight": item_weights.c.weight + more.excluded.weight, "version": more.excluded.version}
    return more.on_conflict_do_update(index_elements=["product_id", "period"], set_=total)
