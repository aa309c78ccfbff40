"""A feed that is looked at again and again, by its address or its file, and loaded when it has changed."""

import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from daogou.app.engines import now
from daogou.db.durable import FeedStamp, read_stamp, write_stamp
from daogou.errors import DaogouError, FeedError

_TIMEOUT_S = 60.0
_SCHEMES = ("http", "https")


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """Where the feed lies now, and what tells the next form of it from this one."""

    path: Path
    etag: str = ""
    modified: str = ""


def is_address(source: str) -> bool:
    """Whether it is a URL that a feed can be had from."""
    return urlsplit(source).scheme in _SCHEMES


def fetch(source: str, folder: Path, last: FeedStamp | None = None) -> Fetched | None:
    """The feed, brought into the shop folder where it has an address; None where it is as it was. FeedError where it can't be had."""
    known = last if last is not None and last.source == source else None
    if not is_address(source):
        return _file(Path(source), known)
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.modified} if known else {}
    headers = {"User-Agent": "daogou", **{name: value for name, value in conditions.items() if value}}
    request = urllib.request.Request(source, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:
            name = Path(urlsplit(source).path).name or "feed"
            kept, part = folder / f"watched-{name}", folder / f"watched-{name}.part"
            folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as stream:
                shutil.copyfileobj(answer, stream)
            wanted = answer.headers.get("Content-Length")
            if wanted and part.stat().st_size != int(wanted):
                raise FeedError(
                    f"{source}: the answer broke off after {part.stat().st_size:,} of {int(wanted):,} bytes"
                )
            part.replace(kept)
            etag, modified = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
            return Fetched(path=kept, etag=etag, modified=modified)
    except urllib.error.HTTPError as error:
        if error.code == 304:
            return None
        raise FeedError(f"{source}: the server answered {error.code} {error.reason}") from error
    except (OSError, ValueError) as error:
        raise FeedError(f"{source}: the feed can't be fetched ({error})") from error


def watch(
    source: str,
    *,
    folder: Path,
    every_s: float,
    load: Callable[[Path], bool],
    tell: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
    looks: int | None = None,
) -> None:
    """Look, load what changed, wait, for ever or `looks` times; what fails is told and tried again.

    `load` says whether the shop now has what the feed has: only then does it count as looked at, and its age begins anew.
    """
    done = 0
    while looks is None or done < looks:
        done += 1
        last = read_stamp(folder)
        try:
            found = fetch(source, folder, last)
            now_there = last if found is None else found if load(found.path) else None
            if now_there is not None:
                etag, modified = now_there.etag, now_there.modified
                checked = FeedStamp(source=source, checked_at=now(), every_s=every_s, etag=etag, modified=modified)
                write_stamp(folder, checked)
        except DaogouError as error:
            tell(f"{error}; tried again in {every_s:,.0f} s")
        if looks is None or done < looks:
            sleep(every_s)


def _file(path: Path, known: FeedStamp | None) -> Fetched | None:
    try:
        status = path.stat()
    except OSError as error:
        raise FeedError(f"{path}: there is no such file") from error
    modified = f"{status.st_mtime_ns}-{status.st_size}"
    return None if known is not None and known.modified == modified else Fetched(path=path, modified=modified)
