"""Files that are on the disk when a call returns, whole or not at all; and the lock that keeps writers apart."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
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
    sync_folder(path.parent)


def sync_tree(folder: Path) -> None:
    """Everything under the folder to the disk."""
    for root, _, names in os.walk(folder, topdown=False):
        for name in names:
            _sync(Path(root, name))
        sync_folder(Path(root))


def sync_folder(folder: Path) -> None:
    """The folder's list of names to the disk."""
    _sync(folder)


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


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
