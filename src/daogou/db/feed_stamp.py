"""When a shop's feed was last looked at, and how often it is: feed.json in the shop folder."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from daogou.db.durable import replace_file

FILE = "feed.json"
MISSED = 3  # looks in a row that failed: what was read before can no longer be relied on


@dataclass(frozen=True, kw_only=True)
class FeedStamp:
    """`checked_at`: when the feed was last known to be what the shop has; `every_s`: how often a watch looks, 0: none does."""

    source: str
    checked_at: datetime
    every_s: float = 0.0
    etag: str = ""
    modified: str = ""

    def age(self, now: datetime) -> timedelta:
        """How long ago that was."""
        return max(now - self.checked_at, timedelta())

    def stale(self, now: datetime, *, after: timedelta | None = None) -> bool:
        """Whether it is older than `after`, or a watch has missed it too often."""
        watched = timedelta(seconds=MISSED * self.every_s) if self.every_s else None
        limits = [limit for limit in (after, watched) if limit]
        return bool(limits) and self.age(now) > min(limits)


def read_stamp(folder: Path) -> FeedStamp | None:
    """The stamp of a shop folder; None where no feed was loaded, or it can't be read."""
    try:
        written = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return FeedStamp(**{**written, "checked_at": datetime.fromisoformat(written["checked_at"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_stamp(folder: Path, stamp: FeedStamp) -> None:
    """Make it the one."""
    replace_file(folder / FILE, json.dumps(asdict(replace(stamp)) | {"checked_at": stamp.checked_at.isoformat()}))
