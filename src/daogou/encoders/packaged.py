"""Files that come in an installed package, which is never imported: where they are, whether they are whole, and what is made of them."""

import contextlib
import hashlib
import importlib.metadata
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from daogou.errors import MissingExtra


def located(package: str, path: str, *, what: str, command: str) -> Path:
    """A file of the package; MissingExtra with the command where the package isn't installed."""
    try:
        distribution = importlib.metadata.distribution(package)
    except importlib.metadata.PackageNotFoundError as missing:
        raise MissingExtra(what, command=command) from missing
    return Path(str(distribution.locate_file(path)))


def sha256_of(file: Path) -> str:
    """In hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def user_cache() -> Path:
    """The folder for what can be made again (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "daogou"


@contextlib.contextmanager
def made(target: Path) -> Iterator[IO[bytes]]:
    """A file to be written: it stands at its place whole, or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False)  # noqa: SIM115
    try:
        with part:
            yield part
        os.replace(part.name, target)
    except BaseException:
        Path(part.name).unlink(missing_ok=True)
        raise
