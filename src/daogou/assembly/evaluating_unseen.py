"""`daogou evaluate unseen`: a feed that nobody tuned for, loaded by guessing, and what was asked of it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from daogou.assembly.loading import load_shop
from daogou.assembly.opening import open_shop
from daogou.store.loading import INDEX
from daogou.store.manifest import MANIFEST
from daogou.store.progress import Progress, silent
from daogou.trial.unseen import Hits, climb, read_queries
from daogou.trial.without import without


def evaluate_unseen(
    feed: Path,
    queries: Path,
    *,
    folder: Path | None = None,
    limit: int = 0,
    left_out: Sequence[str] = (),
    on_progress: Progress = silent,
) -> Mapping[str, Hits]:
    """Climb the ladder in the shop at `folder`, loaded from the feed where it is missing; without a folder it is thrown away."""
    asked = read_queries(queries)[: limit or None]
    with without(left_out), _folder(folder) as shop:
        if not (shop / INDEX / MANIFEST).exists():
            load_shop(feed, folder=shop, rejects=shop.with_suffix(".rejects.jsonl"), on_progress=on_progress)
        with open_shop(shop) as opened:
            return climb(opened.guide, asked, on_progress=on_progress)


@contextmanager
def _folder(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with TemporaryDirectory() as temporary:
        yield Path(temporary) / "shop"
