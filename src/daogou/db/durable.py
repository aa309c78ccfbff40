"""Files that are on the disk when a call returns, whole or not at all; numbered versions of what was learnt; when the feed was last looked at."""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from daogou.errors import ShopError


def replace_file(path: Path, text: str) -> None:
    """Put a new text in the file's place: whoever reads, now or after a crash, gets the old one or the new one."""
    part = path.with_name(f".{path.name}.part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
    sync_path(path.parent)


def sync_tree(folder: Path) -> None:
    """Everything under the folder to the disk."""
    for root, _, names in os.walk(folder, topdown=False):
        for name in names:
            sync_path(Path(root, name))
        sync_path(Path(root))


def sync_path(path: Path) -> None:
    """A file, or a folder's list of names, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Be the only writer of the folder; ShopError when another process or thread is. A killed writer's lock is free."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "writer.lock"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise ShopError(
                f"{folder} is being written by process {path.read_text(encoding='utf-8') or '?'}; "
                "wait until it has finished, or stop it"
            ) from busy
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


CURRENT = "current.json"
KEPT = 5  # versions, the one that counts among them


class Versions:
    """shop/recommender/0001, 0002 ... and current.json, which names the one that counts.

    Whoever reads gets the old version or the new one, whole, whenever the writer dies.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def publish(self, write: Callable[[Path], None]) -> int:
        """Write a new version into an empty folder, then let it count; its number."""
        with writer_lock(self.folder):
            number = max(self.numbers(), default=0) + 1
            part = self.folder / ".part"
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            write(part)
            sync_tree(part)
            part.rename(self.path(number))
            self._count(number)
            for older in [kept for kept in self.numbers() if kept != number][: -(KEPT - 1)]:
                shutil.rmtree(self.path(older), ignore_errors=True)
        return number

    def roll_back(self, to: int | None = None) -> int:
        """Let an older version count: that one, or the one before; its number, 0 for none at all. ShopError where it is not there."""
        with writer_lock(self.folder):
            older = [number for number in (0, *self.numbers()) if number < (self.number() or 0)]
            wanted = to if to is not None else max(older, default=None)
            if wanted is None or wanted not in (0, *self.numbers()):
                kept = ", ".join(map(str, self.numbers())) or "none"
                raise ShopError(f"{self.folder}: there is no version {wanted or 'before this one'} (kept: {kept})")
            self._count(wanted)
        return wanted

    def number(self) -> int | None:
        """Which version counts; None: nothing was learnt yet, or none shall count."""
        try:
            return int(json.loads((self.folder / CURRENT).read_text(encoding="utf-8"))["version"]) or None
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise ShopError(f"{self.folder / CURRENT} is damaged ({error}); learn again") from error

    def current(self) -> Path | None:
        """The folder of the version that counts; None: nothing was learnt yet."""
        number = self.number()
        return None if number is None else self.path(number)

    def numbers(self) -> list[int]:
        """Every version that is kept, oldest first."""
        return sorted(int(path.name) for path in self.folder.glob("[0-9]*") if path.name.isdigit())

    def stamp(self) -> tuple[int, int]:
        """Another one after every change of what counts; costs one look at the disk."""
        try:
            status = (self.folder / CURRENT).stat()
        except FileNotFoundError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_ino)

    def path(self, number: int) -> Path:
        """The folder of a version."""
        return self.folder / f"{number:04}"

    def _count(self, number: int) -> None:
        replace_file(self.folder / CURRENT, json.dumps({"version": number}))


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

    def stale(self, now: datetime, *, after: timedelta | None = None) -> bool:
        """Whether it is older than `after`, or a watch has missed it too often."""
        watched = timedelta(seconds=MISSED * self.every_s) if self.every_s else None
        limits = [limit for limit in (after, watched) if limit]
        return bool(limits) and now - self.checked_at > min(limits)


def read_stamp(folder: Path) -> FeedStamp | None:
    """The stamp of a shop folder; None where no feed was loaded, or it can't be read."""
    try:
        written = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return FeedStamp(**{**written, "checked_at": datetime.fromisoformat(written["checked_at"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_stamp(folder: Path, stamp: FeedStamp) -> None:
    """Make it the one."""
    replace_file(folder / FILE, json.dumps(vars(stamp) | {"checked_at": stamp.checked_at.isoformat()}))
