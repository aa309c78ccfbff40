"""How a feed would be read: the guess, its rows and what is wrong with them, without writing anything."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from daogou.app.loading import NO_CURRENCY, FeedRows
from daogou.app.loading_events import Warnings
from daogou.catalog.products.product import Product
from daogou.feed import load_mapping, mapping_text, read_feed
from daogou.settings import read_settings


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """What a load would do, for people."""

    rows: int
    good: int
    rejected: Mapping[str, int]  # by the first reason of each row
    left_out: Mapping[str, int]
    guessed: str
    sure: Mapping[str, float]
    samples: tuple[Product, ...]
    warnings: tuple[str, ...]


def check_feed(feed: Path, *, folder: Path, mapping: Path | None = None, currency: str = "") -> CheckReport:
    """Reads the feed to its end; FeedError or MappingError where a load would end so."""
    chosen = load_mapping(mapping) if mapping else None
    reader = read_feed(feed, mapping=chosen, currency=currency, zone=ZoneInfo(read_settings(folder).time_zone))
    warnings, rejected = Warnings(), Counter[str]()
    rows = FeedRows(reader, warnings)
    good = sum(1 for _ in rows.products(lambda row: rejected.update(row.reasons[:1])))
    return CheckReport(
        rows=rows.read,
        good=good,
        rejected=rejected,
        left_out=rows.left_out,
        guessed="" if mapping else mapping_text(reader.mapping),
        sure=reader.guess.sure if reader.guess else {},
        samples=tuple(rows.samples),
        warnings=(*reader.notices, *([NO_CURRENCY] if reader.lacks_currency else []), *warnings.told()),
    )
