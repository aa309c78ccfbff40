"""Numbered versions of something that was learnt, side by side in a folder; one of them counts."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from daogou.db.durable import replace_file, sync_tree, writer_lock
from daogou.errors import ShopError

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
            self._sweep(number)
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

    def _sweep(self, counting: int) -> None:
        for number in [number for number in self.numbers() if number != counting][: -(KEPT - 1)]:
            shutil.rmtree(self.path(number), ignore_errors=True)
