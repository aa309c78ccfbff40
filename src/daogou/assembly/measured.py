"""The shops that are measured on: opened aside, so that asking leaves no trace, and loaded where they are missing."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from daogou.assembly.loading import load_shop
from daogou.assembly.opening import open_shop
from daogou.errors import MappingError, UserError
from daogou.store.loading import INDEX
from daogou.store.manifest import MANIFEST
from daogou.store.progress import Progress, silent
from daogou.trial.rows import feeds
from daogou.trial.sold import LITTLE
from daogou.trial.weighing import MeasuredGuide, aside

MAPPINGS = Path("examples/mappings")


def load_missing(
    names: Iterable[str], data: Path, *, shops: Path, mappings: Path = MAPPINGS, on_progress: Progress = silent
) -> None:
    """Load those of these shops that `shops` has not: the needs suite's with their mappings, the little ones' CSV by guessing."""
    known = feeds()
    for name in names:
        if _loaded(shops / name):
            continue
        if name in LITTLE:
            feed, mapping = data / "shops" / f"{name}.csv", None
        else:
            path = known[name].path
            feed, mapping = (
                data / path,
                _first_existing(mappings / f"{name}.toml", mappings / f"{Path(path).stem}.toml"),
            )
        if not feed.exists():
            raise UserError(f"there is no feed {feed}; DATA is the folder that holds the shops' feeds")
        rejects = shops / f"{name}.rejects.jsonl"
        load_shop(feed, folder=shops / name, mapping=mapping, rejects=rejects, on_progress=on_progress)


def load_by_guessing(feed: Path, folder: Path, *, on_progress: Progress = silent) -> None:
    """Load a feed without a mapping, where the shop is missing."""
    if not _loaded(folder):
        load_shop(feed, folder=folder, rejects=folder.with_suffix(".rejects.jsonl"), on_progress=on_progress)


@contextmanager
def opened(names: Iterable[str], shops: Path) -> Iterator[dict[str, MeasuredGuide]]:
    """A guide for each of these shops, all closed afterwards."""
    with ExitStack() as stack:
        yield {name: aside(stack.enter_context(open_shop(shops / name)).guide) for name in names}


def _loaded(folder: Path) -> bool:
    return (folder / INDEX / MANIFEST).exists()


def _first_existing(*paths: Path) -> Path:
    for path in paths:
        if path.exists():
            return path
    raise MappingError([f"there is no mapping {' or '.join(map(str, paths))}"])
