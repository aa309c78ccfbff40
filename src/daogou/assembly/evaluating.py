"""The needs suite over shop folders, loaded where they are missing."""

from collections.abc import Sequence
from pathlib import Path

from daogou.assembly.measured import load_missing
from daogou.assembly.opening import open_shop
from daogou.guide import Guide
from daogou.store.progress import Progress, silent
from daogou.trial.needs import main_needs
from daogou.trial.rows import feeds
from daogou.trial.without import without


def evaluate_needs(
    data: Path,
    *,
    shops: Path,
    mappings: Path,
    split: str,
    only: str,
    least: float,
    left_out: Sequence[str] = (),
    on_progress: Progress = silent,
) -> bool:
    """Run the needs suite, loading the shops that are missing; whether it passed."""
    load_missing(feeds(), data, shops=shops, mappings=mappings, on_progress=on_progress)
    with without(left_out):
        return main_needs(open_shop_guide, data=data, shops=shops, split=split, only=only, least=least) == 0


def open_shop_guide(folder: Path) -> Guide:
    """The guide of a shop folder, for measuring."""
    return open_shop(folder).guide
