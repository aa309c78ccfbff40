"""`daogou evaluate shops` over folders of little shops, each loaded where it is missing."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from daogou.assembly.measured import load_by_guessing
from daogou.assembly.opening import open_shop
from daogou.errors import UserError
from daogou.store.progress import Progress, silent
from daogou.trial.shops import MESSAGES, ShopAnswer, ask_shops, read_shop_cases
from daogou.trial.without import without


def evaluate_shops(
    folders: Sequence[Path], *, shops: Path, left_out: Sequence[str] = (), on_progress: Progress = silent
) -> list[ShopAnswer]:
    """Every message of these folders, without the lists and rules of `left_out`; a shop is loaded as `shops`/FOLDER/NAME."""
    found = []
    for folder in folders:
        if not (folder / MESSAGES).exists():
            raise UserError(f"there is no {folder / MESSAGES}; name a folder of shops, as evals/shops/first")
        with without(left_out), ExitStack() as stack:
            guides = {}
            for feed in sorted(folder.glob("*.csv")):
                shop = shops / folder.name / feed.stem
                load_by_guessing(feed, shop, on_progress=on_progress)
                guides[feed.stem] = stack.enter_context(open_shop(shop)).guide
            found += ask_shops(guides, read_shop_cases(folder), on_progress=on_progress)
    return found
