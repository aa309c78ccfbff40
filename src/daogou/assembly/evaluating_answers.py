"""`daogou evaluate answers` over shop folders."""

from collections.abc import Sequence
from pathlib import Path

from daogou.api.labels import chips
from daogou.assembly.measured import load_missing, opened
from daogou.errors import ShopError
from daogou.store.loading import INDEX
from daogou.store.progress import Progress, silent
from daogou.trial.answers import ASKED, SHOPS, Said, sample, say_all


def evaluate_answers(
    shops: Path,
    *,
    data: Path | None = None,
    mappings: Path = Path("examples/mappings"),
    names: Sequence[str] = SHOPS,
    count: int = ASKED,
    on_progress: Progress = silent,
) -> list[Said]:
    """Ask the sample; shops that are not loaded are loaded from `data`, without it ShopError."""
    messages = sample(count, shops=names)
    if data is not None:
        load_missing(names, data, shops=shops, mappings=mappings, on_progress=on_progress)
    if missing := [name for name in names if not (shops / name / INDEX).is_dir()]:
        raise ShopError(f"there is no shop {', '.join(missing)} in '{shops}'; load them with --data FOLDER")
    with opened(names, shops) as guides:
        return say_all(
            guides, messages, chips=lambda need: [chip.label for chip in chips(need)], on_progress=on_progress
        )
