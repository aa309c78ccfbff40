"""The needs suite over shop folders, loaded where they are missing."""

from pathlib import Path

from daogou.assembly.loading import load_shop
from daogou.assembly.opening import open_shop
from daogou.errors import MappingError
from daogou.guide import Guide
from daogou.store.loading import INDEX
from daogou.store.manifest import MANIFEST
from daogou.store.progress import Progress, silent
from daogou.trial.needs import main_needs
from daogou.trial.rows import feeds


def evaluate_needs(
    data: Path, *, shops: Path, mappings: Path, split: str, only: str, least: float, on_progress: Progress = silent
) -> bool:
    """Run the needs suite, loading the shops that are missing; whether it passed."""
    for name, feed in feeds().items():
        if not (shops / name / INDEX / MANIFEST).exists():
            mapping = _first_existing(mappings / f"{name}.toml", mappings / f"{Path(feed.path).stem}.toml")
            rejects = shops / f"{name}.rejects.jsonl"
            load_shop(data / feed.path, folder=shops / name, mapping=mapping, rejects=rejects, on_progress=on_progress)
    return main_needs(open_shop_guide, data=data, shops=shops, split=split, only=only, least=least) == 0


def open_shop_guide(folder: Path) -> Guide:
    """The guide of a shop folder, for measuring."""
    return open_shop(folder).guide


def _first_existing(*paths: Path) -> Path:
    for path in paths:
        if path.exists():
            return path
    raise MappingError([f"there is no mapping {' or '.join(map(str, paths))}"])
