"""The feed rows as the merchant wrote them: what an answer is judged by, read without any of the code that answers."""

import csv
import gzip
import io
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from statistics import median
from typing import TypeAlias

from pydantic import TypeAdapter

Row: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Feed:
    """Where a shop's rows are and which columns are what.

    `keys` are the columns a product id may be taken from, the first one telling rows apart: `COLUMN ~ REGEX` takes
    the first group, `{tier}-{id}` joins columns. `title` and `text` are columns (`attr_t_*` means every column that starts so); `skip` is a regex on the title: rows that are no goods.
    """

    path: str
    keys: tuple[str, ...]
    title: tuple[str, ...]
    text: tuple[str, ...]
    price: str = ""
    skip: str = ""
    merge: bool = False  # rows of one id are one product: its titles, most frequent first, and the median price


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A shop's rows by every id they go by; of rows with one id the last one counts, as in an upsert."""

    feed: Feed
    by_id: Mapping[str, Sequence[Row]]
    by_title: Mapping[str, Sequence[Row]]
    distinct: Sequence[Row]

    def find(self, product_id: str, title: str) -> Row | None:
        """The row of a product: by its id, and by its title where the id is not unique or none of the feed's."""
        named = self.by_title.get(_squeeze(title), ())
        rows = self.by_id.get(product_id, named)
        same = [row for row in rows if any(row is other for other in named)]
        return next(iter(same or rows), None)


def feeds() -> dict[str, Feed]:
    """The shops of the suite, by name."""
    text = resources.files("daogou_evals").joinpath("data/needs/shops.toml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, Feed]).validate_python(tomllib.loads(text))


def read_rows(feed: Feed, data: Path) -> Rows:
    """Every row of the feed under the data folder."""
    groups: dict[str, list[Row]] = {}
    for row in _read(data / feed.path):
        title = title_of(row, feed).strip()
        if title and not (feed.skip and re.search(feed.skip, title)):
            groups.setdefault(_ids(feed, row)[0], []).append(row)
    last = [_merged(feed, rows) if feed.merge else rows[-1] for rows in groups.values()]
    return Rows(
        feed=feed,
        by_id=_grouped(last, lambda row: _ids(feed, row)),
        by_title=_grouped(last, lambda row: map(_squeeze, (title_of(row, feed), *_titles(row, feed)))),
        distinct=tuple(last),
    )


def title_of(row: Row, feed: Feed) -> str:
    """The row's title as one line."""
    return " ".join(_titles(row, feed))


def _titles(row: Row, feed: Feed) -> list[str]:
    values = [row.get(column) for column in feed.title]
    parts = [part for value in values for part in (value if isinstance(value, list) else [value])]
    return [str(part) for part in parts if part is not None]


def _grouped(rows: Sequence[Row], keys: Callable[[Row], Iterable[str]]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        for key in dict.fromkeys(keys(row)):
            groups.setdefault(key, []).append(row)
    return groups


def _merged(feed: Feed, rows: Sequence[Row]) -> Row:
    titles = Counter(title_of(row, feed).strip() for row in rows)
    prices = [price for row in rows if isinstance(price := row.get(feed.price), float) and price > 0]
    merged = dict(rows[-1]) | {feed.title[0]: [title for title, _ in titles.most_common()]}
    return merged | ({feed.price: median(prices)} if prices else {})


def _ids(feed: Feed, row: Row) -> list[str]:
    return [found for key in feed.keys if (found := _id(key, row))]


def _id(key: str, row: Row) -> str:
    if key.startswith("{"):
        return key.format_map(row)
    column, _, pattern = key.partition(" ~ ")
    value = str(row.get(column, ""))
    if not pattern:
        return value
    return match[1] if (match := re.search(pattern, value)) else ""


def _read(path: Path) -> Iterator[Row]:
    if path.suffix == ".parquet":
        import pyarrow.parquet

        yield from pyarrow.parquet.read_table(path).to_pylist()
    elif path.suffix == ".csv":
        yield from csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    else:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        yield from (json.loads(line) for line in raw.decode("utf-8").split("\n") if line.strip())


def _squeeze(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
