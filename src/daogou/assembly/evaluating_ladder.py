"""The ladder over shop folders: the same judgements and the same conversations, with each use of a language model."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from daogou.assembly.opening import Shop
from daogou.errors import ShopError
from daogou.settings import Settings, read_settings
from daogou.store.loading import INDEX
from daogou.store.progress import Progress, silent
from daogou.trial.cases import read_cases
from daogou.trial.ladder import RUNGS, Measured
from daogou.trial.needs import run_needs, truth_of
from daogou.trial.rows import feeds, read_rows
from daogou.trial.search import DEPTH, rank_all, read_judgements

SHARED = ("reader", "ranker")  # settings that a plain search knows of; a choice of words does not move its products


def climb_search(
    judgements: Path, folder: Path, *, model: str, budget_ms: int, on_progress: Progress = silent
) -> Mapping[str, Measured]:
    """NDCG@10 of every query on every rung that a search can climb."""
    judged = read_judgements(judgements)
    climbed = {name: rung for name, rung in RUNGS.items() if not rung or any(key in rung for key in SHARED)}
    found = {}
    for number, (name, rung) in enumerate(climbed.items()):
        on_progress("search", number, len(climbed))
        with _opened(folder, model, budget_ms, rung) as shop:
            shop.warm()
            ranked = rank_all(judged, lambda query: shop.guide.search(query, limit=DEPTH).shortlist)
        found[name] = Measured(
            cases=[one.query for one in ranked],
            values=[one.ndcg for one in ranked],
            took_ms=[one.took_ms for one in ranked],
        )
    return found


def climb_needs(
    data: Path, shops: Path, *, model: str, budget_ms: int, split: str = "dev", on_progress: Progress = silent
) -> Mapping[str, Measured]:
    """Whether each turn of the needs suite passed (1) or not (0), on every rung; ShopError where a shop is not loaded."""
    cases = [case for case in read_cases() if split in ("", case.split)]
    wanted = sorted({case.shop for case in cases})
    rows = {name: read_rows(feed, data) for name, feed in feeds().items() if name in wanted}
    found = {}
    for number, (name, rung) in enumerate(RUNGS.items()):
        on_progress("needs", number, len(RUNGS))
        with ExitStack() as stack:
            guides = {shop: stack.enter_context(_opened(shops / shop, model, budget_ms, rung)).guide for shop in wanted}
            verdicts = run_needs(guides, cases, rows=rows, truth=truth_of).verdicts
        found[name] = Measured(
            cases=[(one.case.shop, one.case.id, one.number) for one in verdicts],
            values=[float(one.passed) for one in verdicts],
            took_ms=[one.took_ms for one in verdicts],
            groups=[(one.case.shop, one.case.id) for one in verdicts],
        )
    return found


@contextmanager
def _opened(folder: Path, model: str, budget_ms: int, rung: Mapping[str, str]) -> Iterator[Shop]:
    """The shop as this rung sets it; what its own settings say of models does not count."""
    if not (folder / INDEX).is_dir():
        raise ShopError(
            f"there is no shop in '{folder}'; load it with: daogou evaluate needs DATA --shops {folder.parent}"
        )
    plain = Settings()
    given = replace(read_settings(folder), language_model=model, model_budget_ms=budget_ms)
    given = replace(given, reader=plain.reader, ranker=plain.ranker, choose=plain.choose)
    with Shop(folder, settings=replace(given, **rung)) as shop:  # type: ignore[arg-type]
        yield shop
