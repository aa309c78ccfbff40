"""`daogou evaluate sold` over shop folders: everything that is asked for, and the weights fitted without the shop asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from daogou.assembly.measured import load_missing, opened
from daogou.store.progress import Progress, silent
from daogou.trial.sold import SHOPS, Point, Told, ask_all, curve
from daogou.trial.sold_fit import SoldWeights, fit, left_out


@dataclass(frozen=True, kw_only=True)
class SoldReport:
    """What was told, and both curves: the guide's own weights, and those fitted without the shop asked about."""

    told: Sequence[Told]
    own: Sequence[Point]
    unseen: Sequence[Point]
    weights: SoldWeights  # fitted on all


def evaluate_sold(
    data: Path,
    *,
    shops: Path,
    mappings: Path,
    names: Sequence[str] = SHOPS,
    limit: int = 0,
    on_progress: Progress = silent,
) -> SoldReport:
    """Ask every request of these shops."""
    load_missing(names, data, shops=shops, mappings=mappings, on_progress=on_progress)
    with opened(names, shops) as guides:
        told = ask_all(guides, limit=limit, on_progress=on_progress)
    return SoldReport(told=told, own=curve(told), unseen=curve(told, left_out(told)), weights=fit(told))
