"""A shop folder kept: one file and back, whatever a running service writes meanwhile; and looked over, and made whole again."""

import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from daogou.app.engines import DATABASE, now, shop_database, shop_encoders
from daogou.app.opening import open_shop
from daogou.catalog.facts.facts import enrich
from daogou.db.catalogue import SqlCatalogue
from daogou.db.database import open_database
from daogou.db.durable import CURRENT, Versions, sync_path, sync_tree, writer_lock
from daogou.db.salvage import damage, salvage
from daogou.errors import BackendError, DaogouError, ShopError, UserError
from daogou.index.live import open_index
from daogou.index.loading import INDEX, Listener, Preparation, Store, load
from daogou.progress import Progress, silent
from daogou.settings import read_settings

# The first is of this moment, the last is copied apart.
_OWN = ("writer.lock", f"{DATABASE}-wal", f"{DATABASE}-shm", DATABASE)


def back_up(shop: Path, archive: Path) -> int:
    """Write the shop into a new archive (.tar.gz) that only its owner reads; its bytes.

    UserError where the archive is there already, ShopError where there is no shop or a feed is being loaded into it.
    """
    if not (shop / DATABASE).is_file():
        raise ShopError(f"there is no {DATABASE} in '{shop}'; a database elsewhere is backed up with its own tools")
    part = archive.with_name(f".{archive.name}.part")
    if archive.exists():
        raise UserError(f"'{archive}' is there already; name another file")
    try:
        # The index first: it may then lag behind the products, as it does in a running shop, but never lead.
        with writer_lock(shop), writer_lock(shop / INDEX), _private(part) as tar:
            for path in _files(shop):
                tar.add(path, arcname=str(path.relative_to(shop)), recursive=False)
            with tempfile.TemporaryDirectory(dir=archive.resolve().parent) as folder:
                copy = Path(folder, DATABASE)
                _snapshot(shop / DATABASE, copy)
                tar.add(copy, arcname=DATABASE)
        os.replace(part, archive)
        sync_path(archive.resolve().parent)
    except OSError as error:
        raise BackendError(f"'{archive}' could not be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return archive.stat().st_size


def restore(archive: Path, shop: Path) -> None:
    """Put the shop of an archive into a folder that is not there yet; whole, or not at all.

    UserError where the folder holds something, or the file is no backup; ShopError where its database is damaged.
    """
    if shop.exists() and any(shop.iterdir()):
        raise UserError(f"'{shop}' holds something; move it away first, or name another folder")
    shop.resolve().parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{shop.name}.", dir=shop.resolve().parent))
    try:
        _unpack(archive, part)
        if problem := _damage(part / DATABASE):
            raise ShopError(f"'{archive}' holds a damaged database ({problem})")
        sync_tree(part)
        if shop.exists():
            shop.rmdir()
        part.rename(shop)
        sync_path(shop.resolve().parent)
    except OSError as error:
        raise BackendError(f"'{shop}' could not be written: {error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _private(path: Path) -> tarfile.TarFile:
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return tarfile.open(path, "w:gz", compresslevel=1)


def _files(shop: Path) -> Iterator[Path]:
    """Everything that is the shop's; what is half written (".part") is not."""
    for path in sorted(shop.rglob("*")):
        inside = path.relative_to(shop).parts
        if path.is_file() and path.name not in _OWN and not any(part.startswith(".") for part in inside):
            yield path


def _snapshot(database: Path, copy: Path) -> None:
    """The database as of one moment, also while others write."""
    try:
        with closing(sqlite3.connect(database, timeout=30)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise ShopError(f"{database} could not be read ({error}); see: daogou check") from error


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            tar.extractall(folder, filter="data")  # nothing outside the folder, no links, no devices
    except (tarfile.TarError, EOFError, UnicodeError) as error:
        raise UserError(f"'{archive}' is no backup of a shop, or is damaged ({error})") from error
    except FileNotFoundError as error:
        raise UserError(f"there is no '{archive}'") from error
    if not (folder / DATABASE).is_file():
        raise UserError(f"'{archive}' is no backup of a shop: it holds no {DATABASE}")


def _damage(database: Path) -> str:
    try:
        with closing(sqlite3.connect(database)) as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    return "" if found == "ok" else found


LEARNT = ("recommender", "fit")


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What is wrong, in sentences, and what was done about it."""

    problems: tuple[str, ...]
    repaired: tuple[str, ...] = ()


def check_shop(folder: Path, *, repair: bool = False, on_progress: Progress = silent) -> Checked:
    """Look at the database, the index and what was learnt; with `repair`, keep what is whole and make the rest anew.

    What is damaged is moved beside, never deleted. ShopError where there is no shop at all.
    """
    if not folder.is_dir() or not ((folder / INDEX).exists() or (folder / DATABASE).exists()):
        raise ShopError(f"there is no shop in '{folder}'")
    settings = read_settings(folder)
    problems: list[str] = []
    repaired: list[str] = []
    if not settings.database_url:
        problems += damage(folder / DATABASE) if (folder / DATABASE).exists() else [f"{DATABASE} is missing"]
        if problems and repair:
            repaired.append(_salvaged(folder))
    for name in LEARNT:
        if told := _told(lambda name=name: _learnt(folder / name)):  # type: ignore[misc]
            problems.append(told)
            if repair:
                repaired.append(_unlearnt(folder / name))
    if told := _told(lambda: open_index(folder / INDEX)):
        problems.append(told)
    if problems and repair:
        repaired.append(_indexed(folder, on_progress))
    if (repair or not problems) and (told := _told(lambda: _answer(folder))):
        problems.append(told)
    return Checked(problems=tuple(problems), repaired=tuple(repaired))


def _told(look: Callable[[], object]) -> str:
    try:
        look()
    except DaogouError as error:
        return str(error)
    except Exception as error:  # damage shows in every way there is
        return f"{type(error).__name__}: {error}"
    return ""


def _answer(folder: Path) -> None:
    with open_shop(folder) as shop:
        shop.warm()


def _learnt(folder: Path) -> None:
    current = Versions(folder).current()
    if current is not None and not any(current.glob("*")):
        raise ShopError(f"{current} is empty or missing, though {CURRENT} names it; learn again")


def _salvaged(folder: Path) -> str:
    aside = _aside(folder / DATABASE)
    if not (folder / DATABASE).exists():
        open_database(f"sqlite:///{folder / DATABASE}").dispose()
        return f"made an empty {DATABASE}; load the feed again"
    with writer_lock(folder):
        kept = salvage(folder / DATABASE, aside)
    told = ", ".join(f"{kept[name]:,} {name}" for name in ("products", "events", "sessions", "turns"))
    return f"a new {DATABASE} with {told}; the damaged one is {aside.name}"


def _unlearnt(folder: Path) -> str:
    aside = folder.rename(_aside(folder))
    return f"what was learnt is set aside as {aside.name}; learn it again: daogou learn {folder.name}"


def _indexed(folder: Path, on_progress: Progress) -> str:
    aside = _aside(folder / INDEX)
    if (folder / INDEX).exists():
        (folder / INDEX).rename(aside)
    settings = read_settings(folder)
    with shop_database(folder, settings) as engine:
        catalogue = SqlCatalogue(engine)
        loaded = load(
            (),
            Store(folder=folder, catalogue=catalogue, clock=now),
            Preparation(enrich=enrich, encoders=shop_encoders(settings, catalogue.products()).encoders),
            listener=Listener(progress=on_progress),
        )
    return f"a new index of {loaded.manifest.product_count:,} products; the old one is {aside.name}"


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.name}.damaged-{now():%Y%m%d-%H%M%S}")
