"""Is a shop folder whole? What is wrong with it, and how it is made whole again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from daogou.app.encoders import shop_encoders
from daogou.app.opening import open_shop
from daogou.app.parts import DATABASE, database_url, now
from daogou.catalog.facts.facts import enrich
from daogou.db.catalogue import SqlCatalogue
from daogou.db.database import open_database
from daogou.db.durable import writer_lock
from daogou.db.salvage import damage, salvage
from daogou.db.versions import CURRENT, Versions
from daogou.errors import DaogouError, ShopError
from daogou.index.live import open_index
from daogou.index.loading import INDEX, Listener, Preparation, Store, load
from daogou.progress import Progress, silent
from daogou.settings import read_settings

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
    if (repair or not problems) and (told := _told(lambda: _answers(folder))):
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


def _answers(folder: Path) -> None:
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
    aside = _aside(folder)
    folder.rename(aside)
    return f"what was learnt is set aside as {aside.name}; learn it again: daogou learn {folder.name}"


def _indexed(folder: Path, on_progress: Progress) -> str:
    aside = _aside(folder / INDEX)
    if (folder / INDEX).exists():
        (folder / INDEX).rename(aside)
    settings = read_settings(folder)
    engine = open_database(database_url(folder, settings))
    try:
        catalogue = SqlCatalogue(engine)
        loaded = load(
            (),
            Store(folder=folder, catalogue=catalogue, clock=now),
            Preparation(enrich=enrich, encoders=shop_encoders(settings, catalogue.products()).encoders),
            listener=Listener(progress=on_progress),
        )
    finally:
        engine.dispose()
    return f"a new index of {loaded.manifest.product_count:,} products; the old one is {aside.name}"


def _aside(path: Path) -> Path:
    stamp = f"{now():%Y%m%d-%H%M%S}"
    return path.with_name(f"{path.name}.damaged-{stamp}")
