"""`daogou evaluate calibration` over shop folders."""

from collections.abc import Sequence
from pathlib import Path

from daogou.assembly.measured import load_missing, opened
from daogou.store.progress import Progress, silent
from daogou.trial.calibration import Calibration, calibrated, judged_cases, judged_ratings, judged_requests
from daogou.trial.cases import read_cases
from daogou.trial.rows import feeds, read_rows
from daogou.trial.search import read_judgements

SHOPS = tuple(feeds())
RATED = "icecat"  # the shop that has judgements.csv


def evaluate_calibration(
    data: Path,
    *,
    shops: Path,
    mappings: Path,
    names: Sequence[str] = SHOPS,
    requests: Sequence[str] = (),
    limit: int = 0,
    on_progress: Progress = silent,
) -> Calibration:
    """Judge the first products of the needs suite's answers and of the rated queries (of each shop `limit` cases).

    `requests` are shops whose requests for what is there and what is not are judged too.
    """
    load_missing(names, data, shops=shops, mappings=mappings, on_progress=on_progress)
    cases = [case for name in names for case in read_cases([name])[: limit or None]]
    rows = {name: read_rows(feeds()[name], data) for name in names}
    with opened(names, shops) as guides:
        judged = judged_cases(guides, cases, rows, on_progress=on_progress)
        if RATED in guides:
            ratings = read_judgements(data / RATED / "judgements.csv")
            some = dict(list(ratings.items())[: limit or None])
            judged += judged_ratings(guides[RATED], some, shop=RATED, on_progress=on_progress)
    if requests:
        load_missing(requests, data, shops=shops, mappings=mappings, on_progress=on_progress)
        with opened(requests, shops) as guides:
            judged += judged_requests(guides, limit=limit, on_progress=on_progress)
    return calibrated(judged)
